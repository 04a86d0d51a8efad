// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.bundle.Workload.Target;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The target of a workload as a bundle holds it. */
final class TargetFormat {
  private static final Pattern API_VERSION =
      Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?v[0-9][a-z0-9]{0,61}");

  private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]{0,62}");
  private static final Pattern RESOURCE = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");

  private TargetFormat() {}

  static JsonObject write(Target target) {
    var object =
        JsonObject.builder().put("apiVersion", target.apiVersion()).put("kind", target.kind());
    if (target.podLabels().isEmpty()) {
      object.put("name", target.name());
    } else {
      var labels = JsonObject.builder();
      target.podLabels().forEach(labels::put);
      object.put("podLabels", labels.build());
    }
    target.resource().ifPresent(resource -> object.put("resource", resource));
    return object.build();
  }

  static Target read(Members target) throws WrongBundleException {
    target.only(Set.of("apiVersion", "kind", "name", "resource", "podLabels"));
    String apiVersion = target.match("apiVersion", API_VERSION);
    String kind = target.match("kind", KIND);
    if (kind.equals(Target.PODS)) {
      return pods(target, apiVersion);
    }
    if (target.has("podLabels")) {
      throw new WrongBundleException(target.at("podLabels"), "is for the kind Pods alone");
    }
    if (apiVersion.equals(Target.CONTAINER_VERSION)) {
      target.only(Set.of("apiVersion", "kind", "name"));
      if (!kind.equals(Target.CONTAINER)) {
        throw new WrongBundleException(target.at("kind"), "is nothing that can be acted on");
      }
      return Target.container(target.match("name", Members.CONTAINER_NAME));
    }
    String name = target.match("name", Members.NAME);
    return target.has("resource")
        ? Target.scaled(apiVersion, kind, target.match("resource", RESOURCE), name)
        : new Target(apiVersion, kind, name);
  }

  /** A selector that is empty would select every pod. */
  private static Target pods(Members target, String apiVersion) throws WrongBundleException {
    target.only(Set.of("apiVersion", "kind", "podLabels"));
    Map<String, String> labels = target.labels("podLabels", Target.LABELS_MAX);
    if (labels.isEmpty() || !apiVersion.equals("v1")) {
      throw new WrongBundleException(target.place(), "is not a selector of pods of version v1");
    }
    return Target.pods(labels);
  }
}
