// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The operations of RFC 6902 that turn one document into another: objects member by member, arrays
 * as a whole.
 */
final class JsonPatch {
  private JsonPatch() {}

  static JsonArray between(JsonObject before, JsonObject after) {
    var operations = new ArrayList<JsonValue>();
    difference("", before, after, operations);
    return new JsonArray(operations);
  }

  private static void difference(
      String path, JsonObject before, JsonObject after, List<JsonValue> operations) {
    for (String name : before.members().keySet()) {
      if (!after.has(name)) {
        operations.add(operation("remove", path + token(name)).build());
      }
    }
    for (Map.Entry<String, JsonValue> member : after.members().entrySet()) {
      String place = path + token(member.getKey());
      JsonValue now = member.getValue();
      JsonValue then = before.members().get(member.getKey());
      if (then == null) {
        operations.add(operation("add", place).put("value", now).build());
      } else if (then instanceof JsonObject inner && now instanceof JsonObject changed) {
        difference(place, inner, changed, operations);
      } else if (!then.equals(now)) {
        operations.add(operation("replace", place).put("value", now).build());
      }
    }
  }

  private static JsonObject.Builder operation(String name, String path) {
    return JsonObject.builder().put("op", name).put("path", path);
  }

  private static String token(String name) {
    return "/" + name.replace("~", "~0").replace("/", "~1");
  }
}
