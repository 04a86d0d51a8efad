// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The GPUs that one pod of a workload has, as its template's limits state them. Other ways to get
 * one, such as resource claims, are not looked at.
 */
final class PodGpus {
  private PodGpus() {}

  /** By name of the resource; empty when there are none, or no template. */
  static Map<String, Long> of(JsonObject workload) {
    Map<String, Long> gpus = new TreeMap<>();
    JsonObject pod =
        workload
            .object("spec")
            .flatMap(spec -> spec.object("template"))
            .flatMap(template -> template.object("spec"))
            .orElse(JsonObject.EMPTY);
    add(pod.array("containers"), false, gpus);
    add(pod.array("initContainers"), true, gpus);
    return gpus;
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
