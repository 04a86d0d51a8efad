// SPDX-License-Identifier: Apache-2.0
/** How bundles reach the data path: a source offers them, a receiver activates or refuses them. */
@NullMarked
package dev.mcppolicy.proxy.bundle;

import org.jspecify.annotations.NullMarked;
