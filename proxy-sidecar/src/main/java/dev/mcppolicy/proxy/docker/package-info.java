// SPDX-License-Identifier: Apache-2.0
/**
 * Declared containers of this machine, through the Docker Engine API, which Podman serves as well.
 */
@NullMarked
package dev.mcppolicy.proxy.docker;

import org.jspecify.annotations.NullMarked;
