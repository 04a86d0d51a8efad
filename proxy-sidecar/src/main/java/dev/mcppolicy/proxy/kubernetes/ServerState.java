// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ActRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/** The McpServerState of one server: what its sidecars acknowledge and must remember. */
public final class ServerState {
  private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(10);

  private final ApiServer api;
  private final String collection;
  private final String server;
  private final String path;

  public ServerState(ApiServer api, String namespace, String server) {
    this.api = api;
    this.collection = "/apis/mcppolicy.dev/v1alpha1/namespaces/" + namespace + "/mcpserverstates";
    this.server = server;
    this.path = collection + "/" + server;
  }

  ObjectWatch watch(ObjectWatch.Settings settings) {
    return new ObjectWatch(api, collection, server, "the McpServerState", settings);
  }

  /** Writes the bundle that a pod decides by. */
  ApiAnswer acknowledge(String pod, String podUid, long sequence, String digest, Instant at) {
    JsonObject entry =
        JsonObject.builder()
            .put("uid", podUid)
            .put("sequence", sequence)
            .put("digest", digest)
            .put("acknowledgedAt", at.truncatedTo(ChronoUnit.MILLIS).toString())
            .build();
    return api.patch(path, spec("pods", pod, entry), ACKNOWLEDGE_TIMEOUT);
  }

  /**
   * Keeps how many replicas a workload had, for the start that follows, with the decision that lets
   * it be stopped: should this process end in the middle, both can be found.
   */
  ApiAnswer keep(String workload, int replicas, Instant at, Duration timeout) {
    var entry =
        JsonObject.builder()
            .put("previousReplicas", replicas)
            .put("stoppedAt", at.truncatedTo(ChronoUnit.SECONDS).toString());
    ActRecord.current().ifPresent(act -> entry.put("decision", act.cause().decision()));
    return api.patch(path, spec("workloads", workload, entry.build()), timeout);
  }

  ApiAnswer read(Duration timeout) {
    return api.get(path, timeout);
  }

  /** Whether this bundle stands in the object as the one that a pod decides by. */
  static boolean acknowledges(
      JsonObject state, String pod, String podUid, long sequence, String digest) {
    return state
        .object("spec")
        .flatMap(spec -> spec.object("pods"))
        .flatMap(pods -> pods.object(pod))
        .filter(
            entry ->
                entry.string("uid").equals(Optional.of(podUid))
                    && entry.string("digest").equals(Optional.of(digest))
                    && entry.get("sequence").equals(Optional.of(JsonValue.of(sequence))))
        .isPresent();
  }

  /** What was kept of a workload; empty when nothing sensible was. */
  static OptionalInt kept(JsonObject state, String workload) {
    return state
        .object("spec")
        .flatMap(spec -> spec.object("workloads"))
        .flatMap(workloads -> workloads.object(workload))
        .flatMap(entry -> entry.get("previousReplicas"))
        .map(ServerState::positive)
        .orElse(OptionalInt.empty());
  }

  private static OptionalInt positive(JsonValue value) {
    if (value instanceof JsonNumber number) {
      long replicas = number.integer().orElse(0L);
      if (replicas > 0 && replicas <= Integer.MAX_VALUE) {
        return OptionalInt.of((int) replicas);
      }
    }
    return OptionalInt.empty();
  }

  private static JsonObject spec(String map, String key, JsonObject entry) {
    return object("spec", object(map, object(key, entry)));
  }

  private static JsonObject object(String name, JsonObject value) {
    return JsonObject.builder().put(name, value).build();
  }
}
