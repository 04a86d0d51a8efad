// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpServerSpec;
import dev.mcppolicy.api.v1alpha1.McpServerStateSpec.PodState;
import dev.mcppolicy.bundle.AcceptedHosts;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundledGrant;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.bundle.ServerIdentity;
import dev.mcppolicy.bundle.SessionKey;
import dev.mcppolicy.bundle.SessionKeys;
import dev.mcppolicy.bundle.Tls;
import dev.mcppolicy.bundle.ToolMapping;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.operator.Resources;
import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.rights.GrantableRights;
import dev.mcppolicy.operator.watch.PodView;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServerConditionsTest {
  private static final BundledPolicy POLICY =
      new BundledPolicy("u", new PolicyId("inference", "p", 1), Optional.empty(), JsonObject.EMPTY);
  private static final BundledGrant GRANT = new BundledGrant("g", "0".repeat(64), Optional.empty());
  private static final PodView POD = new PodView("vllm-0", "uid-0", true);
  private static final Acknowledgements ACKS =
      new Acknowledgements(Map.of("vllm-0", new PodState("uid-0", 1L, "sha256:1", null)), Map.of());

  @Test
  void isReadyOnceASidecarHasABundleWithAPolicyAndAGrant() {
    assertReason("Serving", bundle(List.of(POLICY), List.of(GRANT), ""), List.of(POD), ACKS);
  }

  @Test
  void saysWhatIsMissing() {
    Acknowledgements none = new Acknowledgements(Map.of(), Map.of());
    assertReason("NoPolicy", bundle(List.of(), List.of(GRANT), ""), List.of(POD), ACKS);
    assertReason("NoGrant", bundle(List.of(POLICY), List.of(), ""), List.of(POD), ACKS);
    assertReason("NoPods", bundle(List.of(POLICY), List.of(GRANT), ""), List.of(), none);
    assertReason(
        "NotAcknowledged", bundle(List.of(POLICY), List.of(GRANT), ""), List.of(POD), none);
    assertReason("NotPublished", Published.NOTHING, List.of(POD), none);
  }

  @Test
  void saysWhyEveryCallIsDenied() {
    assertReason(
        "CountersNotShared",
        bundle(List.of(POLICY), List.of(GRANT), "two pods"),
        List.of(POD, new PodView("vllm-1", "uid-1", true)),
        ACKS);
    assertReason(
        "PolicyInvalid",
        bundle(List.of(POLICY), List.of(GRANT), "q is invalid"),
        List.of(POD),
        ACKS);
  }

  @Test
  void saysThatCountersAreVolatile() {
    Condition condition =
        ServerConditions.of(1, Published.NOTHING, List.of(), List.of(), ACKS).get(1);
    assertEquals("CountersVolatile", condition.getType());
    assertEquals("True", condition.getStatus());
  }

  @Test
  void saysWhichPodAcknowledgesWhatWasNeverPublished() {
    Acknowledgements forged =
        new Acknowledgements(
            Map.of(), Map.of("vllm-0", new PodState("uid-0", 1L << 52, "sha256:1", null)));
    List<Condition> conditions =
        ServerConditions.of(
            1, bundle(List.of(POLICY), List.of(GRANT), ""), List.of(), List.of(POD), forged);
    assertEquals("NotAcknowledged", conditions.getFirst().getReason());
    assertEquals("AcknowledgementForged", conditions.getLast().getType());
    assertEquals("True", conditions.getLast().getStatus());
    assertTrue(conditions.getLast().getMessage().contains("pod `vllm-0` acknowledges bundle"));
  }

  @Test
  void namesEveryObjectThatStandsInTheWay() {
    Condition ready =
        ServerConditions.of(
                1,
                bundle(List.of(POLICY), List.of(GRANT), ""),
                List.of("Service `a` exists", "Role `a` exists"),
                List.of(POD),
                ACKS)
            .getFirst();
    assertEquals("ObjectConflict", ready.getReason());
    assertTrue(ready.getMessage().contains("Service `a`"), ready::getMessage);
    assertTrue(ready.getMessage().contains("Role `a`"), ready::getMessage);
  }

  private static void assertReason(
      String reason, Published published, List<PodView> pods, Acknowledgements acks) {
    Condition ready = ServerConditions.of(7, published, List.of(), pods, acks).getFirst();
    assertEquals(reason, ready.getReason(), ready::getMessage);
    assertEquals(reason.equals("Serving") ? "True" : "False", ready.getStatus());
    assertEquals(7, ready.getObservedGeneration());
  }

  private static Published bundle(
      List<BundledPolicy> policies, List<BundledGrant> grants, String denyAll) {
    return Published.NOTHING.with(
        new Bundle(
            new ServerIdentity("inference", "vllm", "u"),
            1,
            policies,
            grants,
            List.of(),
            Optional.empty(),
            ToolMapping.NONE,
            new AcceptedHosts(List.of(), List.of()),
            new Tls("", ""),
            new SessionKeys(List.of(new SessionKey(new byte[32]))),
            denyAll.isEmpty() ? Optional.empty() : Optional.of(denyAll)),
        "sha256:1");
  }

  @Test
  void saysWhatTheSidecarMayDoInTheWholeNamespace() {
    var rights = new GrantableRights(true, true, false, false, List.of(), List.of());
    assertEquals(List.of(), ServerConditions.ofRights(3, spec(""), rights));
    Condition condition =
        ServerConditions.ofRights(3, spec(", capabilities: [Logs, DeletePods]"), rights).getFirst();
    assertEquals("NamespaceWideRights", condition.getType());
    assertEquals("Capabilities", condition.getReason());
    assertEquals(3, condition.getObservedGeneration());
    assertTrue(
        condition.getMessage().endsWith("read its log (Logs); list it and delete it (DeletePods)"),
        condition.getMessage());
  }

  @Test
  void namesTheValueOfTheChartThatARightNeeds() {
    List<Condition> conditions =
        ServerConditions.ofRights(
            3,
            spec(
                """
                , capabilities: [Logs],
                 docker: {endpoint: "https://gpu-box:2376", tlsSecretName: s, requiredLabels: {a: b}},
                 workloads: [{name: a, target: {apiVersion: x.example/v1, kind: Set, resource: sets, name: s}},
                             {name: b, target: {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: i}},
                             {name: c, target: {apiVersion: apps/v1, kind: Deployment, name: d}, pauseScaledObject: so}]
                """),
            GrantableRights.NONE);
    assertEquals(1, conditions.size(), conditions::toString);
    assertEquals("RightsMissing", conditions.getFirst().getType());
    String message = conditions.getFirst().getMessage();
    assertTrue(
        message.contains(
            "spec.workloads[0].target: this installation may not give a sidecar the scale of `sets`; have whoever runs it add `{group: x.example, resource: sets}` to the chart value `scaleTargets`"),
        message);
    assertTrue(message.contains("`inferenceServices: true`"), message);
    assertTrue(message.contains("`capabilities.logs: true`"), message);
    assertTrue(
        message.contains(
            "spec.workloads[2].pauseScaledObject: this installation may not let a sidecar pause a ScaledObject; leave it out, or have whoever runs it set the chart value `contested.keda.pause: true`"),
        message);
    assertTrue(
        message.contains(
            "spec.docker.endpoint: this installation may not let a sidecar act on the container engine of `gpu-box:2376`; have whoever runs it add `gpu-box:2376` to the chart value `dockerEndpoints`"),
        message);
  }

  private static McpServerSpec spec(String more) {
    return Resources.server("vllm", "{transport: {stdio: {}}" + more + "}").getSpec();
  }
}
