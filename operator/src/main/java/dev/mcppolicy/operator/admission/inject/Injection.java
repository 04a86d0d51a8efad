// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;

/** What injection made of a pod. */
public sealed interface Injection {

  /** The pod with its sidecar; equal to what came in when that was injected already. */
  record Injected(JsonObject pod) implements Injection {}

  /** Every reason, each one sentence with its place first; at least one. */
  record Refused(List<String> reasons) implements Injection {
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }
}
