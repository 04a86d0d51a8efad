// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The GPUs that pods have, as their limits state them, by name of the resource; empty when there
 * are none. Other ways to get one, such as resource claims, are not looked at.
 */
final class PodGpus {
  private PodGpus() {}

  /** Those of as many pods of a workload's template; none where it has no template. */
  static Map<String, Long> of(JsonObject workload, int replicas) {
    Map<String, Long> gpus = new TreeMap<>();
    workload
        .object("spec")
        .flatMap(spec -> spec.object("template"))
        .ifPresent(template -> add(template, gpus));
    gpus.replaceAll((_, count) -> count * replicas);
    return gpus;
  }

  /** Those of pods together, as far as they have not ended. */
  static Map<String, Long> of(List<JsonObject> pods) {
    Map<String, Long> gpus = new TreeMap<>();
    pods.stream().filter(WorkloadPods::isLive).forEach(pod -> add(pod, gpus));
    return gpus;
  }

  private static void add(JsonObject pod, Map<String, Long> gpus) {
    JsonObject spec = pod.object("spec").orElse(JsonObject.EMPTY);
    add(spec.array("containers"), false, gpus);
    add(spec.array("initContainers"), true, gpus);
  }

  /** An init container that ends gives its own back before the others begin. */
  private static void add(Optional<JsonArray> containers, boolean isInit, Map<String, Long> gpus) {
    for (JsonValue value : containers.orElse(JsonArray.EMPTY).elements()) {
      if (value instanceof JsonObject container
          && (!isInit || container.string("restartPolicy").equals(Optional.of("Always")))) {
        container
            .object("resources")
            .flatMap(resources -> resources.object("limits"))
            .orElse(JsonObject.EMPTY)
            .members()
            .forEach(
                (name, quantity) -> {
                  long count = count(quantity);
                  if (isGpu(name) && count > 0) {
                    gpus.merge(name, count, Long::sum);
                  }
                });
      }
    }
  }

  /** An extended resource of whatever vendor whose name says that it is one. */
  private static boolean isGpu(String resource) {
    int slash = resource.indexOf('/');
    return slash > 0 && resource.startsWith("gpu", slash + 1);
  }

  /** Extended resources are whole numbers; anything else is not taken for one. */
  private static long count(JsonValue quantity) {
    return switch (quantity) {
      case JsonNumber number -> number.integer().orElse(0L);
      case JsonString(String text) when text.matches("[0-9]{1,6}") -> Long.parseLong(text);
      case JsonValue _ -> 0;
    };
  }
}
