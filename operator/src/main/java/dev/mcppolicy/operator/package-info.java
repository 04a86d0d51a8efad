// SPDX-License-Identifier: Apache-2.0
/** The operator's process: wiring, configuration, health. */
@NullMarked
package dev.mcppolicy.operator;

import org.jspecify.annotations.NullMarked;
