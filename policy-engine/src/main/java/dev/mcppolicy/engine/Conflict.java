// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/**
 * Two policies for the same grant that say opposite things. The stricter one holds; people should
 * know.
 *
 * @param tool the tool, resource or prompt they disagree on; empty for those that no rule names
 * @param text one line for a status, e.g. {@code `stop_vllm` is allowed by a/x and denied by a/y;
 *     it is denied}
 */
public record Conflict(String tool, PolicyId allowing, PolicyId denying, String text) {}
