// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.grant;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpGrant;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The token of a grant as its Secret holds it. The token itself leaves this file as a hash only.
 */
public sealed interface TokenReading {

  /**
   * @param sha256 of the token's ASCII bytes, 64 lower-case hexadecimal digits
   */
  record Token(String sha256) implements TokenReading {}

  /**
   * @param reason for the condition
   * @param message what to do about it; never holds what the Secret holds
   */
  record NoToken(String reason, String message) implements TokenReading {}

  /**
   * The name of the Secret that a grant's token is in: the one it names, else the one the operator
   * makes.
   */
  static String secretName(McpGrant grant) {
    String own = grant.getSpec().identity().bearer().secretName();
    return own == null ? Api.tokenSecretName(grant.getMetadata().getName()) : own;
  }

  /**
   * Reads the token.
   *
   * @param secret the one of {@link #secretName}, if it is there and carries the grant's label
   */
  static TokenReading of(McpGrant grant, Optional<Secret> secret) {
    String name = secretName(grant);
    if (secret.isEmpty() || secret.get().getMetadata().getDeletionTimestamp() != null) {
      return new NoToken(
          "SecretMissing",
          "there is no Secret `"
              + name
              + "` with the label `"
              + Api.GRANT_LABEL
              + ": "
              + grant.getMetadata().getName()
              + "`");
    }
    if (grant.getSpec().identity().bearer().secretName() == null && !isOwned(grant, secret.get())) {
      return new NoToken(
          "SecretForeign",
          "Secret `"
              + name
              + "` exists and is not owned by this grant; delete it, or name it in spec.identity.bearer.secretName");
    }
    var labels = secret.get().getMetadata().getLabels();
    if (labels == null
        || !Objects.equals(labels.get(Api.GRANT_LABEL), grant.getMetadata().getName())) {
      return new NoToken(
          "SecretOfAnotherGrant",
          "the label `" + Api.GRANT_LABEL + "` of Secret `" + name + "` names another grant");
    }
    return Format.read(name, secret.get());
  }

  /** Whether the Secret was made for this very grant. */
  static boolean isOwned(McpGrant grant, Secret secret) {
    return secret.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> Objects.equals(owner.getUid(), grant.getMetadata().getUid()));
  }

  /** What a token looks like. */
  final class Format {
    static final String KEY = "token";

    /** Characters that a header can carry. Source: RFC 6750 section 2.1, b64token. */
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final int CHARS_MIN = 32;
    private static final int CHARS_MAX = 4096;

    private Format() {}

    private static TokenReading read(String name, Secret secret) {
      String encoded = secret.getData() == null ? null : secret.getData().get(KEY);
      if (encoded == null) {
        return new NoToken("TokenMissing", "Secret `" + name + "` has no key `" + KEY + "`");
      }
      // files and `echo` end in a line break, which cannot be part of a token
      String token = new String(Base64.getDecoder().decode(encoded), UTF_8).stripTrailing();
      if (token.length() < CHARS_MIN) {
        return new NoToken(
            "TokenTooShort",
            "the token in Secret `"
                + name
                + "` has fewer than "
                + CHARS_MIN
                + " characters and could be guessed");
      }
      if (token.length() > CHARS_MAX || !ALLOWED.matcher(token).matches()) {
        return new NoToken(
            "TokenInvalid",
            "the token in Secret `"
                + name
                + "` is not one that a header can carry: at most "
                + CHARS_MAX
                + " letters, digits and `-._~+/`, then `=`");
      }
      return new Token(sha256(token));
    }

    static String sha256(String token) {
      try {
        return HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(US_ASCII)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this JVM has no SHA-256", e);
      }
    }
  }
}
