// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The McpServerState of one server: what its sidecars acknowledge and must remember. */
public final class ServerState {
  private static final Logger LOG = LoggerFactory.getLogger(ServerState.class);
  private static final int ATTEMPTS_MAX = 5;

  /** How long an act is held up at most to note that it has undone a stop. */
  private static final Duration NOTE_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(10);
  private static final int CONFLICT = 409;

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
            .put("stoppedAt", at.truncatedTo(ChronoUnit.SECONDS).toString())
            .put("undoneAt", JsonNull.NULL);
    ActRecord.current().ifPresent(act -> entry.put("decision", act.cause().decision()));
    return api.patch(path, spec("workloads", workload, entry.build()), timeout);
  }

  /** Notes whose turn it is to take a workload down, under the version that was read. */
  ApiAnswer takeTurn(JsonObject read, String holder, Instant until, Duration timeout) {
    JsonObject turn =
        JsonObject.builder()
            .put("holder", holder)
            .put("until", until.truncatedTo(ChronoUnit.MILLIS).toString())
            .build();
    return api.patch(path, asRead(read, object("turn", turn)), timeout);
  }

  /** Takes the turn away, and what was spent of budgets long ago. */
  ApiAnswer endTurn(
      JsonObject read, Map<String, BudgetSpending> spent, Instant now, Duration timeout) {
    var budgets = JsonObject.builder();
    member(read, "spent").members().keySet().stream()
        .filter(budget -> !spent.containsKey(budget))
        .filter(budget -> !spent(read, now).containsKey(budget))
        .forEach(budget -> budgets.put(budget, JsonNull.NULL));
    spent.forEach(
        (budget, spending) ->
            budgets.put(
                budget,
                JsonObject.builder()
                    .put("pods", spending.pods())
                    .put("until", spending.until().truncatedTo(ChronoUnit.MILLIS).toString())
                    .build()));
    JsonObject changes =
        JsonObject.builder().put("turn", JsonNull.NULL).put("spent", budgets.build()).build();
    return api.patch(path, asRead(read, changes), timeout);
  }

  private static JsonObject asRead(JsonObject read, JsonObject spec) {
    String version =
        read.object("metadata")
            .flatMap(metadata -> metadata.string("resourceVersion"))
            .orElse("0"); // which none has: a conflict
    return JsonObject.builder()
        .put("metadata", JsonObject.builder().put("resourceVersion", version).build())
        .put("spec", spec)
        .build();
  }

  static boolean isConflict(ApiAnswer answer) {
    return answer instanceof ApiAnswer.Denied(int status, String _, String _) && status == CONFLICT;
  }

  /** Whose turn it is; empty when it is nobody's. */
  static Optional<SharedTurn.Turn> turn(JsonObject state) {
    return SharedTurn.Turn.of(member(state, "turn"));
  }

  /** What stops have taken of budgets, by name, that Kubernetes may not count yet. */
  static Map<String, BudgetSpending> spent(JsonObject state, Instant now) {
    var spent = new HashMap<String, BudgetSpending>();
    JsonObject budgets = member(state, "spent");
    for (String budget : budgets.members().keySet()) {
      JsonObject entry = budgets.object(budget).orElse(JsonObject.EMPTY);
      Instant until = instant(entry, "until");
      if (now.isBefore(until)) {
        long pods =
            entry.get("pods").map(ServerState::positive).orElse(OptionalInt.empty()).orElse(0);
        spent.put(budget, new BudgetSpending(pods, until));
      }
    }
    return Map.copyOf(spent);
  }

  private static JsonObject member(JsonObject state, String name) {
    return state.object("spec").flatMap(spec -> spec.object(name)).orElse(JsonObject.EMPTY);
  }

  /** Long ago where nothing sensible stands. */
  static Instant instant(JsonObject object, String name) {
    try {
      return object.string(name).map(Instant::parse).orElse(Instant.EPOCH);
    } catch (DateTimeParseException notAnInstant) {
      return Instant.EPOCH;
    }
  }

  /**
   * Notes that the last stop of a workload no longer stands, so that nobody later takes it for the
   * cause of another one. A stop that was kept since is left standing. It is information: what was
   * done is not undone for it, and a note that cannot be written is in the log.
   *
   * @param seen the object as it was before the workload was brought back
   */
  void undone(String workload, JsonObject seen, Instant at, Deadline deadline) {
    Optional<JsonObject> stop = standing(seen, workload);
    if (stop.isEmpty()) {
      return;
    }
    Deadline soon = deadline.within(NOTE_TIMEOUT);
    JsonObject state = seen;
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      ApiAnswer written = api.patch(path, undone(state, workload, at), api.within(soon.left()));
      if (written instanceof ApiAnswer.Ok) {
        return;
      }
      ApiAnswer read = isConflict(written) ? read(api.within(soon.left())) : written;
      if (!(read instanceof ApiAnswer.Ok(JsonObject now))) {
        lost(workload, read);
        return;
      }
      if (!standing(now, workload).equals(stop)) {
        return;
      }
      state = now;
    }
    lost(workload, "it changed " + ATTEMPTS_MAX + " times meanwhile");
  }

  private static void lost(String workload, ApiAnswer answer) {
    switch (answer) {
      case ApiAnswer.Ok _ -> {}
      case ApiAnswer.Denied(int _, String _, String message) -> lost(workload, message);
      case ApiAnswer.Unreachable(String why) -> lost(workload, why);
    }
  }

  private static void lost(String workload, String why) {
    LOG.warn(
        "that the last stop of workload `{}` no longer stands could not be noted in the McpServerState, so a"
            + " restore may take it for stopped by a tool: {}",
        workload,
        why);
  }

  /** The stop of a workload that nothing has undone since. */
  private static Optional<JsonObject> standing(JsonObject state, String workload) {
    return entry(state, workload).filter(entry -> entry.has("stoppedAt") && !entry.has("undoneAt"));
  }

  private static JsonObject undone(JsonObject state, String workload, Instant at) {
    JsonObject entry =
        JsonObject.builder().put("undoneAt", at.truncatedTo(ChronoUnit.SECONDS).toString()).build();
    return asRead(state, object("workloads", object(workload, entry)));
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
    return entry(state, workload)
        .flatMap(entry -> entry.get("previousReplicas"))
        .map(ServerState::positive)
        .orElse(OptionalInt.empty());
  }

  private static Optional<JsonObject> entry(JsonObject state, String workload) {
    return state
        .object("spec")
        .flatMap(spec -> spec.object("workloads"))
        .flatMap(workloads -> workloads.object(workload));
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
