// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.json.JsonValue.JsonObject;

/**
 * One call to decide.
 *
 * @param tool as the caller wrote it; any string
 * @param arguments empty when the caller sent none
 */
public record ToolCall(String tool, JsonObject arguments) {}
