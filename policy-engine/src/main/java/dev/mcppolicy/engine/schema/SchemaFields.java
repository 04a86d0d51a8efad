// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of one schema's keywords, each of the type that it must have.
 *
 * @param place JSON Pointer of the schema
 */
record SchemaFields(JsonObject schema, String place) {

  String at(String keyword) {
    return place + "/" + keyword;
  }

  boolean has(String keyword) {
    return schema.has(keyword);
  }

  Optional<JsonValue> value(String keyword) {
    return schema.get(keyword);
  }

  Optional<String> text(String keyword) throws UnusableSchemaException {
    return typed(keyword, JsonString.class, "a text").map(JsonString::value);
  }

  Optional<JsonNumber> number(String keyword) throws UnusableSchemaException {
    return typed(keyword, JsonNumber.class, "a number");
  }

  Optional<JsonArray> array(String keyword) throws UnusableSchemaException {
    return typed(keyword, JsonArray.class, "a list");
  }

  /** False when it is absent. */
  boolean flag(String keyword) throws UnusableSchemaException {
    return typed(keyword, JsonBoolean.class, "true or false").map(JsonBoolean::value).orElse(false);
  }

  /** The members of a keyword whose value is an object; none when it is absent. */
  Map<String, JsonValue> membersOf(String keyword) throws UnusableSchemaException {
    return typed(keyword, JsonObject.class, "an object").orElse(JsonObject.EMPTY).members();
  }

  /** The object of a keyword, to read its members as if they were keywords. */
  SchemaFields inside(String keyword) throws UnusableSchemaException {
    return new SchemaFields(
        typed(keyword, JsonObject.class, "an object").orElse(JsonObject.EMPTY), at(keyword));
  }

  List<String> texts(String keyword) throws UnusableSchemaException {
    var texts = new ArrayList<String>();
    for (JsonValue element : array(keyword).orElse(JsonArray.EMPTY).elements()) {
      if (!(element instanceof JsonString(String text))) {
        throw new UnusableSchemaException(
            at(keyword), "has an element of type " + element.typeName() + " among its texts");
      }
      texts.add(text);
    }
    return texts;
  }

  /** A whole number, 0 or more, however it is written; all over an int are the same. */
  Optional<Integer> count(String keyword) throws UnusableSchemaException {
    Optional<JsonNumber> number = number(keyword);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    BoundedNumber exact = BoundedNumber.of(number.get());
    if (exact.signum() < 0 || !BoundedNumber.isWhole(number.get())) {
      throw new UnusableSchemaException(
          at(keyword), Wording.quoted(number.get().text()) + " is not a whole number of 0 or more");
    }
    return Optional.of(
        exact.compare(JsonValue.of(Integer.MAX_VALUE)) <= 0
            ? Integer.MAX_VALUE
            : exact.signum() == 0 ? 0 : new BigDecimal(number.get().text()).intValueExact());
  }

  private <T extends JsonValue> Optional<T> typed(String keyword, Class<T> type, String must)
      throws UnusableSchemaException {
    Optional<JsonValue> value = schema.get(keyword);
    if (value.isPresent() && !type.isInstance(value.get())) {
      throw new UnusableSchemaException(
          at(keyword), "is of type " + value.get().typeName() + " and must be " + must);
    }
    return value.map(type::cast);
  }
}
