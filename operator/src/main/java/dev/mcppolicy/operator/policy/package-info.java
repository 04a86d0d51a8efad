// SPDX-License-Identifier: Apache-2.0
/** Checking policies, and saying whether they are enforced. */
@NullMarked
package dev.mcppolicy.operator.policy;

import org.jspecify.annotations.NullMarked;
