// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.proxy.workload.Deadline;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The pods of a workload, where the sidecar may see them: the capability Logs gives that right.
 * Labels alone make no pod the workload's (anybody may write them): its controller must be the
 * StatefulSet itself, a ReplicaSet that the Deployment names so, or for kinds that are not known
 * the object itself or one that was named after it.
 */
final class WorkloadPods {
  private static final int FORBIDDEN = 403;
  private static final Duration ASK_AGAIN = Duration.ofSeconds(30);
  private static final int PODS_MAX = 500;

  private final ApiServer api;
  private final String namespace;
  private volatile Deadline forbiddenUntil = Deadline.after(Duration.ZERO);

  WorkloadPods(ApiServer api, String namespace) {
    this.api = api;
    this.namespace = namespace;
  }

  /** What could be seen. */
  sealed interface Listed {
    record Pods(List<JsonObject> pods) implements Listed {}

    record Forbidden() implements Listed {}

    /** A workload that does not say by which labels its pods are found. */
    record Unselected() implements Listed {}

    record Failed(ApiAnswer answer) implements Listed {}
  }

  /** How many are told to end and have not; empty when they may not, or could not, be seen. */
  OptionalInt ending(ScaleTarget target, JsonObject object, Deadline deadline) {
    return ending(() -> list(target, object, deadline));
  }

  OptionalInt ending(Supplier<Listed> listing) {
    if (!mayBeSeen()) {
      return OptionalInt.empty();
    }
    return switch (listing.get()) {
      case Listed.Pods(List<JsonObject> pods) ->
          OptionalInt.of((int) pods.stream().filter(WorkloadPods::isEnding).count());
      case Listed.Forbidden _, Listed.Unselected _, Listed.Failed _ -> OptionalInt.empty();
    };
  }

  /** Whether to ask: a refusal is in the cluster's audit log, so not at every look. */
  boolean mayBeSeen() {
    return forbiddenUntil.isOver();
  }

  static boolean isEnding(JsonObject pod) {
    return pod.object("metadata").flatMap(m -> m.string("deletionTimestamp")).isPresent();
  }

  /** Whether it has ended by itself. */
  static boolean isFinished(JsonObject pod) {
    return pod.object("status")
        .flatMap(status -> status.string("phase"))
        .filter(phase -> phase.equals("Succeeded") || phase.equals("Failed"))
        .isPresent();
  }

  /** Whether it is there to stay for now. */
  static boolean isLive(JsonObject pod) {
    return !isEnding(pod) && !isFinished(pod);
  }

  static boolean isReady(JsonObject pod) {
    for (JsonValue value :
        pod.object("status")
            .flatMap(status -> status.array("conditions"))
            .orElse(JsonArray.EMPTY)
            .elements()) {
      if (value instanceof JsonObject condition
          && condition.string("type").equals(Optional.of("Ready"))) {
        return condition.string("status").equals(Optional.of("True"));
      }
    }
    return false;
  }

  static String name(JsonObject pod) {
    return pod.object("metadata").flatMap(m -> m.string("name")).orElse("");
  }

  static String uid(JsonObject pod) {
    return pod.object("metadata").flatMap(m -> m.string("uid")).orElse("");
  }

  static Optional<String> resourceVersion(JsonObject pod) {
    return pod.object("metadata").flatMap(m -> m.string("resourceVersion"));
  }

  /** Why nothing is known of pods that could not be listed, and what to do. */
  static Readiness.NotKnown unseen(Workload workload, String namespace, Listed listed) {
    if (listed instanceof Listed.Failed(ApiAnswer answer)) {
      ApiFailure failure =
          ApiFailure.of(workload, namespace, answer, "its pods could not be listed");
      return new Readiness.NotKnown(failure.why(), failure.whatToDo());
    }
    return new Readiness.NotKnown(
        "this sidecar may not list pods",
        "`capabilities: [Pods]` in the McpServer gives it that right");
  }

  Listed list(ScaleTarget target, JsonObject object, Deadline deadline) {
    Optional<String> selector =
        target.isKnownKind()
            ? selector(object)
            : object.object("status").flatMap(status -> status.string("selector"));
    if (selector.isEmpty() || selector.get().isBlank()) {
      return new Listed.Unselected(); // never none: that would be a workload without requests
    }
    return list(selector.get(), pod -> isOf(target, object, pod), deadline);
  }

  /** Those of a selector, as a query carries it, that belong to whoever asks. */
  Listed list(String selector, Predicate<JsonObject> isOwn, Deadline deadline) {
    ApiAnswer answer =
        api.get(
            "/api/v1/namespaces/"
                + namespace
                + "/pods?limit="
                + PODS_MAX
                + "&labelSelector="
                + URLEncoder.encode(selector, StandardCharsets.UTF_8),
            api.within(deadline.left()));
    return switch (answer) {
      case ApiAnswer.Ok(JsonObject list) when isCut(list) ->
          new Listed.Failed(
              new ApiAnswer.Unreachable("more than " + PODS_MAX + " pods carry its labels"));
      case ApiAnswer.Ok(JsonObject list) -> {
        var pods = new ArrayList<JsonObject>();
        for (JsonValue item : list.array("items").orElse(JsonArray.EMPTY).elements()) {
          if (item instanceof JsonObject pod && isOwn.test(pod)) {
            pods.add(pod);
          }
        }
        yield new Listed.Pods(pods);
      }
      case ApiAnswer.Denied(int status, String _, String _) when status == FORBIDDEN -> {
        forbiddenUntil = Deadline.after(ASK_AGAIN);
        yield new Listed.Forbidden();
      }
      case ApiAnswer.Denied _, ApiAnswer.Unreachable _ -> new Listed.Failed(answer);
    };
  }

  private static boolean isCut(JsonObject list) {
    return list.object("metadata")
        .flatMap(metadata -> metadata.string("continue"))
        .filter(more -> !more.isEmpty())
        .isPresent();
  }

  /** The owner that rules this object; empty when none does. */
  static Optional<JsonObject> controller(JsonObject pod) {
    return pod
        .object("metadata")
        .flatMap(metadata -> metadata.array("ownerReferences"))
        .orElse(JsonArray.EMPTY)
        .elements()
        .stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .filter(owner -> owner.get("controller").equals(Optional.of(JsonValue.of(true))))
        .findFirst();
  }

  /**
   * Whether the controller is that object, or one that was named after it, as controllers name what
   * they make in between.
   */
  static boolean isRuledBy(JsonObject pod, String name, Optional<String> uid) {
    Optional<JsonObject> controller = controller(pod);
    Optional<String> called = controller.flatMap(owner -> owner.string("name"));
    return controller.isPresent()
        && ((uid.isPresent() && controller.get().string("uid").equals(uid))
            || called.filter(n -> n.equals(name) || n.startsWith(name + "-")).isPresent());
  }

  private static boolean isOf(ScaleTarget target, JsonObject object, JsonObject pod) {
    Optional<JsonObject> controller = controller(pod);
    if (controller.isEmpty()) {
      return false;
    }
    Optional<String> uid = object.object("metadata").flatMap(m -> m.string("uid"));
    if (!target.isKnownKind()) {
      return isRuledBy(pod, target.workload().target().name(), uid);
    }
    if (target.isStatefulSet()) {
      return uid.isPresent() && controller.get().string("uid").equals(uid);
    }
    Optional<String> replicaSet =
        pod.object("metadata")
            .flatMap(metadata -> metadata.object("labels"))
            .flatMap(labels -> labels.string("pod-template-hash"))
            .map(hash -> target.workload().target().name() + "-" + hash);
    return controller.get().string("kind").equals(Optional.of("ReplicaSet"))
        && replicaSet.isPresent()
        && controller.get().string("name").equals(replicaSet);
  }

  /**
   * As a query carries it; empty when the object selects nothing that is understood. Requirements
   * that are not understood are left out: that finds more pods, and the controller of each is
   * looked at besides.
   */
  private static Optional<String> selector(JsonObject object) {
    JsonObject selector =
        object.object("spec").flatMap(spec -> spec.object("selector")).orElse(JsonObject.EMPTY);
    var parts = new ArrayList<String>();
    for (Map.Entry<String, JsonValue> label :
        selector.object("matchLabels").orElse(JsonObject.EMPTY).members().entrySet()) {
      if (label.getValue() instanceof JsonString(String value)) {
        parts.add(label.getKey() + "=" + value);
      }
    }
    for (JsonValue value : selector.array("matchExpressions").orElse(JsonArray.EMPTY).elements()) {
      if (value instanceof JsonObject expression) {
        requirement(expression).ifPresent(parts::add);
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(",", parts));
  }

  private static Optional<String> requirement(JsonObject expression) {
    String key = expression.string("key").orElse("");
    String values =
        expression.array("values").orElse(JsonArray.EMPTY).elements().stream()
            .map(value -> value instanceof JsonString(String text) ? text : "")
            .collect(Collectors.joining(","));
    return key.isEmpty()
        ? Optional.empty()
        : switch (expression.string("operator").orElse("")) {
          case "In" -> Optional.of(key + " in (" + values + ")");
          case "NotIn" -> Optional.of(key + " notin (" + values + ")");
          case "Exists" -> Optional.of(key);
          case "DoesNotExist" -> Optional.of("!" + key);
          default -> Optional.empty();
        };
  }
}
