// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.AGENT;
import static dev.mcppolicy.engine.Fixtures.PUBLISHED;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.mcppolicy.engine.document.Subject;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GrantRulesTest {
  private final GrantRules rules =
      new GrantRules(List.of(CompiledPolicy.of(policy("p", PUBLISHED), new HashMap<>())));

  private GrantRules.Views of(Subject.Kind kind, String name) {
    return rules.of(new Subject(kind, name), AGENT);
  }

  @Test
  void keepsWhatHoldsForANameThatNoPolicyNames() {
    assertSame(of(Subject.Kind.TOOL, "other"), of(Subject.Kind.TOOL, "other"));
  }

  /** A request may be megabytes long, and hundreds of names are kept. */
  @Test
  void keepsNoNameThatIsLongerThanAPolicyMayHave() { // T113
    String longName = "a".repeat(2_049);
    for (Subject.Kind kind : Subject.Kind.values()) {
      assertNotSame(of(kind, longName), of(kind, longName));
      assertEquals(
          ReasonCode.NotAllowed, of(kind, longName).enforced().never().orElseThrow().code());
    }
  }
}
