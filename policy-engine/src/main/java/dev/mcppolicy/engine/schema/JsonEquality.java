// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * When two values are the same for JSON Schema: numbers by their value, so that 1 and 1.0 are one;
 * members in any order.
 */
final class JsonEquality {
  /** Up to this many elements, each is compared with each. */
  private static final int PAIRS_UP_TO = 16;

  private JsonEquality() {}

  static boolean same(JsonValue a, JsonValue b, Check check) {
    check.enter();
    boolean same =
        switch (a) {
          case JsonString(String text) ->
              b instanceof JsonString other && text.equals(other.value());
          case JsonNumber number ->
              b instanceof JsonNumber other && BoundedNumber.same(number, other);
          case JsonBoolean(boolean flag) -> b instanceof JsonBoolean other && flag == other.value();
          case JsonNull() -> b instanceof JsonNull;
          case JsonArray array -> b instanceof JsonArray other && same(array, other, check);
          case JsonObject object -> b instanceof JsonObject other && same(object, other, check);
        };
    check.leave();
    return same;
  }

  private static boolean same(JsonArray a, JsonArray b, Check check) {
    if (a.elements().size() != b.elements().size()) {
      return false;
    }
    for (int i = 0; i < a.elements().size(); i++) {
      if (!same(a.elements().get(i), b.elements().get(i), check)) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(JsonObject a, JsonObject b, Check check) {
    if (a.members().size() != b.members().size()) {
      return false;
    }
    for (Map.Entry<String, JsonValue> member : a.members().entrySet()) {
      JsonValue other = b.members().get(member.getKey());
      if (other == null || !same(member.getValue(), other, check)) {
        return false;
      }
    }
    return true;
  }

  /** Whether two of the elements are the same. */
  static boolean hasTwins(JsonArray array, Check check) {
    List<JsonValue> elements = array.elements();
    if (elements.size() <= PAIRS_UP_TO) {
      for (int i = 1; i < elements.size(); i++) {
        for (int j = 0; j < i; j++) {
          if (same(elements.get(i), elements.get(j), check)) {
            return true;
          }
        }
      }
      return false;
    }
    // by hash first: what is compared with each other is what somebody made collide
    var byHash = new long[elements.size()];
    for (int i = 0; i < byHash.length; i++) {
      byHash[i] = ((long) hash(elements.get(i), check) << 32) | i;
    }
    Arrays.sort(byHash);
    for (int i = 1; i < byHash.length; i++) {
      for (int j = i - 1; j >= 0 && byHash[j] >> 32 == byHash[i] >> 32; j--) {
        if (same(elements.get((int) byHash[i]), elements.get((int) byHash[j]), check)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Equal for values that are the same. */
  private static int hash(JsonValue value, Check check) {
    check.enter();
    int hash =
        switch (value) {
          case JsonString(String text) -> text.hashCode();
          // + 0.0 makes one of the two zeros; equal decimals are the same double
          case JsonNumber(String text) -> Double.hashCode(Double.parseDouble(text) + 0.0);
          case JsonBoolean(boolean flag) -> Boolean.hashCode(flag);
          case JsonNull() -> 7;
          case JsonArray array -> {
            int all = 1;
            for (JsonValue element : array.elements()) {
              all = 31 * all + hash(element, check);
            }
            yield all;
          }
          case JsonObject object -> {
            int all = 2;
            for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
              all += 31 * member.getKey().hashCode() ^ hash(member.getValue(), check);
            }
            yield all;
          }
        };
    check.leave();
    return hash;
  }
}
