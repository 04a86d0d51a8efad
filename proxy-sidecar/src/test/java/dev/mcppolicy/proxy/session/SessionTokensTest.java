// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.mcp.ProtocolVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SessionTokensTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final byte[] key = SessionTokens.randomKey();
  private final SessionTokens tokens = new SessionTokens(List.of(key), "server");
  private final Session session = SessionTokens.begin("agent", ProtocolVersion.LATEST, NOW);

  @Test
  void opensWhatItSealed() {
    assertEquals(Optional.of(session), tokens.open(tokens.seal(session), NOW));
    assertNotEquals(tokens.seal(session), tokens.seal(session));
  }

  @Test
  void opensWhatAnOlderKeySealed() {
    var rotated = new SessionTokens(List.of(SessionTokens.randomKey(), key), "server");
    assertEquals(Optional.of(session), rotated.open(tokens.seal(session), NOW));
    assertEquals(Optional.empty(), tokens.open(rotated.seal(session), NOW));
  }

  @Test
  void opensNothingOfAnotherServerOrKey() {
    assertEquals(
        Optional.empty(), new SessionTokens(List.of(key), "other").open(tokens.seal(session), NOW));
    assertEquals(
        Optional.empty(),
        new SessionTokens(List.of(SessionTokens.randomKey()), "server")
            .open(tokens.seal(session), NOW));
  }

  @Test
  void opensNothingThatWasChanged() {
    String token = tokens.seal(session);
    for (int i = 0; i < token.length() - 1; i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertEquals(Optional.empty(), tokens.open(changed, NOW), "at " + i);
    }
    for (String no : List.of("", "a", "!", "A".repeat(40), "A".repeat(100_000))) {
      assertEquals(Optional.empty(), tokens.open(no, NOW));
    }
  }

  @Test
  void opensNothingBeforeOrAfterItsTime() {
    String token = tokens.seal(session);
    assertTrue(tokens.open(token, NOW.plus(SessionTokens.LIFETIME).minusMillis(1)).isPresent());
    assertEquals(Optional.empty(), tokens.open(token, NOW.plus(SessionTokens.LIFETIME)));
    assertEquals(Optional.empty(), tokens.open(token, NOW.minus(Duration.ofMinutes(2))));
  }

  @Test
  void takesNoWeakKey() {
    assertThrows(IllegalArgumentException.class, () -> new SessionTokens(List.of(), "server"));
    assertThrows(
        IllegalArgumentException.class, () -> new SessionTokens(List.of(new byte[16]), "server"));
  }
}
