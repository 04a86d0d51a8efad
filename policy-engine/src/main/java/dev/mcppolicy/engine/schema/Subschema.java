// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import java.util.List;

/**
 * One schema inside a schema: a value fits when every keyword holds. Known by reference before its
 * keywords are, because schemas refer to each other in circles; never changed once it is compiled.
 */
final class Subschema {
  /** The schema {@code true}. */
  static final Subschema ANYTHING = new Subschema();

  /** The schema {@code false}. */
  static final Subschema NOTHING = new Subschema();

  static {
    NOTHING.compiledTo(List.of(new Keyword.Never()));
  }

  private List<Keyword> keywords = List.of();

  /** The same, to be asked for every value. */
  private Keyword[] asked = {};

  /** In the order in which they are asked, which decides what is reported first. */
  List<Keyword> keywords() {
    return keywords;
  }

  void compiledTo(List<Keyword> all) {
    keywords = List.copyOf(all);
    asked = all.toArray(Keyword[]::new);
  }

  /** Whether every keyword holds for the value. */
  boolean holds(JsonValue value, Check check) {
    for (Keyword keyword : asked) {
      if (!keyword.holds(value, check)) {
        return false;
      }
    }
    return true;
  }
}
