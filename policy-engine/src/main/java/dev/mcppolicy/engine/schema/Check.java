// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.schema.SchemaViolation.Kind;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One walk of some arguments through a schema: counts what it costs, and keeps what does not fit.
 * For one thread and one use.
 *
 * <p>A step is one schema applied to one value, one name looked up, one value compared, or a few
 * characters matched: some ten nanoseconds.
 */
final class Check {
  /** Over this a check ends in a violation: about 5 ms. */
  static final int STEPS_MAX = 500_000;

  /** Schemas applied inside each other. */
  static final int DEPTH_MAX = 512;

  private boolean isForNamesOnly;
  private int stepsLeft;
  private int depth;
  private int quiet;

  private Kind kind = Kind.WRONG;
  private @Nullable String text;
  private List<Object> reversedPath = List.of();

  Check(int steps) {
    this.stepsLeft = steps;
  }

  /** The check is over its bounds. Never let out of this package. */
  static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuch() {
      super("over the bounds of a check", null, false, false);
    }
  }

  void steps(long cost) {
    if (cost > stepsLeft) {
      throw new TooMuch();
    }
    stepsLeft -= (int) cost;
  }

  int stepsLeft() {
    return stepsLeft;
  }

  void enter() {
    steps(1);
    if (++depth > DEPTH_MAX) {
      throw new TooMuch();
    }
  }

  void leave() {
    depth--;
  }

  boolean holds(Subschema schema, JsonValue value) {
    enter();
    boolean holds = schema.holds(value, this);
    leave();
    return holds;
  }

  /** The same when a value that does not fit is no violation yet. */
  boolean quietly(Subschema schema, JsonValue value) {
    boolean was = isForNamesOnly;
    isForNamesOnly = false; // what fits does not depend on what is asked of it
    quiet++;
    boolean holds = holds(schema, value);
    quiet--;
    isForNamesOnly = was;
    return holds;
  }

  /** Whether nobody hears what does not fit. */
  boolean isQuiet() {
    return quiet > 0;
  }

  boolean member(String name, Subschema schema, JsonValue value) {
    return holds(schema, value) || inside(name);
  }

  boolean element(int index, Subschema schema, JsonValue value) {
    return holds(schema, value) || inside(index);
  }

  /** False, always: the value at hand does not fit. */
  boolean wrong(Supplier<String> why) {
    return violation(Kind.WRONG, why);
  }

  boolean missing(String name, Supplier<String> why) {
    violation(Kind.MISSING, why);
    return inside(name);
  }

  boolean undeclared(String name) {
    violation(Kind.UNDECLARED, () -> "is not declared");
    return inside(name);
  }

  private boolean violation(Kind what, Supplier<String> why) {
    if (quiet == 0) {
      kind = what;
      text = why.get();
      reversedPath = new ArrayList<>();
    }
    return false;
  }

  private boolean inside(Object token) {
    if (quiet == 0) {
      reversedPath.add(token);
    }
    return false;
  }

  /** What the walk that just failed found. */
  SchemaViolation violation() {
    var path = new StringBuilder();
    for (int i = reversedPath.size() - 1; i >= 0; i--) {
      switch (reversedPath.get(i)) {
        case Integer index -> path.append('[').append(index).append(']');
        case Object name -> path.append(path.isEmpty() ? "" : ".").append(name);
      }
    }
    return new SchemaViolation(kind, path.toString(), text == null ? "does not fit" : text);
  }

  /** Whether a schema that the object fits looks at that member. */
  boolean evaluates(Subschema schema, String member, JsonObject object) {
    enter();
    boolean evaluates = evaluates(schema.keywords(), member, object);
    leave();
    return evaluates;
  }

  boolean evaluates(List<Keyword> keywords, String member, JsonObject object) {
    for (int i = 0; i < keywords.size(); i++) {
      if (keywords.get(i).evaluates(member, object, this)) {
        return true;
      }
    }
    return false;
  }

  boolean evaluates(Subschema schema, int element, JsonArray array) {
    enter();
    boolean evaluates = evaluates(schema.keywords(), element, array);
    leave();
    return evaluates;
  }

  boolean evaluates(List<Keyword> keywords, int element, JsonArray array) {
    for (int i = 0; i < keywords.size(); i++) {
      if (keywords.get(i).evaluates(element, array, this)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a schema that the object fits names that member, by {@code properties} or {@code
   * patternProperties}.
   */
  boolean names(Subschema schema, String member, JsonObject object) {
    isForNamesOnly = true;
    boolean names = evaluates(schema, member, object);
    isForNamesOnly = false;
    return names;
  }

  boolean isForNamesOnly() {
    return isForNamesOnly;
  }
}
