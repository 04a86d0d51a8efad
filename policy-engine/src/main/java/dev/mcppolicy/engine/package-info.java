// SPDX-License-Identifier: Apache-2.0
/**
 * What a policy means: bound policies are compiled into one immutable {@link
 * dev.mcppolicy.engine.PolicySet}, which decides calls.
 *
 * <p>No I/O, no clock of its own, no Kubernetes. Time, counters and tool definitions are handed in.
 */
@NullMarked
package dev.mcppolicy.engine;

import org.jspecify.annotations.NullMarked;
