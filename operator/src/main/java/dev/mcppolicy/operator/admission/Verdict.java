// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.json.JsonValue.JsonArray;
import java.util.List;

/** What is answered to an {@link AdmissionRequest}. */
sealed interface Verdict {

  record Allowed() implements Verdict {}

  /** Allowed once the operations, of RFC 6902, are applied. */
  record Patched(JsonArray operations) implements Verdict {}

  /**
   * Denied.
   *
   * @param subject what is denied, as the beginning of a sentence
   * @param reasons every one, at least one
   */
  record Denied(String subject, List<String> reasons) implements Verdict {
    /** Nobody reads more, and an Event cuts it off. */
    private static final int REASONS_MAX = 20;

    public Denied {
      reasons = List.copyOf(reasons);
    }

    String message() {
      if (reasons.size() == 1) {
        return subject + " is refused: " + reasons.getFirst();
      }
      var message = new StringBuilder(subject + " is refused for " + reasons.size() + " reasons:");
      reasons.stream().limit(REASONS_MAX).forEach(reason -> message.append("\n- ").append(reason));
      if (reasons.size() > REASONS_MAX) {
        message.append("\n- and ").append(reasons.size() - REASONS_MAX).append(" more");
      }
      return message.toString();
    }
  }
}
