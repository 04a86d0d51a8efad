// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import java.util.List;

/** A statement about a call that is true, false or undetermined. */
public sealed interface Condition {
  /** Nesting of {@code all}, {@code any} and {@code not}. */
  int DEPTH_MAX = 8;

  /** Conditions in one rule, those inside others and of its approval counted. */
  int CONDITIONS_MAX = 256;

  /** Conditions in one list. */
  int LIST_MAX = 32;

  /** Values of an {@code in} or {@code not_in}. */
  int IN_MAX = 256;

  /** Characters of a text that is compared; longer ones are undetermined. */
  int TEXT_CHARS_MAX = 8_192;

  /**
   * Compares what stands at a path with a value of the document.
   *
   * @param operand of the type that the operator takes, see {@link Operator}
   * @param optional whether an absent value counts for the caller instead of being undetermined:
   *     false in {@code deny_if}, true in {@code require} and {@code unless}
   */
  record Comparison(ValuePath path, Operator operator, JsonValue operand, boolean optional)
      implements Condition {}

  /** Kleene's and; not empty. */
  record All(List<Condition> conditions) implements Condition {
    public All {
      conditions = List.copyOf(conditions);
    }
  }

  /** Kleene's or; not empty. */
  record Any(List<Condition> conditions) implements Condition {
    public Any {
      conditions = List.copyOf(conditions);
    }
  }

  /** Undetermined stays undetermined. */
  record Not(Condition condition) implements Condition {}
}
