// SPDX-License-Identifier: Apache-2.0
/** The data path, put together from its parts. */
@NullMarked
package dev.mcppolicy.proxy;

import org.jspecify.annotations.NullMarked;
