// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.session;

import dev.mcppolicy.mcp.ProtocolVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session ids: a {@link Session} sealed with AES-256-GCM under a key that only the sidecars of one
 * server hold, in base64url. Nobody else can make or read one, and none works at another server.
 *
 * <p>Immutable; safe for use by many threads.
 */
public final class SessionTokens {
  /** How long a session may be used after it began. */
  public static final Duration LIFETIME = Duration.ofHours(24);

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int TOKEN_CHARS_MAX = 1024;
  private static final int FORMAT = 1;
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final List<SecretKeySpec> keys;
  private final byte[] server;

  /**
   * @param keys of 32 bytes each, newest first: the first seals, all open
   * @param server the identity that every token is bound to
   * @throws IllegalArgumentException if there is no key or one is of another length
   */
  public SessionTokens(List<byte[]> keys, String server) {
    if (keys.isEmpty() || keys.stream().anyMatch(key -> key.length != KEY_BYTES)) {
      throw new IllegalArgumentException(
          "there must be at least one session key, each of " + KEY_BYTES + " bytes");
    }
    this.keys = keys.stream().map(key -> new SecretKeySpec(key, "AES")).toList();
    this.server = ("mcp-policy session of " + server).getBytes(StandardCharsets.UTF_8);
  }

  /** A key for a proxy that shares its sessions with no other. */
  public static byte[] randomKey() {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return key;
  }

  /** A session that begins now, with an id that cannot be guessed. */
  public static Session begin(String grant, ProtocolVersion version, Instant now) {
    byte[] id = new byte[16];
    RANDOM.nextBytes(id);
    return new Session(HexFormat.of().formatHex(id), grant, version, now);
  }

  public String seal(Session session) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, 0);
      byte[] sealed = cipher.doFinal(bytes(session));
      byte[] token = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, token, NONCE_BYTES, sealed.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // every Java has AES-GCM
    }
  }

  /** The session that this token is; empty when it is none of this server's, or over its time. */
  public Optional<Session> open(String token, Instant now) {
    byte[] bytes;
    try {
      if (token.length() > TOKEN_CHARS_MAX) {
        return Optional.empty();
      }
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    if (bytes.length <= NONCE_BYTES + TAG_BITS / 8) {
      return Optional.empty();
    }
    for (SecretKeySpec key : keys) {
      try {
        byte[] plain =
            cipher(Cipher.DECRYPT_MODE, key, bytes, 0)
                .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
        return session(plain)
            .filter(
                session ->
                    now.isBefore(session.issuedAt().plus(LIFETIME))
                        && !now.isBefore(session.issuedAt().minus(CLOCK_SKEW)));
      } catch (GeneralSecurityException underAnotherKey) {
        // the next key
      }
    }
    return Optional.empty();
  }

  private Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, int offset)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, offset, NONCE_BYTES));
    cipher.updateAAD(server);
    return cipher;
  }

  private static byte[] bytes(Session session) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeUTF(session.id());
      out.writeUTF(session.grant());
      out.writeUTF(session.version().text());
      out.writeLong(session.issuedAt().toEpochMilli());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory does not fail to be written
    }
    return bytes.toByteArray();
  }

  private static Optional<Session> session(byte[] plain) {
    try (var in = new DataInputStream(new ByteArrayInputStream(plain))) {
      if (in.readByte() != FORMAT) {
        return Optional.empty();
      }
      String id = in.readUTF();
      String grant = in.readUTF();
      String version = in.readUTF();
      Instant issuedAt = Instant.ofEpochMilli(in.readLong());
      return ProtocolVersion.of(version).map(known -> new Session(id, grant, known, issuedAt));
    } catch (IOException otherFormat) {
      return Optional.empty();
    }
  }
}
