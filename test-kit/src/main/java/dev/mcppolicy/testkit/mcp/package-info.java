// SPDX-License-Identifier: Apache-2.0
/**
 * Both ends of MCP for tests, on the JDK alone: upstreams that write down every byte, and a client
 * that sends any byte.
 */
@NullMarked
package dev.mcppolicy.testkit.mcp;

import org.jspecify.annotations.NullMarked;
