// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.api.v1alpha1.McpServerStateSpec.PodState;
import dev.mcppolicy.bundle.AcceptedHosts;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.bundle.ServerIdentity;
import dev.mcppolicy.bundle.SessionKey;
import dev.mcppolicy.bundle.SessionKeys;
import dev.mcppolicy.bundle.Tls;
import dev.mcppolicy.bundle.ToolMapping;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.watch.PodView;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code kubectl wait --for=condition=Enforced} must never return early. */
final class EnforcementTest {
  private static final PodView POD = new PodView("vllm-0", "uid-0", true);
  private static final PodView YOUNG = new PodView("vllm-1", "uid-1", false);

  private static final Acknowledgements NONE = believed(Map.of());

  /** Sequence 10 brings generation 1, 20 generation 2, 30 something else. */
  private static final Published ONE = Published.NOTHING.with(bundle(10, 1), "sha256:10");

  private static final Published TWO = ONE.with(bundle(20, 2), "sha256:20");
  private static final Published THREE = TWO.with(bundle(30, 2), "sha256:30");

  @Test
  void isEnforcedOnceEveryPodAcknowledgedTheGeneration() {
    assertReason("Enforced", 2, TWO, acks(20, "sha256:20"), POD);
  }

  @Test
  void isPendingUntilThen() {
    assertReason("Pending", 2, TWO, acks(10, "sha256:10"), POD);
    assertReason("Pending", 2, TWO, NONE, POD);
  }

  @Test
  void isPendingWhileTheBundleHoldsAnotherGeneration() { // invalid, or not compiled yet
    assertReason("Pending", 3, TWO, acks(20, "sha256:20"), POD);
    assertReason("Pending", 1, TWO, acks(20, "sha256:20"), POD);
  }

  @Test
  void staysEnforcedWhileAnotherPolicyOfTheServerChanges() {
    assertReason("Enforced", 2, THREE, acks(20, "sha256:20"), POD);
    assertReason("Enforced", 2, THREE, acks(30, "sha256:30"), POD);
    assertReason("Pending", 2, THREE, acks(10, "sha256:10"), POD);
  }

  @Test
  void doesNotTrustAnAcknowledgementOfOtherContent() {
    assertReason("Pending", 2, TWO, acks(20, "sha256:other"), POD);
    assertReason("Pending", 2, TWO, acks(99, "sha256:99"), POD); // newer than what is published
  }

  @Test
  void doesNotTakeTheAcknowledgementOfAPodOfTheSameNameThatIsGone() {
    assertReason(
        "Pending",
        2,
        TWO,
        believed(Map.of("vllm-0", new PodState("uid-before", 20L, "sha256:20", null))),
        POD);
  }

  @Test
  void saysWhichPodAcknowledgesWhatWasNeverPublished() {
    assertReason(
        "NeverPublished",
        2,
        TWO,
        new Acknowledgements(
            Map.of(), Map.of("vllm-0", new PodState("uid-0", 1L << 52, "sha256:20", null))),
        POD);
    assertReason( // an entry of a pod that is gone is nobody's
        "Enforced",
        2,
        TWO,
        new Acknowledgements(
            Map.of("vllm-0", new PodState("uid-0", 20L, "sha256:20", null)),
            Map.of("vllm-9", new PodState("uid-9", 1L << 52, "", null))),
        POD);
  }

  @Test
  void countsPodsThatMayDecide() {
    assertReason("Enforced", 2, TWO, acks(20, "sha256:20"), POD, YOUNG);
    assertReason(
        "Pending", 2, TWO, acks(20, "sha256:20"), POD, new PodView("vllm-1", "uid-1", true));
  }

  @Test
  void countsAPodThatAcknowledgedBeforeItsKubeletSaidThatItStarted() {
    assertReason(
        "Pending",
        2,
        TWO,
        believed(
            Map.of(
                "vllm-0", new PodState("uid-0", 20L, "sha256:20", null),
                "vllm-1", new PodState("uid-1", 10L, "sha256:10", null))),
        POD,
        YOUNG);
  }

  @Test
  void isNotEnforcedWithoutPods() {
    assertReason("NoPods", 2, TWO, NONE);
    assertReason("NoPods", 2, TWO, NONE, YOUNG);
  }

  @Test
  void saysWhyABundleIsNotPublished() {
    assertReason(
        "BundleTooLarge",
        2,
        TWO.with(new Published.Trouble("BundleTooLarge", "too large")),
        acks(20, "sha256:20"),
        POD);
  }

  @Test
  void needsEveryServerThatItNames() {
    Condition condition =
        Enforcement.of(
                policy(2),
                List.of(present(TWO, acks(20, "sha256:20"), POD), new ServerView.Missing("other")))
            .orElseThrow();
    assertEquals("ServerNotFound", condition.getReason());
    assertEquals("False", condition.getStatus());
  }

  @Test
  void saysNothingOfAServerThatWasNotLookedAtYet() {
    assertEquals(
        Optional.empty(), Enforcement.of(policy(2), List.of(new ServerView.NotYetKnown("vllm"))));
  }

  private static void assertReason(
      String reason, long generation, Published published, Acknowledgements acks, PodView... pods) {
    Condition condition =
        Enforcement.of(policy(generation), List.of(present(published, acks, pods))).orElseThrow();
    assertEquals(reason, condition.getReason(), condition::getMessage);
    assertEquals(reason.equals("Enforced") ? "True" : "False", condition.getStatus());
    assertEquals(generation, condition.getObservedGeneration());
    assertTrue(condition.getMessage().length() > 10);
  }

  private static ServerView present(Published published, Acknowledgements acks, PodView... pods) {
    return new ServerView.Present("inference", "vllm", published, List.of(pods), acks);
  }

  private static Acknowledgements acks(long sequence, String digest) {
    return believed(Map.of("vllm-0", new PodState("uid-0", sequence, digest, null)));
  }

  private static Acknowledgements believed(Map<String, PodState> pods) {
    return new Acknowledgements(pods, Map.of());
  }

  static ObjectMeta policy(long generation) {
    return new ObjectMetaBuilder()
        .withNamespace("inference")
        .withName("p")
        .withUid("uid-of-p")
        .withGeneration(generation)
        .build();
  }

  static Bundle bundle(long sequence, long generation) {
    return new Bundle(
        new ServerIdentity("inference", "vllm", "uid-of-vllm"),
        sequence,
        List.of(
            new BundledPolicy(
                "uid-of-p",
                new PolicyId("inference", "p", generation),
                Optional.empty(),
                JsonObject.EMPTY)),
        List.of(),
        List.of(),
        Optional.empty(),
        ToolMapping.NONE,
        new AcceptedHosts(List.of(), List.of()),
        new Tls("", ""),
        new SessionKeys(List.of(new SessionKey(new byte[32]))),
        Optional.empty());
  }
}
