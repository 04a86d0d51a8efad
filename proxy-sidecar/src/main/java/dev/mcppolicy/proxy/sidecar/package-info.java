// SPDX-License-Identifier: Apache-2.0
/** The proxy in a pod, wired from its parts by Micronaut. */
@NullMarked
package dev.mcppolicy.proxy.sidecar;

import org.jspecify.annotations.NullMarked;
