// SPDX-License-Identifier: Apache-2.0
/** Conditions. */
@NullMarked
package dev.mcppolicy.operator.status;

import org.jspecify.annotations.NullMarked;
