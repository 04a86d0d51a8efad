// SPDX-License-Identifier: Apache-2.0
/**
 * Who else sets the replicas of declared workloads: autoscalers, deployment tools, owners. Found by
 * looking at regular intervals, so that kinds that are not there yet need no watch.
 */
@NullMarked
package dev.mcppolicy.operator.contested;

import org.jspecify.annotations.NullMarked;
