// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fields of objects whose kinds are others': what is not of the expected type is not there. */
final class Fields {
  private Fields() {}

  static Optional<Integer> number(GenericKubernetesResource object, Object... path) {
    return value(object, path).filter(Number.class::isInstance).map(n -> ((Number) n).intValue());
  }

  static Optional<String> text(GenericKubernetesResource object, Object... path) {
    return value(object, path).filter(String.class::isInstance).map(String.class::cast);
  }

  static boolean flag(GenericKubernetesResource object, Object... path) {
    return value(object, path).equals(Optional.of(true));
  }

  static boolean isNot(GenericKubernetesResource object, boolean flag, Object... path) {
    return !value(object, path).equals(Optional.of(flag));
  }

  static List<String> texts(GenericKubernetesResource object, Object... path) {
    return list(object, path).stream()
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .toList();
  }

  @SuppressWarnings("unchecked") // JSON objects have texts as keys
  static List<Map<String, Object>> objects(GenericKubernetesResource object, Object... path) {
    return list(object, path).stream()
        .filter(Map.class::isInstance)
        .map(element -> (Map<String, Object>) element)
        .toList();
  }

  /** Whether the {@code scaleTargetRef} of an autoscaler means a workload. */
  static boolean scales(GenericKubernetesResource autoscaler, Declared workload) {
    String apiVersion = text(autoscaler, "spec", "scaleTargetRef", "apiVersion").orElse("apps/v1");
    int slash = apiVersion.indexOf('/');
    return (slash < 0 ? "" : apiVersion.substring(0, slash)).equals(workload.group())
        && text(autoscaler, "spec", "scaleTargetRef", "kind")
            .orElse("Deployment")
            .equals(workload.target().kind())
        && text(autoscaler, "spec", "scaleTargetRef", "name")
            .equals(Optional.of(workload.target().name()));
  }

  private static List<?> list(GenericKubernetesResource object, Object... path) {
    return value(object, path)
        .filter(List.class::isInstance)
        .<List<?>>map(List.class::cast)
        .orElse(List.of());
  }

  private static Optional<Object> value(GenericKubernetesResource object, Object... path) {
    return Optional.ofNullable(object.get(path));
  }
}
