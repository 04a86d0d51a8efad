// SPDX-License-Identifier: Apache-2.0
/** What the kubelet asks the sidecar, on a listener and a socket of their own. */
@NullMarked
package dev.mcppolicy.proxy.management;

import org.jspecify.annotations.NullMarked;
