// SPDX-License-Identifier: Apache-2.0
/** The command {@code mcp-policy}: what a person types, and the errors they read. */
@NullMarked
package dev.mcppolicy.cli;

import org.jspecify.annotations.NullMarked;
