// SPDX-License-Identifier: Apache-2.0
/** What this installation may give to sidecars beside the scale of known workloads. */
@NullMarked
package dev.mcppolicy.operator.rights;

import org.jspecify.annotations.NullMarked;
