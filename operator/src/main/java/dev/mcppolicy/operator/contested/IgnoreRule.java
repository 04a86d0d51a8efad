// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A rule by which a deployment tool leaves fields alone. Only rules that say each word in full are
 * understood; one with patterns or selectors counts as covering nothing.
 *
 * @param paths JSON pointers
 * @param target what it is for, by {@code group}, {@code version}, {@code kind}, {@code name} and
 *     {@code namespace}; a part that is absent matches everything
 */
record IgnoreRule(Collection<?> paths, Map<String, ?> target) {
  private static final Set<String> PARTS = Set.of("group", "version", "kind", "name", "namespace");
  private static final String REPLICAS = "/spec/replicas";
  private static final Set<String> EVERYTHING = Set.of("*", ".*");

  /** Of {@code spec.ignore} of a Kustomization and of the drift detection of a HelmRelease. */
  static IgnoreRule ofFlux(Map<String, Object> rule) {
    return new IgnoreRule(
        rule.get("paths") instanceof Collection<?> paths ? paths : Set.of(), parts(rule, "target"));
  }

  /** Of {@code spec.ignoreDifferences} of an Application. */
  static IgnoreRule ofArgoCd(Map<String, Object> rule) {
    Collection<?> pointers =
        rule.get("jsonPointers") instanceof Collection<?> list ? list : Set.of();
    Collection<?> queries =
        rule.get("jqPathExpressions") instanceof Collection<?> list ? list : Set.of();
    Map<String, Object> target = new HashMap<>(rule);
    target.keySet().retainAll(PARTS);
    return new IgnoreRule(queries.contains(".spec.replicas") ? Set.of(REPLICAS) : pointers, target);
  }

  boolean covers(Declared workload, String namespace) {
    String apiVersion = workload.target().apiVersion();
    Map<String, String> wanted =
        Map.of(
            "group", workload.group(),
            "version", apiVersion.substring(apiVersion.indexOf('/') + 1),
            "kind", workload.target().kind(),
            "name", workload.target().name(),
            "namespace", namespace);
    return paths.contains(REPLICAS)
        && target.entrySet().stream()
            .allMatch(
                part ->
                    part.getValue().equals(wanted.get(part.getKey()))
                        || (PARTS.contains(part.getKey()) && EVERYTHING.contains(part.getValue()))
                        || "".equals(part.getValue()));
  }

  @SuppressWarnings("unchecked") // JSON objects have texts as keys
  private static Map<String, ?> parts(Map<String, Object> rule, String member) {
    return rule.get(member) instanceof Map<?, ?> target ? (Map<String, ?>) target : Map.of();
  }
}
