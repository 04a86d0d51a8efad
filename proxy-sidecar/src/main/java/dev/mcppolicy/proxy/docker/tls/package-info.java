// SPDX-License-Identifier: Apache-2.0
/** The engine behind an address, over TLS with certificates on both sides, by the JDK alone. */
@NullMarked
package dev.mcppolicy.proxy.docker.tls;

import org.jspecify.annotations.NullMarked;
