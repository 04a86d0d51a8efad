// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.operator.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OwnedObjectsTest {
  private static final McpServer SERVER =
      Resources.server(
          "vllm",
          """
          {transport: {stdio: {}},
           workloads: [{name: a, target: {apiVersion: apps/v1, kind: Deployment, name: two}},
                       {name: b, target: {apiVersion: apps/v1, kind: Deployment, name: one}},
                       {name: c, target: {apiVersion: apps/v1, kind: Deployment, name: two}}]}
          """);

  @Test
  void roleHoldsTheListedObjectsByNameAndNothingElse() { // T122
    assertEquals(
        List.of(
            " secrets [get, list, watch] [vllm-mcp]",
            "mcppolicy.dev mcpserverstates [get, watch, patch] [vllm]",
            "apps deployments [get] [one, two]",
            "apps deployments/scale [get, patch] [one, two]",
            "events.k8s.io events [create] []"),
        OwnedObjects.role(SERVER, List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList());
  }

  @Test
  void roleHoldsAStatefulSetAsAStatefulSet() { // T122
    McpServer server =
        Resources.server(
            "vllm",
            """
            {transport: {stdio: {}},
             workloads: [{name: a, target: {apiVersion: apps/v1, kind: StatefulSet, name: set}},
                         {name: b, target: {apiVersion: apps/v1, kind: Deployment, name: one}}]}
            """);
    assertEquals(
        List.of(
            "apps deployments [get] [one]",
            "apps deployments/scale [get, patch] [one]",
            "apps statefulsets [get] [set]",
            "apps statefulsets/scale [get, patch] [set]"),
        OwnedObjects.role(server, List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .filter(rule -> rule.startsWith("apps"))
            .toList());
  }

  @Test
  void roleHoldsPodsAndLogsOnlyForTheCapability() { // T122
    McpServer server = Resources.server("vllm", "{transport: {stdio: {}}, capabilities: [Logs]}");
    List<String> rules =
        OwnedObjects.role(server, List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList();
    assertEquals(List.of(" pods [list] []", " pods/log [get] []"), rules.subList(2, rules.size()));
  }

  @Test
  void roleHoldsPodsAloneForTheCapabilityPods() { // T122
    McpServer server = Resources.server("vllm", "{transport: {stdio: {}}, capabilities: [Pods]}");
    List<String> rules =
        OwnedObjects.role(server, List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList();
    assertEquals(List.of(" pods [list] []"), rules.subList(2, rules.size()));
  }

  @Test
  void roleHoldsTheBudgetsOfItsWorkloadsByName() { // T122
    McpServer server = Resources.server("vllm", "{transport: {stdio: {}}}");
    List<String> rules =
        OwnedObjects.role(server, List.of("a", "b")).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList();
    assertEquals(
        List.of("policy poddisruptionbudgets [get] [a, b]"), rules.subList(2, rules.size()));
  }

  @Test
  void roleWithoutWorkloadsHoldsNoDeployment() { // a rule without names would mean all of them
    List<PolicyRule> rules =
        OwnedObjects.role(Resources.server("vllm", "{transport: {stdio: {}}}"), List.of())
            .getRules();
    assertEquals(2, rules.size());
    assertTrue(rules.stream().noneMatch(rule -> rule.getResourceNames().isEmpty()));
  }

  @Test
  void everythingIsOwnedAndLabelled() {
    Stream.<HasMetadata>of(
            OwnedObjects.account(SERVER),
            OwnedObjects.role(SERVER, List.of()),
            OwnedObjects.binding(SERVER),
            OwnedObjects.service(SERVER),
            OwnedObjects.state(SERVER),
            BundleSecret.of(SERVER, new byte[0]))
        .forEach(
            object -> {
              assertTrue(ObjectWriter.isOwned(SERVER, object), object.getKind());
              assertEquals("vllm", object.getMetadata().getLabels().get("mcppolicy.dev/server"));
            });
  }

  @Test
  void anObjectOfAServerThatWasMadeAnewIsForeign() {
    HasMetadata old = OwnedObjects.service(SERVER);
    McpServer anew = Resources.server("vllm", "{transport: {stdio: {}}}");
    anew.getMetadata().setUid("another");
    assertFalse(ObjectWriter.isOwned(anew, old));
  }

  private static String text(PolicyRule rule) {
    return String.join(",", rule.getApiGroups())
        + " "
        + String.join(",", rule.getResources())
        + " "
        + rule.getVerbs()
        + " "
        + rule.getResourceNames();
  }
}
