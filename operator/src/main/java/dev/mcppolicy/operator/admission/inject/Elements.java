// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Reads and changes the elements of an array that is a member of an object. */
final class Elements {
  private Elements() {}

  /** The elements that are objects; none when there is no such array. */
  static List<JsonObject> objects(JsonObject parent, String field) {
    return parent.array(field).orElse(JsonArray.EMPTY).elements().stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  /** The elements that are strings; none when there is no such array. */
  static List<String> strings(JsonObject parent, String field) {
    return parent.array(field).orElse(JsonArray.EMPTY).elements().stream()
        .filter(JsonString.class::isInstance)
        .map(text -> ((JsonString) text).value())
        .toList();
  }

  static JsonArray ofStrings(List<String> values) {
    return new JsonArray(values.stream().<JsonValue>map(JsonValue::of).toList());
  }

  /** The parent with every object of the array changed; untouched when there is no such array. */
  static JsonObject changed(JsonObject parent, String field, UnaryOperator<JsonObject> change) {
    return parent.array(field).isEmpty()
        ? parent
        : parent.with(
            field, new JsonArray(objects(parent, field).stream().<JsonValue>map(change).toList()));
  }

  /** The parent without those objects; an array that becomes empty is removed. */
  static JsonObject without(JsonObject parent, String field, Predicate<JsonObject> which) {
    List<JsonValue> kept =
        objects(parent, field).stream().filter(which.negate()).<JsonValue>map(e -> e).toList();
    return kept.isEmpty() ? parent.without(field) : parent.with(field, new JsonArray(kept));
  }

  static JsonObject withFirst(JsonObject parent, String field, JsonObject element) {
    var elements = new ArrayList<JsonValue>();
    elements.add(element);
    elements.addAll(objects(parent, field));
    return parent.with(field, new JsonArray(elements));
  }

  static JsonObject withLast(JsonObject parent, String field, List<? extends JsonValue> added) {
    var elements = new ArrayList<JsonValue>(objects(parent, field));
    elements.addAll(added);
    return parent.with(field, new JsonArray(elements));
  }
}
