// SPDX-License-Identifier: Apache-2.0
/**
 * What is known of the tools of {@code vllm-mcp-server}: their definitions, what can go wrong with
 * them, and policies to begin with.
 */
@NullMarked
package dev.mcppolicy.engine.catalogue;

import org.jspecify.annotations.NullMarked;
