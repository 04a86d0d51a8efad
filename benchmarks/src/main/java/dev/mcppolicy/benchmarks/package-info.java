// SPDX-License-Identifier: Apache-2.0
/** What a decision costs, measured with JMH. */
@NullMarked
package dev.mcppolicy.benchmarks;

import org.jspecify.annotations.NullMarked;
