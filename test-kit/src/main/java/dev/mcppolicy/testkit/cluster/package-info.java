// SPDX-License-Identifier: Apache-2.0
/**
 * A real Kubernetes for tests and demos behind one interface: a given one, k3s, or a node built
 * from source.
 */
@NullMarked
package dev.mcppolicy.testkit.cluster;

import org.jspecify.annotations.NullMarked;
