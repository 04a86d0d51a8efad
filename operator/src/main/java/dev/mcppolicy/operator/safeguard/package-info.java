// SPDX-License-Identifier: Apache-2.0
/** What a stop of a declared workload has to respect, as the cluster says it now. */
@NullMarked
package dev.mcppolicy.operator.safeguard;

import org.jspecify.annotations.NullMarked;
