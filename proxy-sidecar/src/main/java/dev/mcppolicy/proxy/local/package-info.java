// SPDX-License-Identifier: Apache-2.0
/** The proxy alone on one machine: a policy file, token files, and no cluster. */
@NullMarked
package dev.mcppolicy.proxy.local;

import org.jspecify.annotations.NullMarked;
