// SPDX-License-Identifier: Apache-2.0
/** Compiling and publishing bundles. */
@NullMarked
package dev.mcppolicy.operator.bundle;

import org.jspecify.annotations.NullMarked;
