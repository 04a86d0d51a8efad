// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.Capability;
import dev.mcppolicy.api.v1alpha1.McpServerSpec;
import dev.mcppolicy.api.v1alpha1.TargetSpec;
import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import dev.mcppolicy.operator.rights.GrantableRights;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a sidecar may do with the targets of its workloads: each by its name, and pods as far as
 * capabilities go. What the operator may not grant is left out; the status says so.
 */
final class TargetRules {
  private static final List<String> ACT = List.of("get", "patch");

  private TargetRules() {}

  static List<PolicyRule> of(McpServerSpec spec, GrantableRights rights) {
    Map<Resource, TreeSet<String>> names = new TreeMap<>();
    for (WorkloadSpec workload : spec.workloads()) {
      TargetSpec target = workload.target();
      if (target.name() != null && rights.holds(target)) {
        names.computeIfAbsent(Resource.of(target), _ -> new TreeSet<>()).add(target.name());
      }
    }
    List<PolicyRule> rules = new ArrayList<>();
    names.forEach( // a rule without names would mean every one, and each entry has one
        (resource, named) -> resource.rules(List.copyOf(named)).forEach(rules::add));
    if (!spec.workloads().isEmpty()) { // what is created has no name beforehand
      rules.add(everyOne("events.k8s.io", "events", "create"));
    }
    if (spec.docker() != null
        && rights.holds(spec.docker())) { // what opens the engine, and no other
      rules.add(
          OwnedObjects.rule("", "secrets", List.of("get"), List.of(spec.docker().tlsSecretName())));
    }
    rules.addAll(ofPods(spec.capabilities().stream().filter(rights::holds).toList()));
    return rules;
  }

  /** Over all pods of the namespace: their names are not known beforehand, like those of Events. */
  private static List<PolicyRule> ofPods(List<Capability> capabilities) {
    List<PolicyRule> rules = new ArrayList<>();
    if (!capabilities.isEmpty()) {
      rules.add(everyOne("", "pods", "list"));
    }
    if (capabilities.contains(Capability.LOGS)) {
      rules.add(everyOne("", "pods/log", "get"));
    }
    if (capabilities.contains(Capability.DELETE_PODS)) {
      rules.add(everyOne("", "pods", "delete"));
    }
    return rules;
  }

  private static PolicyRule everyOne(String group, String resource, String verb) {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resource)
        .withVerbs(verb)
        .build();
  }

  /** A resource of the API and how targets of it are acted on. */
  private record Resource(String group, String plural, TargetSpec.Way way, boolean isKnown)
      implements Comparable<Resource> {

    static Resource of(TargetSpec target) {
      return new Resource(target.group(), target.plural(), target.way(), target.kindIsKnown());
    }

    List<PolicyRule> rules(List<String> names) {
      return switch (way) {
        case STOP_ANNOTATION -> List.of(OwnedObjects.rule(group, plural, ACT, names));
        case SCALE -> {
          PolicyRule scale = OwnedObjects.rule(group, plural + "/scale", ACT, names);
          yield isKnown
              ? List.of(OwnedObjects.rule(group, plural, List.of("get"), names), scale)
              : List.of(scale); // where a kind that is not known has what, only its scale says
        }
        case DELETION, ENGINE -> List.of(); // a matter of capabilities, and of the engine
      };
    }

    @Override
    public int compareTo(Resource other) {
      int byGroup = group.compareTo(other.group);
      return byGroup != 0 ? byGroup : plural.compareTo(other.plural);
    }
  }
}
