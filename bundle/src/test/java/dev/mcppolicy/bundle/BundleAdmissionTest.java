// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.mcppolicy.bundle.BundleAdmission.Verdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BundleAdmissionTest {

  private static BundleReading.Accepted accepted(Bundle bundle) {
    return assertInstanceOf(
        BundleReading.Accepted.class, BundleFormat.decode(Bundles.encode(bundle)));
  }

  private static Bundle withUid(Bundle bundle, String uid) {
    return new Bundle(
        new ServerIdentity(bundle.server().namespace(), bundle.server().name(), uid),
        bundle.sequence(),
        bundle.policies(),
        bundle.grants(),
        bundle.workloads(),
        bundle.docker(),
        bundle.mapping(),
        bundle.accepted(),
        bundle.tls(),
        bundle.sessionKeys(),
        bundle.denyAll());
  }

  private static Verdict admit(BundleReading.Accepted inForce, BundleReading incoming) {
    return BundleAdmission.admit("inference", "vllm", Optional.of(inForce), incoming);
  }

  private static String refusal(Verdict verdict) {
    return assertInstanceOf(Verdict.Refuse.class, verdict).reason();
  }

  @Test
  void takesTheFirstBundleOfItsServer() {
    var first = accepted(Bundles.bundle(5));
    assertEquals(
        new Verdict.Activate(first),
        BundleAdmission.admit("inference", "vllm", Optional.empty(), first));
  }

  @Test
  void takesANewerBundle() {
    var newer = accepted(Bundles.bundle(6));
    assertEquals(new Verdict.Activate(newer), admit(accepted(Bundles.bundle(5)), newer));
  }

  @Test
  void leavesTheSameBundleInForce() {
    assertEquals(
        new Verdict.AlreadyInForce(),
        admit(accepted(Bundles.bundle(5)), accepted(Bundles.bundle(5))));
  }

  @Test
  void refusesAnOlderBundle() {
    assertEquals(
        "the bundle has sequence 4, not newer than 5, which is in force",
        refusal(admit(accepted(Bundles.bundle(5)), accepted(Bundles.bundle(4)))));
  }

  @Test
  void refusesOtherContentUnderTheSameSequence() {
    var other =
        accepted(
            new Bundle(
                Bundles.bundle(5).server(),
                5,
                Bundles.bundle(5).policies(),
                Bundles.bundle(5).grants(),
                Bundles.bundle(5).workloads(),
                Optional.empty(),
                ToolMapping.NONE,
                Bundles.bundle(5).accepted(),
                Bundles.TLS,
                Bundles.keys(1),
                Optional.empty()));
    assertEquals(
        "the bundle has sequence 5, not newer than 5, which is in force",
        refusal(admit(accepted(Bundles.bundle(5)), other)));
  }

  @Test
  void refusesTheBundleOfAnotherServer() {
    assertEquals(
        "the bundle is for the server inference/vllm, and this sidecar stands before"
            + " inference/other",
        refusal(
            BundleAdmission.admit(
                "inference", "other", Optional.empty(), accepted(Bundles.bundle(5)))));
  }

  /** The grants of the server before must end with it. */
  @Test
  void takesTheBundleOfAServerMadeAnew() {
    BundleReading.Accepted anew = accepted(withUid(Bundles.bundle(9), "2"));
    assertEquals(new Verdict.Activate(anew), admit(accepted(Bundles.bundle(5)), anew));
  }

  @Test
  void refusesAnOlderBundleOfAServerBefore() {
    assertEquals(
        "the bundle has sequence 4, not newer than 5, which is in force",
        refusal(admit(accepted(withUid(Bundles.bundle(5), "2")), accepted(Bundles.bundle(4)))));
  }

  @Test
  void refusesWhatCouldNotBeRead() {
    assertEquals(
        "the bundle is not whole gzip data",
        refusal(admit(accepted(Bundles.bundle(5)), BundleFormat.decode(new byte[] {1}))));
  }
}
