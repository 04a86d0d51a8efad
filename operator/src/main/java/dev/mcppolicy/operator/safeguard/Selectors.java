// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;

/** Label selectors as the API server evaluates them. */
final class Selectors {
  private Selectors() {}

  /** Whether labels are selected. An empty selector selects everything. */
  static boolean matches(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> equal = selector.getMatchLabels();
    return (equal == null || labels.entrySet().containsAll(equal.entrySet()))
        && selector.getMatchExpressions().stream()
            .allMatch(requirement -> matches(requirement, labels));
  }

  /** Whether it selects some labels that hold at least these. */
  static boolean mayMatch(LabelSelector selector, Map<String, String> atLeast) {
    Map<String, String> equal = selector.getMatchLabels();
    return (equal == null
            || equal.entrySet().stream()
                .allMatch(
                    label ->
                        atLeast
                            .getOrDefault(label.getKey(), label.getValue())
                            .equals(label.getValue())))
        && selector.getMatchExpressions().stream()
            .allMatch(
                requirement ->
                    // of a key that is not known any value may come, and none
                    !atLeast.containsKey(requirement.getKey()) || matches(requirement, atLeast));
  }

  private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.getKey());
    return switch (requirement.getOperator()) {
      case "In" -> value != null && requirement.getValues().contains(value);
      case "NotIn" -> value == null || !requirement.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> true; // one of a newer API: rather a budget too many
    };
  }
}
