// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A grant and what proves it.
 *
 * @param tokenSha256 SHA-256 of the token's ASCII bytes, 64 lower-case hexadecimal digits
 * @param expiresAt from this instant on the grant is void; empty when it does not expire
 * @param labels of the McpGrant, for conditions to look at; at most {@link #LABELS_MAX}, as
 *     Kubernetes writes them
 */
public record BundledGrant(
    String name, String tokenSha256, Optional<Instant> expiresAt, Map<String, String> labels) {
  /** Most labels of one grant that a bundle may carry. */
  public static final int LABELS_MAX = 64;

  public BundledGrant {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels)); // always written in one order
  }

  /** A grant without labels. */
  public BundledGrant(String name, String tokenSha256, Optional<Instant> expiresAt) {
    this(name, tokenSha256, expiresAt, Map.of());
  }
}
