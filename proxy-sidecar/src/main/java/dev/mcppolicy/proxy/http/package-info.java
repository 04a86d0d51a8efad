// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP front: Streamable HTTP of 2025-06-18 and 2025-11-25 on Netty, one strict request reader,
 * admission, and the answers. It knows how a message arrives, not what it means.
 */
@NullMarked
package dev.mcppolicy.proxy.http;

import org.jspecify.annotations.NullMarked;
