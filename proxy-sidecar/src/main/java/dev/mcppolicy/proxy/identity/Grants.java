// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.identity;

import dev.mcppolicy.engine.Grant;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The grants of one server by the hash of their token. Immutable; a revoked grant is absent. */
public final class Grants {

  /**
   * One grant.
   *
   * @param expiresAt from when on it no longer holds
   */
  public record Entry(Grant grant, TokenHash token, Optional<Instant> expiresAt) {}

  /** What a token proves. */
  public sealed interface Proof {
    record Proven(Grant grant) implements Proof {}

    record Expired() implements Proof {}

    record NotKnown() implements Proof {}
  }

  private final Map<TokenHash, Entry> entries;

  public Grants(Collection<Entry> entries) {
    var byToken = new HashMap<TokenHash, Entry>();
    for (Entry entry : entries) {
      byToken.put(entry.token, entry);
    }
    this.entries = Map.copyOf(byToken);
  }

  public Proof prove(TokenHash token, Instant now) {
    Entry entry = entries.get(token);
    if (entry == null) {
      return new Proof.NotKnown();
    }
    boolean expired = entry.expiresAt.isPresent() && !now.isBefore(entry.expiresAt.get());
    return expired ? new Proof.Expired() : new Proof.Proven(entry.grant);
  }
}
