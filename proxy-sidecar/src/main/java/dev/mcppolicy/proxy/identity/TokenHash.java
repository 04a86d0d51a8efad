// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of a bearer token. Tokens themselves are never kept.
 *
 * <p>Equality takes the same time wherever two hashes differ; a table keyed by it shows nothing of
 * a token either, because no one can choose where a hash differs.
 */
public final class TokenHash {
  private final byte[] sha256;

  private TokenHash(byte[] sha256) {
    this.sha256 = sha256;
  }

  public static TokenHash of(String token) {
    try {
      return new TokenHash(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }

  /**
   * The hash from its 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException if the text is not that
   */
  public static TokenHash ofHex(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    if (bytes.length != 32) {
      throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits");
    }
    return new TokenHash(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenHash hash && MessageDigest.isEqual(sha256, hash.sha256);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sha256);
  }

  /** Nothing that could be looked for in a log. */
  @Override
  public String toString() {
    return "TokenHash";
  }
}
