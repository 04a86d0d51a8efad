// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.Optional;

/**
 * The declared workload that a call acts on.
 *
 * @param replicas as its spec asks for them now; empty when nobody looked or they could not be read
 */
public record CalledWorkload(String name, Optional<Long> replicas) {}
