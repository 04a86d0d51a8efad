// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.api.v1alpha1.Capability;
import dev.mcppolicy.api.v1alpha1.DockerSpec;
import dev.mcppolicy.api.v1alpha1.TargetSpec;
import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import dev.mcppolicy.bundle.DockerEndpoint;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import dev.mcppolicy.operator.rights.GrantableRights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an McpServer wants its sidecar to act on, as far as a schema cannot check it. */
record Targets(JsonObject spec) {

  List<String> problems(GrantableRights rights) {
    List<Capability> capabilities = capabilities();
    var problems = new ArrayList<>(rights.missing(declared().toList(), docker(), capabilities));
    problems.addAll(namedTwice());
    problems.addAll(engineProblems());
    List<JsonObject> selectors =
        workloads()
            .map(workload -> part(workload, "target"))
            .map(target -> part(part(target, "selector"), "matchLabels"))
            .toList();
    for (int i = 0; i < selectors.size(); i++) {
      String place = "spec.workloads[" + i + "].target";
      JsonObject labels = selectors.get(i);
      labels.members().keySet().stream()
          .filter(key -> !Workload.Target.isLabelKey(key))
          .forEach(_ -> problems.add(place + ".selector.matchLabels: has a key that no label has"));
      if (!labels.equals(JsonObject.EMPTY) && capabilities.isEmpty()) {
        problems.add(
            place
                + ": a sidecar sees no pods without a right over all of them; add `capabilities: [DeletePods]`"
                + " to let tools stop them, or `capabilities: [Logs]` to let them be looked at");
      }
    }
    return problems;
  }

  /**
   * T121: what a stop has to respect, whose turn it is and what a start returns to belong to a
   * workload, so an object with two of them would have two of each.
   */
  private List<String> namedTwice() {
    var problems = new ArrayList<String>();
    Map<Identity, Integer> placeOf = new HashMap<>();
    List<JsonObject> targets = workloads().map(workload -> part(workload, "target")).toList();
    for (int i = 0; i < targets.size(); i++) {
      Integer first = placeOf.putIfAbsent(Identity.of(targets.get(i)), i);
      if (first != null) {
        problems.add(
            "spec.workloads[%d].target: is that of spec.workloads[%d], too, and a stop by one name would not respect what the other declares; leave one of the two out, callers then use the name that stays"
                .formatted(i, first));
      }
    }
    return problems;
  }

  /**
   * What tells an object from others of its namespace, or of its engine. A version and a kind do
   * not: one object can be had by several.
   *
   * @param labels of a selector
   */
  private record Identity(String group, String plural, String name, JsonObject labels) {
    static Identity of(JsonObject target) {
      TargetSpec spec = target(target);
      return new Identity(
          spec.group(),
          spec.plural(),
          target.string("name").orElse(""),
          part(part(target, "selector"), "matchLabels"));
    }
  }

  /** What a pattern of the schema cannot tell of an address, or of the keys of labels. */
  private List<String> engineProblems() {
    var problems = new ArrayList<String>();
    JsonObject docker = part(spec, "docker");
    docker
        .string("endpoint")
        .filter(endpoint -> DockerEndpoint.endpoint(endpoint).isEmpty())
        .ifPresent(
            endpoint ->
                problems.add(
                    "spec.docker.endpoint: `%s` names no host; write the name or the address of a machine, such as https://gpu-box.example.com:2376"
                        .formatted(endpoint)));
    part(docker, "requiredLabels").members().keySet().stream()
        .filter(key -> !Workload.Target.isLabelKey(key))
        .forEach(
            key ->
                problems.add(
                    "spec.docker.requiredLabels: `%s` is no key that may be required; use at most 63 letters, digits and `-_.`, with a prefix such as `example.com/` if you like"
                        .formatted(key)));
    return problems;
  }

  private Optional<DockerSpec> docker() {
    return part(spec, "docker")
        .string("endpoint")
        .map(endpoint -> new DockerSpec(endpoint, "", Map.of(), false, Map.of()));
  }

  private Stream<WorkloadSpec> declared() {
    return workloads()
        .map(
            workload ->
                new WorkloadSpec(
                    workload.string("name").orElse(""),
                    null,
                    target(part(workload, "target")),
                    null,
                    null,
                    null,
                    workload.string("pauseScaledObject").orElse(null),
                    Map.of()));
  }

  private static TargetSpec target(JsonObject target) {
    return new TargetSpec(
        target.string("apiVersion").orElse(""),
        target.string("kind").orElse(""),
        target.string("resource").orElse(null),
        target.string("name").orElse(null),
        null,
        Map.of());
  }

  private Stream<JsonObject> workloads() {
    return elements("workloads")
        .map(workload -> workload instanceof JsonObject object ? object : JsonObject.EMPTY);
  }

  private List<Capability> capabilities() {
    return elements("capabilities")
        .flatMap(
            element -> element instanceof JsonString(String word) ? Stream.of(word) : Stream.of())
        .flatMap(word -> Stream.of(Capability.values()).filter(c -> c.word().equals(word)))
        .toList();
  }

  private Stream<JsonValue> elements(String list) {
    return spec.array(list).orElse(JsonArray.EMPTY).elements().stream();
  }

  private static JsonObject part(JsonObject object, String name) {
    Optional<JsonObject> part = object.object(name);
    return part.orElse(JsonObject.EMPTY);
  }
}
