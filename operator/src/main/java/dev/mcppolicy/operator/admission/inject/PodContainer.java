// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container of a pod with the place where it stands.
 *
 * @param place as {@code spec.containers[1]}
 */
record PodContainer(JsonObject json, String place) {

  /** Every container of every sort. */
  static List<PodContainer> all(JsonObject spec) {
    var all = new ArrayList<PodContainer>();
    for (String field : List.of("initContainers", "containers", "ephemeralContainers")) {
      List<JsonObject> containers = Elements.objects(spec, field);
      for (int i = 0; i < containers.size(); i++) {
        all.add(new PodContainer(containers.get(i), "spec." + field + "[" + i + "]"));
      }
    }
    return all;
  }

  String name() {
    return json.string("name").orElse("");
  }

  boolean isRegular() {
    return place.startsWith("spec.containers[");
  }

  Optional<Long> userId() {
    return json.object("securityContext").flatMap(PodContainer::userId);
  }

  static Optional<Long> userId(JsonObject securityContext) {
    return securityContext
        .get("runAsUser")
        .flatMap(id -> id instanceof JsonNumber number ? number.integer() : Optional.empty());
  }
}
