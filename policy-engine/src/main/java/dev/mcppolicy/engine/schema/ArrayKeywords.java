// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import java.util.List;

/** Keywords on arrays. */
final class ArrayKeywords {
  private ArrayKeywords() {}

  /**
   * {@code prefixItems} and {@code items}, or {@code items} and {@code additionalItems} of older
   * drafts.
   *
   * @param first for one element each
   * @param hasRest whether the schema says something of the elements after these
   */
  record Elements(List<Subschema> first, Subschema rest, boolean hasRest) implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonArray(List<JsonValue> elements))) {
        return true;
      }
      int end = hasRest ? elements.size() : Math.min(first.size(), elements.size());
      for (int i = 0; i < end; i++) {
        if (!check.element(i, i < first.size() ? first.get(i) : rest, elements.get(i))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean evaluates(int element, JsonArray array, Check check) {
      return hasRest || element < first.size();
    }
  }

  /**
   * {@code contains} with its bounds.
   *
   * @param isEvaluating whether elements that fit are evaluated, which came with 2020-12
   */
  record Contains(Subschema schema, int min, int max, boolean isEvaluating) implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonArray(List<JsonValue> elements))) {
        return true;
      }
      int found = 0;
      for (int i = 0; i < elements.size(); i++) {
        if (check.quietly(schema, elements.get(i)) && ++found > max) {
          return check.wrong(
              () -> "must have at most " + max + " elements of the kind that `contains` says");
        }
      }
      return found >= min
          || check.wrong(
              () ->
                  "must have at least "
                      + min
                      + (min == 1 ? " element" : " elements")
                      + " of the kind that `contains` says");
    }

    @Override
    public boolean evaluates(int element, JsonArray array, Check check) {
      return isEvaluating && check.quietly(schema, array.elements().get(element));
    }
  }

  /** {@code uniqueItems: true}. */
  record UniqueElements() implements Keyword {
    @Override
    public boolean holds(JsonValue value, Check check) {
      return !(value instanceof JsonArray array)
          || !JsonEquality.hasTwins(array, check)
          || check.wrong(() -> "must not have the same element twice");
    }
  }

  /**
   * {@code unevaluatedItems}.
   *
   * @param beside the other keywords of the same schema
   */
  record UnevaluatedElements(List<Keyword> beside, Subschema schema) implements Keyword {
    UnevaluatedElements {
      beside = List.copyOf(beside);
    }

    @Override
    public boolean holds(JsonValue value, Check check) {
      if (!(value instanceof JsonArray array)) {
        return true;
      }
      for (int i = 0; i < array.elements().size(); i++) {
        if (!check.evaluates(beside, i, array)
            && !check.element(i, schema, array.elements().get(i))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean evaluates(int element, JsonArray array, Check check) {
      return true;
    }
  }
}
