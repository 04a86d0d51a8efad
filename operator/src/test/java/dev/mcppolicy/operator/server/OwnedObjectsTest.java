// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.operator.Resources;
import dev.mcppolicy.operator.rights.GrantableRights;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OwnedObjectsTest {
  private static final GrantableRights EVERYTHING =
      new GrantableRights(
          true, true, true, true, List.of("sets.x.example"), List.of("gpu-box:2376"));
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
        OwnedObjects.role(SERVER, GrantableRights.NONE, List.of(), List.of()).getRules().stream()
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
        OwnedObjects.role(server, GrantableRights.NONE, List.of(), List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .filter(rule -> rule.startsWith("apps"))
            .toList());
  }

  @Test
  void roleHoldsTheScaledObjectsThatAStopPausesByName() { // T123
    McpServer server = Resources.server("vllm", "{transport: {stdio: {}}}");
    List<String> rules =
        OwnedObjects.role(server, EVERYTHING, List.of(), List.of("so", "so2")).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList();
    assertEquals(
        List.of("keda.sh scaledobjects [get, patch] [so, so2]"), rules.subList(2, rules.size()));
    assertEquals(
        2,
        OwnedObjects.role(server, GrantableRights.NONE, List.of(), List.of("so")).getRules().size(),
        "the chart does not give it any more");
  }

  @Test
  void roleHoldsPodsAndLogsOnlyForTheCapability() { // T122
    McpServer server = Resources.server("vllm", "{transport: {stdio: {}}, capabilities: [Logs]}");
    List<String> rules =
        OwnedObjects.role(server, EVERYTHING, List.of(), List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList();
    assertEquals(List.of(" pods [list] []", " pods/log [get] []"), rules.subList(2, rules.size()));
  }

  private static final McpServer OTHER_KINDS =
      Resources.server(
          "vllm",
          """
          {transport: {stdio: {}}, capabilities: [DeletePods, Logs],
           workloads: [{name: a, target: {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: one}},
                       {name: b, target: {apiVersion: x.example/v1, kind: Set, resource: sets, name: two}},
                       {name: c, target: {apiVersion: v1, kind: Pods, selector: {matchLabels: {app: p}}}}]}
          """);

  @Test
  void roleHoldsEachKindAsItIsActedOn() { // T122
    assertEquals(
        List.of(
            "serving.kserve.io inferenceservices [get, patch] [one]",
            "x.example sets/scale [get, patch] [two]",
            "events.k8s.io events [create] []",
            " pods [list] []",
            " pods/log [get] []",
            " pods [delete] []"),
        rules(OTHER_KINDS, EVERYTHING));
  }

  @Test
  void roleLeavesOutWhatTheOperatorMayNotGrant() { // T122: else the API server refuses all of it
    String events = "events.k8s.io events [create] []";
    assertEquals(List.of(events), rules(OTHER_KINDS, GrantableRights.NONE));
    assertEquals(
        List.of("x.example sets/scale [get, patch] [two]", events),
        rules(
            OTHER_KINDS,
            new GrantableRights(false, false, false, false, List.of("sets.x.example"), List.of())));
  }

  @Test
  void roleHoldsTheSecretOfAListedEngineByItsNameAndOnlyToRead() { // T125
    McpServer server =
        Resources.server(
            "vllm",
            """
            {transport: {stdio: {}},
             docker: {endpoint: "https://gpu-box:2376", tlsSecretName: opener, requiredLabels: {a: b}},
             workloads: [{name: a, target: {apiVersion: mcppolicy.dev/v1alpha1, kind: Container, name: box}}]}
            """);
    String events = "events.k8s.io events [create] []";
    assertEquals(List.of(events, " secrets [get] [opener]"), rules(server, EVERYTHING));
    assertEquals(List.of(events), rules(server, GrantableRights.NONE), "no longer listed");
  }

  private static List<String> rules(McpServer server, GrantableRights rights) {
    List<String> all =
        OwnedObjects.role(server, rights, List.of(), List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList();
    return all.subList(2, all.size());
  }

  @Test
  void roleHoldsPodsAloneForTheCapabilityPods() { // T122
    McpServer server = Resources.server("vllm", "{transport: {stdio: {}}, capabilities: [Pods]}");
    List<String> rules =
        OwnedObjects.role(server, GrantableRights.NONE, List.of(), List.of()).getRules().stream()
            .map(OwnedObjectsTest::text)
            .toList();
    assertEquals(List.of(" pods [list] []"), rules.subList(2, rules.size()));
  }

  @Test
  void roleHoldsTheBudgetsOfItsWorkloadsByName() { // T122
    McpServer server = Resources.server("vllm", "{transport: {stdio: {}}}");
    List<String> rules =
        OwnedObjects.role(server, GrantableRights.NONE, List.of("a", "b"), List.of())
            .getRules()
            .stream()
            .map(OwnedObjectsTest::text)
            .toList();
    assertEquals(
        List.of("policy poddisruptionbudgets [get] [a, b]"), rules.subList(2, rules.size()));
  }

  @Test
  void roleWithoutWorkloadsHoldsNoDeployment() { // a rule without names would mean all of them
    List<PolicyRule> rules =
        OwnedObjects.role(
                Resources.server("vllm", "{transport: {stdio: {}}}"),
                EVERYTHING,
                List.of(),
                List.of())
            .getRules();
    assertEquals(2, rules.size());
    assertTrue(rules.stream().noneMatch(rule -> rule.getResourceNames().isEmpty()));
  }

  @Test
  void everythingIsOwnedAndLabelled() {
    Stream.<HasMetadata>of(
            OwnedObjects.account(SERVER),
            OwnedObjects.role(SERVER, GrantableRights.NONE, List.of(), List.of()),
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
