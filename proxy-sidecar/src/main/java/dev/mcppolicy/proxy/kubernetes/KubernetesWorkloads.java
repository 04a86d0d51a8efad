// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Scaled;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Stops and starts workloads by their {@code /scale}. Before a stop the replicas are kept in the
 * McpServerState, so a start after a restart of everything still finds them.
 *
 * <p>Each change carries the resource version that was read: whoever scales at the same time is not
 * overwritten unseen, the scale is read again.
 */
public final class KubernetesWorkloads implements WorkloadControl {
  private static final int ATTEMPTS_MAX = 5;
  private static final int CONFLICT = 409;

  /** The resource of each kind that can be scaled. */
  private static final Map<String, String> RESOURCES = Map.of("apps/v1 Deployment", "deployments");

  private final ApiServer api;
  private final ServerState state;
  private final String namespace;
  private final InstantSource clock;

  public KubernetesWorkloads(
      ApiServer api, ServerState state, String namespace, InstantSource clock) {
    this.api = api;
    this.state = state;
    this.namespace = namespace;
    this.clock = clock;
  }

  @Override
  public WorkloadOutcome stop(Workload workload, Duration timeout) {
    return change(workload, timeout, new Stop(workload));
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    return change(workload, timeout, new Start(workload));
  }

  /** A scale as it was read. */
  private record Scale(String resourceVersion, int replicas, int observed) {}

  /** What to scale to, after whatever has to be done before. */
  private sealed interface Plan {
    record ScaleTo(int replicas) implements Plan {}

    record Nothing(WorkloadOutcome outcome) implements Plan {}
  }

  private interface Change {
    Plan plan(Scale scale, Duration timeLeft);
  }

  private final class Stop implements Change {
    private final Workload workload;

    Stop(Workload workload) {
      this.workload = workload;
    }

    @Override
    public Plan plan(Scale scale, Duration timeLeft) {
      if (scale.replicas() == 0) {
        OptionalInt kept =
            state.read(timeLeft) instanceof ApiAnswer.Ok(JsonObject object)
                ? ServerState.kept(object, workload.name())
                : OptionalInt.empty();
        return new Plan.Nothing(new AlreadyThere(0, scale.observed(), kept));
      }
      ApiAnswer kept = state.keep(workload.name(), scale.replicas(), clock.instant(), timeLeft);
      return kept instanceof ApiAnswer.Ok
          ? new Plan.ScaleTo(0)
          : new Plan.Nothing(
              failed(
                  workload,
                  kept,
                  "its replicas could not be kept in the McpServerState, so it was not stopped"));
    }
  }

  private final class Start implements Change {
    private final Workload workload;

    Start(Workload workload) {
      this.workload = workload;
    }

    @Override
    public Plan plan(Scale scale, Duration timeLeft) {
      if (scale.replicas() > 0) {
        return new Plan.Nothing(
            new AlreadyThere(scale.replicas(), scale.observed(), OptionalInt.empty()));
      }
      ApiAnswer read = state.read(timeLeft);
      return read instanceof ApiAnswer.Ok(JsonObject object)
          ? new Plan.ScaleTo(ServerState.kept(object, workload.name()).orElse(1))
          : new Plan.Nothing(
              failed(
                  workload,
                  read,
                  "how many replicas it had could not be read from the McpServerState, so it was"
                      + " not started"));
    }
  }

  private WorkloadOutcome change(Workload workload, Duration timeout, Change change) {
    String resource =
        RESOURCES.get(workload.target().apiVersion() + " " + workload.target().kind());
    if (resource == null) {
      return new Failed(
          "a " + workload.target().kind() + " cannot be scaled by this version",
          "name one of " + String.join(", ", RESOURCES.keySet()) + " in the McpServer's workloads");
    }
    String path =
        "/apis/%s/namespaces/%s/%s/%s/scale"
            .formatted(
                workload.target().apiVersion(), namespace, resource, workload.target().name());
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      ApiAnswer read = api.get(path, api.within(left(deadlineNanos)));
      Optional<Scale> scale =
          read instanceof ApiAnswer.Ok(JsonObject object) ? scale(object) : Optional.empty();
      if (scale.isEmpty()) {
        return failed(workload, read, "its scale could not be read, so nothing was changed");
      }
      switch (change.plan(scale.get(), api.within(left(deadlineNanos)))) {
        case Plan.Nothing(WorkloadOutcome outcome) -> {
          return outcome;
        }
        case Plan.ScaleTo(int replicas) -> {
          Duration left = left(deadlineNanos);
          if (!left.isPositive()) {
            return tooLate(timeout);
          }
          ApiAnswer patched = api.patch(path, patch(scale.get(), replicas), api.within(left));
          if (patched instanceof ApiAnswer.Ok(JsonObject object)) {
            int observed = scale(object).map(Scale::observed).orElse(scale.get().observed());
            return new Scaled(replicas, scale.get().replicas(), observed);
          }
          boolean conflict =
              patched instanceof ApiAnswer.Denied(int status, String _, String _)
                  && status == CONFLICT;
          if (!conflict) {
            return failed(workload, patched, "it could not be scaled to " + replicas);
          }
        }
      }
      if (!left(deadlineNanos).isPositive()) {
        return tooLate(timeout);
      }
    }
    return new Failed(
        "someone else changed its scale " + ATTEMPTS_MAX + " times meanwhile",
        "look who else scales "
            + target(workload)
            + " (an autoscaler, a deployment tool), then"
            + " try again");
  }

  private static Duration left(long deadlineNanos) {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  private static JsonObject patch(Scale scale, int replicas) {
    return JsonObject.builder()
        .put(
            "metadata",
            JsonObject.builder().put("resourceVersion", scale.resourceVersion()).build())
        .put("spec", JsonObject.builder().put("replicas", replicas).build())
        .build();
  }

  /** An absent number of replicas is zero: the API leaves zeros out. */
  private static Optional<Scale> scale(JsonObject object) {
    return object
        .object("metadata")
        .flatMap(metadata -> metadata.string("resourceVersion"))
        .map(version -> new Scale(version, replicas(object, "spec"), replicas(object, "status")));
  }

  private static int replicas(JsonObject scale, String part) {
    return scale
        .object(part)
        .flatMap(object -> object.get("replicas"))
        .filter(JsonNumber.class::isInstance)
        .map(JsonNumber.class::cast)
        .flatMap(JsonNumber::integer)
        .filter(count -> count >= 0 && count <= Integer.MAX_VALUE)
        .orElse(0L)
        .intValue();
  }

  private static Failed tooLate(Duration timeout) {
    return new Failed(
        "the API server took longer than " + timeout.toMillis() + " ms; nothing was scaled",
        "try again");
  }

  private Failed failed(Workload workload, ApiAnswer answer, String what) {
    return switch (answer) {
      case ApiAnswer.Ok _ ->
          new Failed(
              what + ": the API server's answer cannot be read",
              "try again; tell who runs the cluster if it stays so");
      case ApiAnswer.Denied(int status, String _, String message) ->
          new Failed(
              what + ": " + message,
              switch (status) {
                case 401, 403 ->
                    "who runs the operator must see why this pod's ServiceAccount lacks the right:"
                        + " is the workload still listed in the McpServer?";
                case 404 ->
                    "create "
                        + target(workload)
                        + " in namespace `"
                        + namespace
                        + "`, or correct the target of workload `"
                        + workload.name()
                        + "` in the McpServer";
                case 429, 500, 503, 504 -> "try again in a moment";
                default -> "mend what the API server says, then try again";
              });
      case ApiAnswer.Unreachable(String why) ->
          new Failed(
              what + ": the API server was not reached: " + why,
              "try again; if it was a change that was not answered, look at the workload first");
    };
  }

  private static String target(Workload workload) {
    return workload.target().kind() + " `" + workload.target().name() + "`";
  }
}
