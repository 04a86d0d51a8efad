// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import static dev.mcppolicy.mcp.ProtocolVersion.V2025_06_18;
import static dev.mcppolicy.mcp.ProtocolVersion.V2025_11_25;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request that a client may send, with the members that its params may have (schema.ts of the
 * revisions, {@code ClientRequest}). Any other method does not exist here.
 */
public enum ClientMethod {
  INITIALIZE("initialize", V2025_06_18, "protocolVersion", "capabilities", "clientInfo"),
  PING("ping", V2025_06_18),
  TOOLS_LIST("tools/list", V2025_06_18, "cursor"),
  /** {@code task} of 2025-11-25 is not a known member: tasks are not offered, so it is dropped. */
  TOOLS_CALL("tools/call", V2025_06_18, "name", "arguments"),
  RESOURCES_LIST("resources/list", V2025_06_18, "cursor"),
  RESOURCES_TEMPLATES_LIST("resources/templates/list", V2025_06_18, "cursor"),
  RESOURCES_READ("resources/read", V2025_06_18, "uri"),
  RESOURCES_SUBSCRIBE("resources/subscribe", V2025_06_18, "uri"),
  RESOURCES_UNSUBSCRIBE("resources/unsubscribe", V2025_06_18, "uri"),
  PROMPTS_LIST("prompts/list", V2025_06_18, "cursor"),
  PROMPTS_GET("prompts/get", V2025_06_18, "name", "arguments"),
  COMPLETION_COMPLETE("completion/complete", V2025_06_18, "ref", "argument", "context"),
  LOGGING_SET_LEVEL("logging/setLevel", V2025_06_18, "level"),
  TASKS_GET("tasks/get", V2025_11_25, "taskId"),
  TASKS_RESULT("tasks/result", V2025_11_25, "taskId"),
  TASKS_CANCEL("tasks/cancel", V2025_11_25, "taskId"),
  TASKS_LIST("tasks/list", V2025_11_25, "cursor");

  /** Every member of the params of some method, `_meta` included. */
  static final List<String> ALL_MEMBERS =
      Stream.concat(
              Stream.of("_meta", "task"), Stream.of(values()).flatMap(m -> m.members.stream()))
          .distinct()
          .toList();

  private static final Map<String, ClientMethod> BY_NAME = new HashMap<>();

  static {
    for (ClientMethod method : values()) {
      BY_NAME.put(method.text, method);
    }
  }

  private final String text;
  private final ProtocolVersion since;

  @SuppressWarnings("ImmutableEnumChecker") // a List.of
  private final List<String> members;

  ClientMethod(String text, ProtocolVersion since, String... members) {
    this.text = text;
    this.since = since;
    this.members = List.of(members);
  }

  /** As it stands in {@code method}. */
  public String text() {
    return text;
  }

  /** The method of that exact name in that revision; empty when there is none. */
  public static Optional<ClientMethod> of(String text, ProtocolVersion version) {
    return Optional.ofNullable(BY_NAME.get(text))
        .filter(method -> method.since.compareTo(version) <= 0);
  }

  /**
   * The params as they may be sent on: known members only, in their order, with {@code _meta}
   * cleaned by {@link RequestMeta}. Absent params are an empty object.
   */
  public JsonObject params(Optional<JsonObject> params) throws InvalidParamsException {
    var kept = JsonObject.builder();
    if (params.isPresent()) {
      for (Map.Entry<String, JsonValue> member : params.get().members().entrySet()) {
        if (members.contains(member.getKey())) {
          kept.put(member.getKey(), member.getValue());
        }
      }
      Optional<JsonObject> meta = RequestMeta.clean(params.get());
      meta.ifPresent(value -> kept.put(RequestMeta.MEMBER, value));
    }
    return kept.build();
  }
}
