// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.operator.admission.inject.InjectionSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The chart's values for the sidecar.
 *
 * @param image in full
 * @param pullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param userId user and group
 * @param resources JSON, as in a pod
 */
@ConfigurationProperties("mcp-policy.sidecar")
record SidecarSettings(String image, String pullPolicy, long userId, String resources) {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

  InjectionSettings forInjection() {
    return new InjectionSettings(image, pullPolicy, userId, resourcesObject(), TOKEN_LIFETIME);
  }

  private JsonObject resourcesObject() {
    try {
      if (new StrictJson(JsonLimits.REQUEST).read(resources.getBytes(StandardCharsets.UTF_8))
          instanceof JsonObject object) {
        return object;
      }
    } catch (MalformedJsonException malformed) {
      throw new IllegalArgumentException("mcp-policy.sidecar.resources: not JSON", malformed);
    }
    throw new IllegalArgumentException("mcp-policy.sidecar.resources: not an object");
  }
}
