// SPDX-License-Identifier: Apache-2.0
/** Reconciling a server: the objects around its pods, its bundle, its status. */
@NullMarked
package dev.mcppolicy.operator.server;

import org.jspecify.annotations.NullMarked;
