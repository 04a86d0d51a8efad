// SPDX-License-Identifier: Apache-2.0
/** The guarded MCP server, as the data path sees it, over stdio, a unix socket or HTTP. */
@NullMarked
package dev.mcppolicy.proxy.upstream;

import org.jspecify.annotations.NullMarked;
