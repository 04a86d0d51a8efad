// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.json.JsonValue.JsonObject;

/**
 * What workloads run on.
 *
 * @param text whole lines for people
 * @param facts the same for machines
 */
public record Platform(String text, JsonObject facts) {}
