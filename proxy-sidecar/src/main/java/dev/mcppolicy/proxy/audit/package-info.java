// SPDX-License-Identifier: Apache-2.0
/**
 * The record of decisions and outcomes. Arguments of calls, tokens and session ids never enter it.
 */
@NullMarked
package dev.mcppolicy.proxy.audit;

import org.jspecify.annotations.NullMarked;
