// SPDX-License-Identifier: Apache-2.0
<<<<<<< HEAD
/** How bundles reach the data path: a source offers them, a receiver activates or refuses them. */
=======
/** Where the sidecar's bundle comes from, as the core sees it. */
>>>>>>> b29d499 (Name what the data path works with)
@NullMarked
package dev.mcppolicy.proxy.bundle;

import org.jspecify.annotations.NullMarked;
