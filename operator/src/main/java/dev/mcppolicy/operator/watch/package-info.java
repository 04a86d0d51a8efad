// SPDX-License-Identifier: Apache-2.0
/**
 * What the operator sees of the cluster: one bounded informer for each kind, and how changes reach
 * reconcilers.
 */
@NullMarked
package dev.mcppolicy.operator.watch;

import org.jspecify.annotations.NullMarked;
