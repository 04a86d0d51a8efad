// SPDX-License-Identifier: Apache-2.0
/** Who a caller is: grants and what proves them. */
@NullMarked
package dev.mcppolicy.proxy.identity;

import org.jspecify.annotations.NullMarked;
