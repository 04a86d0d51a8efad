// SPDX-License-Identifier: Apache-2.0
/**
 * The few calls of a sidecar to the API server: its bundle, its acknowledgement, and the scale of
 * declared workloads. {@code java.net.http} alone; no Kubernetes client library.
 */
@NullMarked
package dev.mcppolicy.proxy.kubernetes;

import org.jspecify.annotations.NullMarked;
