// SPDX-License-Identifier: Apache-2.0
/**
 * The life of one call: from arrival to answer, in the order that {@link
 * dev.mcppolicy.proxy.enforce.Gate} alone states, whichever front it came through and whatever acts
 * on it.
 */
@NullMarked
package dev.mcppolicy.proxy.enforce;

import org.jspecify.annotations.NullMarked;
