// SPDX-License-Identifier: Apache-2.0
/**
 * The product as a user has it: the chart installed on a real cluster, driven with kubectl and an
 * MCP client.
 */
@NullMarked
package dev.mcppolicy.e2e;

import org.jspecify.annotations.NullMarked;
