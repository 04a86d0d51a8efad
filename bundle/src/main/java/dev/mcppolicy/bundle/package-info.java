// SPDX-License-Identifier: Apache-2.0
/**
 * What the operator hands to the sidecars of one server: everything that a sidecar must know to
 * decide and to carry out calls, in one checked document.
 */
@NullMarked
package dev.mcppolicy.bundle;

import org.jspecify.annotations.NullMarked;
