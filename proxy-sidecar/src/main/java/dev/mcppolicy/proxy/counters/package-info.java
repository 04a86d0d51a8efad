// SPDX-License-Identifier: Apache-2.0
/** Quota: what calls have used of their limits, reserved before a call is acted on. */
@NullMarked
package dev.mcppolicy.proxy.counters;

import org.jspecify.annotations.NullMarked;
