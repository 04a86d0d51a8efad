// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import dev.mcppolicy.proxy.identity.TokenHash;
import dev.mcppolicy.proxy.session.Session;
import dev.mcppolicy.proxy.session.SessionTokens;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * What one connection need not compute again for the next request: the hash of a token and the
 * content of a session id, when they are the same as before. What they are worth is looked up anew
 * each time. Not for use by several threads.
 */
final class ConnectionMemory {
  private record Opened(SessionTokens by, String token, Session session) {}

  private byte[] hashedToken = new byte[0];
  private Optional<TokenHash> hash = Optional.empty();
  private Optional<Opened> opened = Optional.empty();

  TokenHash hash(String token) {
    byte[] bytes = token.getBytes(StandardCharsets.ISO_8859_1);
    if (hash.isEmpty() || !MessageDigest.isEqual(hashedToken, bytes)) {
      hashedToken = bytes;
      hash = Optional.of(TokenHash.of(token));
    }
    return hash.get();
  }

  Optional<Session> session(SessionTokens tokens, String token, Instant now) {
    if (opened.isEmpty() || opened.get().by != tokens || !opened.get().token.equals(token)) {
      opened = tokens.open(token, now).map(session -> new Opened(tokens, token, session));
    }
    return opened
        .map(Opened::session)
        .filter(session -> now.isBefore(session.issuedAt().plus(SessionTokens.LIFETIME)));
  }
}
