// SPDX-License-Identifier: Apache-2.0
/**
 * The engine behind a socket of this machine, by a library that the sidecar's image does not have.
 */
@NullMarked
package dev.mcppolicy.proxy.docker.socket;

import org.jspecify.annotations.NullMarked;
