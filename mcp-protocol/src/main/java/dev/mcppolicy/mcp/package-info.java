// SPDX-License-Identifier: Apache-2.0
/**
 * MCP on the wire, revisions 2025-06-18 and 2025-11-25: messages, methods and the members of their
 * params, replies, and the framing of lines and event streams.
 *
 * <p>Reading is strict and total: every input either becomes a value or one of {@link
 * dev.mcppolicy.mcp.InvalidMessageException} and {@link dev.mcppolicy.mcp.InvalidParamsException}.
 * What is sent on is built from those values alone.
 */
@NullMarked
package dev.mcppolicy.mcp;

import org.jspecify.annotations.NullMarked;
