// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.mcppolicy.proxy.docker.tls;

import org.jspecify.annotations.NullMarked;
