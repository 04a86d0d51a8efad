// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.time.Instant;
import java.util.Optional;

/**
 * A grant and what proves it.
 *
 * @param tokenSha256 SHA-256 of the token's ASCII bytes, 64 lower-case hexadecimal digits
 * @param expiresAt from this instant on the grant is void; empty when it does not expire
 */
public record BundledGrant(String name, String tokenSha256, Optional<Instant> expiresAt) {}
