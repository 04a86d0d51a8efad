// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.nio.charset.StandardCharsets;

/**
 * The trace of an apply on the client's side. It sends only what differs, so that whoever applies
 * owns no number that was there already, and brings it back all the same.
 */
final class ClientSideApply {
  private static final String LAST = "kubectl.kubernetes.io/last-applied-configuration";

  private ClientSideApply() {}

  /** Whether what was applied may have said how many replicas; unless it can be seen, it may. */
  static boolean mayHaveSetReplicas(ObjectMeta meta) {
    String last = meta.getAnnotations() == null ? null : meta.getAnnotations().get(LAST);
    if (last == null) {
      return true;
    }
    try {
      return !(new StrictJson(JsonLimits.REQUEST).read(last.getBytes(StandardCharsets.UTF_8))
              instanceof JsonObject applied)
          || applied
              .object("spec")
              .flatMap(spec -> spec.get("replicas"))
              .filter(replicas -> !replicas.equals(JsonNull.NULL))
              .isPresent();
    } catch (MalformedJsonException e) {
      return true; // anybody may write an annotation
    }
  }
}
