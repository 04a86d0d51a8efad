// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** What conditions look at in one call. For one thread. */
final class CallValues {
  private final Call call;
  private final ArgumentPath[] paths;
  private final @Nullable JsonValue[] found;

  /**
   * @param paths those that the conditions were compiled with, not to be changed
   */
  CallValues(Call call, ArgumentPath[] paths) {
    this.call = call;
    this.paths = paths;
    this.found = new JsonValue[paths.length];
  }

  Call call() {
    return call;
  }

  /** As {@link ArgumentPath#resolve}, once for each path. */
  JsonValue argument(int slot) {
    JsonValue value = found[slot];
    if (value == null) {
      value = paths[slot].resolve(call.arguments());
      found[slot] = value;
    }
    return value;
  }
}
