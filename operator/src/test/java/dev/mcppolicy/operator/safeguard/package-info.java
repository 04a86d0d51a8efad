// SPDX-License-Identifier: Apache-2.0
/** Tests of what a stop has to respect. */
@NullMarked
package dev.mcppolicy.operator.safeguard;

import org.jspecify.annotations.NullMarked;
