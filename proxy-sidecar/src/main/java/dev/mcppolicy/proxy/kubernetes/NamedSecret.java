// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Reads Secrets of one namespace, each by its name. */
public final class NamedSecret {
  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;

  private final ApiServer api;
  private final String namespace;

  public NamedSecret(ApiServer api, String namespace) {
    this.api = api;
    this.namespace = namespace;
  }

  /** What is known of a Secret. */
  public sealed interface Reading {

    /**
     * @param data by key, as bytes; secret
     */
    record Read(Map<String, byte[]> data) implements Reading {
      public Read {
        data = Map.copyOf(data);
      }

      @Override
      public String toString() {
        return "Read[secret]";
      }
    }

    record Absent() implements Reading {}

    record Forbidden() implements Reading {}

    /**
     * @param why one bounded line
     */
    record NotKnown(String why) implements Reading {}
  }

  public Reading read(String name) {
    return switch (api.get("/api/v1/namespaces/" + namespace + "/secrets/" + name)) {
      case ApiAnswer.Ok(JsonObject secret) -> data(secret.object("data").orElse(JsonObject.EMPTY));
      case ApiAnswer.Denied(int status, String _, String _) when status == NOT_FOUND ->
          new Reading.Absent();
      case ApiAnswer.Denied(int status, String _, String _) when status == FORBIDDEN ->
          new Reading.Forbidden();
      case ApiAnswer.Denied(int _, String _, String message) ->
          new Reading.NotKnown("the API server says: " + message);
      case ApiAnswer.Unreachable(String why) ->
          new Reading.NotKnown("the API server does not answer: " + why);
    };
  }

  private static Reading data(JsonObject encoded) {
    var data = new HashMap<String, byte[]>();
    for (Map.Entry<String, JsonValue> entry : encoded.members().entrySet()) {
      try {
        if (entry.getValue() instanceof JsonString(String text)) {
          data.put(entry.getKey(), Base64.getDecoder().decode(text));
        }
      } catch (IllegalArgumentException notBase64) {
        return new Reading.NotKnown("the API server sent an entry that is not base64");
      }
    }
    return new Reading.Read(data);
  }
}
