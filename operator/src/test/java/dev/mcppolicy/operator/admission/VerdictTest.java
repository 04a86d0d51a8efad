// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class VerdictTest {

  @Test
  void saysEveryReasonOfARefusal() {
    List<String> reasons = IntStream.range(0, 101).mapToObj(i -> "spec.a" + i + ": wrong").toList();
    String message = new Verdict.Denied("McpPolicy `p`", reasons).message();
    assertTrue(message.startsWith("McpPolicy `p` is refused for 101 reasons:\n- spec.a0: wrong\n"));
    assertTrue(message.endsWith("\n- spec.a100: wrong"), message);
  }

  @Test
  void boundsARefusalAndSaysHowManyReasonsAreLeftOut() {
    List<String> reasons = Collections.nCopies(100, "x".repeat(1_000));
    String message = new Verdict.Denied("McpPolicy `p`", reasons).message();
    assertTrue(message.length() <= (32 << 10) + 32, "it has " + message.length());
    assertTrue(message.endsWith("\n- and 68 more"), message.substring(message.length() - 20));
  }

  @Test
  void givesAFewShortWarnings() {
    List<String> warnings = new Verdict.Allowed(Collections.nCopies(9, "w".repeat(300))).warnings();
    assertEquals(5, warnings.size());
    assertEquals("w".repeat(119) + "…", warnings.getFirst());
    assertEquals("and 5 more warnings", warnings.getLast());
    assertEquals(
        List.of("a", "b"), new Verdict.Allowed(List.of("a", "b")).warnings(), "all, when few");
  }
}
