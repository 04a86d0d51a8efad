// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys that a resource has and its schema does not. */
public final class UnknownKeys {
  private UnknownKeys() {}

  static Map<String, Object> kept(@Nullable Map<String, Object> unknown) {
    return unknown == null
        ? Map.of()
        : Collections.unmodifiableMap(new LinkedHashMap<>(unknown)); // JSON null is a value here
  }
}
