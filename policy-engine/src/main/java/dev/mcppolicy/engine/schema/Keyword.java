// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;

/** One keyword, or a few that belong together, compiled. */
interface Keyword {

  /** Whether the value fits; says to the check what does not. */
  boolean holds(JsonValue value, Check check);

  /** The schemas that this keyword applies to the very same value. */
  default List<Subschema> inPlace() {
    return List.of();
  }

  /**
   * Whether this keyword looks at that member of an object that fits it, so that {@code
   * unevaluatedProperties} does not.
   */
  default boolean evaluates(String member, JsonObject object, Check check) {
    return false;
  }

  /** The same for an element of an array. */
  default boolean evaluates(int element, JsonArray array, Check check) {
    return false;
  }

  /** The schema {@code false}. */
  record Never() implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      return check.wrong(() -> "is not allowed");
    }
  }
}
