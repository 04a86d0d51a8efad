// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.check.PolicyCheck;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ValidityTest {
  private static final PolicyCheck FAILED =
      new PolicyCheck.TestsFailed(
          PolicyDocument.ofTools(Action.DENY, Map.of()),
          List.of("spec.tests[0]: expected allow, but it is deny"));

  @Test
  void saysWhichTestFailedAndWhatStaysInForce() {
    Condition condition = of(FAILED, Published.NOTHING.with(EnforcementTest.bundle(20, 2), "d"));
    assertEquals("False", condition.getStatus());
    assertEquals("TestsFailed", condition.getReason());
    assertEquals(3, condition.getObservedGeneration());
    assertTrue(
        condition
            .getMessage()
            .endsWith(
                "this generation is not used, generation 2 stays in force: spec.tests[0]: expected"
                    + " allow, but it is deny"),
        condition::getMessage);
  }

  @Test
  void saysThatAllIsDeniedWhenNoEarlierVersionIsKnown() {
    for (PolicyCheck check : List.of(FAILED, new PolicyCheck.Invalid(List.of("spec.x: wrong")))) {
      Condition condition = of(check, Published.NOTHING);
      assertTrue(
          condition.getMessage().contains("every call to its servers is denied"),
          condition::getMessage);
    }
  }

  @Test
  void isEnforcedNowhereWhileItIsNotUsed() {
    Condition condition = Validity.notEnforced(FAILED, EnforcementTest.policy(3)).orElseThrow();
    assertEquals("Enforced", condition.getType());
    assertEquals("False", condition.getStatus());
    assertEquals("TestsFailed", condition.getReason());
  }

  private static Condition of(PolicyCheck check, Published published) {
    return Validity.of(
        check,
        EnforcementTest.policy(3),
        List.of(
            new ServerView.Present(
                "inference",
                "vllm",
                published,
                List.of(),
                Acknowledgements.of(Optional.empty(), Optional.empty(), Instant.EPOCH))));
  }
}
