// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.LastBytes;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLogs.Source;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The logs of a workload's pods: of the newest four, each the container that a person would see.
 */
final class PodLogs {
  private static final int PODS_MAX = 4;
  private static final int FORBIDDEN = 403;

  private final ApiServer api;
  private final WorkloadPods pods;
  private final String namespace;

  PodLogs(ApiServer api, WorkloadPods pods, String namespace) {
    this.api = api;
    this.pods = pods;
    this.namespace = namespace;
  }

  WorkloadLogs read(ScaleTarget target, JsonObject object, LogLimits limits, Deadline deadline) {
    return read(target.workload(), pods.list(target, object, deadline), limits, deadline);
  }

  WorkloadLogs read(
      Workload workload, WorkloadPods.Listed listed, LogLimits limits, Deadline deadline) {
    return switch (listed) {
      case WorkloadPods.Listed.Forbidden _ -> mayNot();
      case WorkloadPods.Listed.Unselected _ ->
          new WorkloadLogs.Refused(
              "the scale of this %s names no selector, so its pods cannot be found; whoever defines the kind adds labelSelectorPath to its scale subresource"
                  .formatted(workload.target().kind()));
      case WorkloadPods.Listed.Failed(ApiAnswer answer) ->
          failed(workload, answer, "its pods could not be listed");
      case WorkloadPods.Listed.Pods(List<JsonObject> all) -> {
        List<JsonObject> newest =
            all.stream()
                .sorted((a, b) -> created(b).compareTo(created(a)))
                .limit(PODS_MAX)
                .toList();
        yield read(workload, newest, limits, deadline);
      }
    };
  }

  private WorkloadLogs read(
      Workload workload, List<JsonObject> newest, LogLimits limits, Deadline deadline) {
    var sources = new ArrayList<Source>();
    for (JsonObject pod : newest) {
      String name = WorkloadPods.name(pod);
      String container = container(pod);
      String path =
          "/api/v1/namespaces/%s/pods/%s/log?container=%s&tailLines=%d"
              .formatted(
                  namespace,
                  name,
                  URLEncoder.encode(container, StandardCharsets.UTF_8),
                  limits.lines());
      switch (api.text(path, limits.bytesMax() / newest.size(), api.within(deadline.left()))) {
        case ApiServer.Text.Read(LastBytes log) ->
            sources.add(
                new Source(
                    "pod `" + name + "`, container `" + container + "`",
                    state(pod, container),
                    log.text(),
                    log.isCut()));
        case ApiServer.Text.Not(ApiAnswer.Denied(int status, String _, String _))
            when status == FORBIDDEN -> {
          return mayNot();
        }
        case ApiServer.Text.Not(ApiAnswer.Denied(int _, String _, String message)) ->
            sources.add( // it has not begun, or is gone: the other pods still have something to say
                new Source("pod `" + name + "`", state(pod, container), message, false));
        case ApiServer.Text.Not(ApiAnswer answer) -> {
          return failed(workload, answer, "the log of pod `" + name + "` could not be read");
        }
      }
    }
    return new WorkloadLogs.Read(sources);
  }

  private static WorkloadLogs mayNot() {
    return new WorkloadLogs.Refused(
        "this sidecar may not read logs; whoever owns the McpServer switches it on with"
            + " `capabilities: [Logs]` in its spec, which gives the sidecar the logs of every pod of"
            + " the namespace, because the cluster cannot give it those of a workload alone");
  }

  private WorkloadLogs failed(Workload workload, ApiAnswer answer, String what) {
    ApiFailure failure = ApiFailure.of(workload, namespace, answer, what);
    return new WorkloadLogs.Failed(failure.why(), failure.whatToDo());
  }

  private static String created(JsonObject pod) {
    return pod.object("metadata").flatMap(m -> m.string("creationTimestamp")).orElse("");
  }

  /** The one that kubectl would take: the annotated one, else the first. */
  private static String container(JsonObject pod) {
    Optional<String> annotated =
        pod.object("metadata")
            .flatMap(m -> m.object("annotations"))
            .flatMap(a -> a.string("kubectl.kubernetes.io/default-container"));
    List<String> names =
        pod
            .object("spec")
            .flatMap(s -> s.array("containers"))
            .orElse(JsonArray.EMPTY)
            .elements()
            .stream()
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .flatMap(c -> c.string("name").stream())
            .toList();
    return annotated
        .filter(names::contains)
        .orElseGet(() -> names.isEmpty() ? "" : names.getFirst());
  }

  /** Why it does not run, in Kubernetes' own words. */
  private static String state(JsonObject pod, String container) {
    if (WorkloadPods.isEnding(pod)) {
      return "ending";
    }
    JsonObject status = pod.object("status").orElse(JsonObject.EMPTY);
    for (JsonValue value : status.array("containerStatuses").orElse(JsonArray.EMPTY).elements()) {
      if (value instanceof JsonObject found
          && found.string("name").equals(Optional.of(container))) {
        JsonObject state = found.object("state").orElse(JsonObject.EMPTY);
        Optional<String> reason =
            state
                .object("waiting")
                .or(() -> state.object("terminated"))
                .flatMap(s -> s.string("reason"));
        if (reason.isPresent()) {
          return reason.get();
        }
      }
    }
    return status.string("phase").filter(phase -> !phase.equals("Running")).orElse("");
  }
}
