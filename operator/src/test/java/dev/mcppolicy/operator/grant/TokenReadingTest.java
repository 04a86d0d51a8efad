// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.grant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.operator.Resources;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenReadingTest {
  private static final McpGrant OWN =
      Resources.grant("agent", "{server: {name: vllm}, identity: {bearer: {secretName: mine}}}");
  private static final McpGrant MADE =
      Resources.grant("agent", "{server: {name: vllm}, identity: {bearer: {}}}");

  /** The one from the specification of SHA-256 would do; this is `openssl dgst` of 32 zeros. */
  private static final String ZEROS = "00000000000000000000000000000000";

  private static final String SHA256_OF_ZEROS =
      "84e0c0eafaa95a34c293f278ac52e45ce537bab5e752a00e6959a13ae103b65a";

  @Test
  void hashesTheToken() {
    assertEquals(
        new TokenReading.Token(SHA256_OF_ZEROS),
        TokenReading.of(OWN, Optional.of(secret("agent", ZEROS))));
  }

  @Test
  void takesNoNoticeOfALineBreakAtTheEnd() {
    assertEquals(
        new TokenReading.Token(SHA256_OF_ZEROS),
        TokenReading.of(OWN, Optional.of(secret("agent", ZEROS + "\r\n"))));
  }

  @ParameterizedTest(name = "{0} is refused as {1}")
  @CsvSource({
    "short, TokenTooShort",
    "0000000000000000 0000000000000000, TokenInvalid",
    "0000000000000000é000000000000000000, TokenInvalid",
    "'', TokenTooShort"
  })
  void refusesWhatCannotBeAToken(String token, String reason) {
    assertEquals(reason, reason(OWN, Optional.of(secret("agent", token))));
  }

  @Test
  void refusesATokenThatNoHeaderCanCarry() {
    assertEquals("TokenInvalid", reason(OWN, Optional.of(secret("agent", "a".repeat(4097)))));
  }

  @Test
  void saysWhatIsMissing() {
    assertEquals("SecretMissing", reason(OWN, Optional.empty()));
    assertEquals("SecretOfAnotherGrant", reason(OWN, Optional.of(secret("other", ZEROS))));
    Secret empty = secret("agent", ZEROS);
    empty.setData(Map.of());
    assertEquals("TokenMissing", reason(OWN, Optional.of(empty)));
  }

  @Test
  void doesNotTakeASecretThatItDidNotMake() {
    assertEquals("SecretForeign", reason(MADE, Optional.of(secret("agent", ZEROS))));
  }

  @Test
  void neverSaysWhatTheTokenIs() {
    assertFalse(
        TokenReading.of(OWN, Optional.of(secret("agent", "hunter2")))
            .toString()
            .contains("hunter"));
  }

  private static String reason(McpGrant grant, Optional<Secret> secret) {
    return switch (TokenReading.of(grant, secret)) {
      case TokenReading.NoToken(String reason, String _) -> reason;
      case TokenReading.Token _ -> "none";
    };
  }

  private static Secret secret(String grant, String token) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("mine")
        .withLabels(Map.of("mcppolicy.dev/grant", grant))
        .endMetadata()
        .withData(Map.of("token", Base64.getEncoder().encodeToString(token.getBytes(UTF_8))))
        .build();
  }
}
