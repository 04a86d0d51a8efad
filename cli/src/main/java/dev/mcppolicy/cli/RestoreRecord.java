// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where it stands that a person has brought a workload back: an Event on it, and the
 * McpServerState. Who it was is what the API server says, and nothing that the person could choose.
 *
 * @param server the path of the McpServerState
 * @param by as the API server names the person; empty when it did not say
 */
record RestoreRecord(ClusterApi api, String namespace, String server, Optional<String> by) {
  private static final int ATTEMPTS_MAX = 5;
  private static final String CONTROLLER = "mcppolicy.dev/kubectl";
  private static final int BY_CHARS_MAX = 256;
  private static final int NAME_CHARS_MAX = 200;
  private static final int INSTANCE_CHARS_MAX = 128;
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Asks the API server who this is; nobody needs a right for that. */
  static Optional<String> whoIsThis(ClusterApi api) throws IOException {
    ClusterApi.Reply reply =
        api.post(
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            JsonObject.builder()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "SelfSubjectReview")
                .build());
    return reply instanceof ClusterApi.Reply.Done(JsonObject review)
        ? review
            .object("status")
            .flatMap(status -> status.object("userInfo"))
            .flatMap(user -> user.string("username"))
            .map(RestoreRecord::printable)
        : Optional.empty();
  }

  private static String printable(String name) {
    String text = name.replaceAll("[^\\x20-\\x7E]", "?");
    return text.length() <= BY_CHARS_MAX ? text : text.substring(0, BY_CHARS_MAX);
  }

  /**
   * @param did such as {@code scaled 0 -> 2}
   * @return what could not be recorded, each with what to do
   */
  List<String> write(
      DeclaredWorkloads.Declared workload,
      BringBack.Reference object,
      String uid,
      String did,
      Instant at)
      throws IOException {
    var problems = new ArrayList<String>();
    if (noted(workload, at) instanceof ClusterApi.Reply.Denied(int _, String message)) {
      problems.add(
          "it is not recorded in the McpServerState who brought it back: "
              + message
              + "; ask for the verb patch on mcpserverstates.mcppolicy.dev");
    }
    if (api.post(
            "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events",
            event(object, uid, did, at))
        instanceof ClusterApi.Reply.Denied(int _, String message)) {
      problems.add(
          "there is no Event on "
              + object.display()
              + ": "
              + message
              + "; ask for the verb create on events.events.k8s.io");
    }
    return problems;
  }

  /** In the McpServerState as it is now: a stop that a tool has made meanwhile stands. */
  private ClusterApi.Reply noted(DeclaredWorkloads.Declared workload, Instant at)
      throws IOException {
    ClusterApi.Reply written;
    int attempt = 0;
    do {
      ClusterApi.Reply read = api.get(server);
      if (!(read instanceof ClusterApi.Reply.Done(JsonObject now))) {
        return read;
      }
      written = api.patch(server, state(workload, now, at));
    } while (written instanceof ClusterApi.Reply.Denied(int status, String _)
        && status == ClusterApi.CONFLICT
        && ++attempt < ATTEMPTS_MAX);
    return written;
  }

  private JsonObject state(DeclaredWorkloads.Declared workload, JsonObject now, Instant at) {
    String time = at.truncatedTo(ChronoUnit.SECONDS).toString();
    var entry = JsonObject.builder().put("restoredAt", time);
    by.ifPresent(name -> entry.put("restoredBy", name));
    if (workload.kept().filter(KeptWorkload::stands).isPresent()
        && KeptWorkload.of(now, workload.name()).equals(workload.kept())) {
      entry.put("undoneAt", time);
    }
    String version =
        now.object("metadata").flatMap(metadata -> metadata.string("resourceVersion")).orElse("");
    return object("spec", object("workloads", object(workload.name(), entry.build())))
        .with("metadata", object("resourceVersion", JsonValue.of(version)));
  }

  private JsonObject event(BringBack.Reference object, String uid, String did, Instant at) {
    return JsonObject.builder()
        .put("apiVersion", "events.k8s.io/v1")
        .put("kind", "Event")
        .put(
            "metadata",
            JsonObject.builder()
                .put("name", name(object.name()))
                .put("namespace", namespace)
                .build())
        .put("eventTime", MICROSECONDS.format(at))
        .put("type", "Normal")
        .put("reason", "Restored")
        .put("action", "Restore")
        .put(
            "note",
            "%s by %s with kubectl mcp-policy restore"
                .formatted(did, by.orElse("somebody whom the API server did not name")))
        .put("reportingController", CONTROLLER)
        .put("reportingInstance", machine())
        .put(
            "regarding",
            JsonObject.builder()
                .put("apiVersion", object.apiVersion())
                .put("kind", object.kind())
                .put("namespace", namespace)
                .put("name", object.name())
                .put("uid", uid)
                .build())
        .build();
  }

  private static String name(String object) {
    String begin = object.length() <= NAME_CHARS_MAX ? object : object.substring(0, NAME_CHARS_MAX);
    return begin.replaceAll("[.-]+$", "")
        + "."
        + HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  }

  private static String machine() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.length() <= INSTANCE_CHARS_MAX ? name : name.substring(0, INSTANCE_CHARS_MAX);
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static JsonObject object(String name, JsonValue value) {
    return JsonObject.builder().put(name, value).build();
  }
}
