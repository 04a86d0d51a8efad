// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.mcp.Message.Request;
import dev.mcppolicy.mcp.Message.Response;
import java.util.List;
import java.util.Optional;

/**
 * The reader of JSON-RPC envelopes, so strict that no other reader takes the message for a
 * different one: exact member names, no unknown members, {@code method} never beside a result, ids
 * that every parser keeps, no batches.
 */
public final class Messages {
  private static final List<String> MEMBERS =
      List.of("jsonrpc", "id", "method", "params", "result", "error");
  private static final int METHOD_CHARS_MAX = 128;

  private Messages() {}

  /** Reads a message of either side. Batches went away with 2025-06-18 and are refused. */
  public static Message read(JsonValue value) throws InvalidMessageException {
    if (value instanceof JsonArray) {
      throw invalid(
          "a batch of messages is not accepted; send each message in a request of its own",
          Optional.empty());
    }
    if (!(value instanceof JsonObject object)) {
      throw invalid(
          "the message is a JSON " + value.typeName() + "; it must be an object", Optional.empty());
    }
    Optional<RequestId> id = object.get("id").flatMap(RequestId::read);
    checkMembers("message", object, MEMBERS, true, id);
    if (!(object.members().get("jsonrpc") instanceof JsonString(String version))
        || !version.equals("2.0")) {
      throw invalid("jsonrpc: it must be the string `2.0`", id);
    }
    if (object.has("id") && id.isEmpty()) {
      throw invalid(
          "id: it must be a string of at most "
              + RequestId.STRING_CHARS_MAX
              + " characters or an integer within 2^53 - 1, never null",
          id);
    }
    return object.has("method") ? call(object, id) : response(object, id);
  }

  private static Message call(JsonObject object, Optional<RequestId> id)
      throws InvalidMessageException {
    if (object.has("result") || object.has("error")) {
      throw invalid("a message with a method has neither result nor error", id);
    }
    String method =
        object
            .string("method")
            .filter(name -> !name.isEmpty() && name.length() <= METHOD_CHARS_MAX)
            .orElseThrow(
                () ->
                    invalid(
                        "method: it must be a string of 1 to " + METHOD_CHARS_MAX + " characters",
                        id));
    Optional<JsonObject> params = object.object("params");
    if (object.has("params") && params.isEmpty()) {
      throw invalid("params: it must be an object when it is present", id);
    }
    if (params.isPresent()) {
      checkMembers("params", params.get(), ClientMethod.ALL_MEMBERS, false, id);
    }
    return id.<Message>map(known -> new Request(known, method, params))
        .orElseGet(() -> new Notification(method, params));
  }

  private static Message response(JsonObject object, Optional<RequestId> id)
      throws InvalidMessageException {
    if (object.has("params")) {
      throw invalid("a message without a method has no params", id);
    }
    if (id.isEmpty()) {
      throw invalid("the message has neither a method nor the id of a response", id);
    }
    Optional<JsonObject> result = object.object("result");
    Optional<RpcError> error = object.object("error").flatMap(RpcError::read);
    if (object.has("result") == object.has("error")) {
      throw invalid("a response has either a result or an error", id);
    }
    if (result.isEmpty() && error.isEmpty()) {
      throw invalid(
          "a response has a result that is an object, or an error with an integer code and a"
              + " message",
          id);
    }
    return new Response(id.get(), result, error);
  }

  /**
   * Refuses a member that equals a known one in all but case (some readers ignore case and would
   * read it instead), and, where only known members may stand, any other.
   */
  private static void checkMembers(
      String place,
      JsonObject object,
      List<String> known,
      boolean onlyKnown,
      Optional<RequestId> id)
      throws InvalidMessageException {
    for (String name : object.members().keySet()) {
      if (known.contains(name)) {
        continue;
      }
      for (String member : known) {
        if (member.equalsIgnoreCase(name)) {
          throw invalid(
              place + ": member `" + Echo.of(name) + "` differs from `" + member + "` in case only",
              id);
        }
      }
      if (onlyKnown) {
        throw invalid(
            place
                + ": member `"
                + Echo.of(name)
                + "` is not known; allowed are "
                + String.join(", ", known),
            id);
      }
    }
  }

  private static InvalidMessageException invalid(String text, Optional<RequestId> id) {
    return new InvalidMessageException(RpcError.INVALID_REQUEST, text, id);
  }
}
