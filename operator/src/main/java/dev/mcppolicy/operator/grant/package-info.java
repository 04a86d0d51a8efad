// SPDX-License-Identifier: Apache-2.0
/** The tokens of grants. */
@NullMarked
package dev.mcppolicy.operator.grant;

import org.jspecify.annotations.NullMarked;
