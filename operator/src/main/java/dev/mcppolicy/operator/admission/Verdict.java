// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.operator.check.Warnings;
import java.util.List;

/** What is answered to an {@link AdmissionRequest}. */
sealed interface Verdict {

  /**
   * Allowed.
   *
   * @param warnings what the API server tells the person who wrote it
   */
  record Allowed(List<String> warnings) implements Verdict {
    /** More than a few hide each other, and so many are kept in the status. */
    private static final int WARNINGS_MAX = 5;

    /** What Kubernetes recommends; what is longer may be cut off. */
    private static final int WARNING_CHARS_MAX = 120;

    public Allowed {
      warnings =
          Warnings.bounded(warnings, WARNINGS_MAX).stream()
              .map(warning -> Warnings.shortened(warning, WARNING_CHARS_MAX))
              .toList();
    }

    public Allowed() {
      this(List.of());
    }
  }

  /** Allowed once the operations, of RFC 6902, are applied. */
  record Patched(JsonArray operations) implements Verdict {}

  /**
   * Denied.
   *
   * @param subject what is denied, as the beginning of a sentence
   * @param reasons every one, at least one
   */
  record Denied(String subject, List<String> reasons) implements Verdict {
    /** All that is wrong is said, but an answer has an end. */
    private static final int MESSAGE_CHARS_MAX = 32 << 10;

    public Denied {
      reasons = List.copyOf(reasons);
    }

    String message() {
      if (reasons.size() == 1) {
        return subject + " is refused: " + reasons.getFirst();
      }
      var message = new StringBuilder(subject + " is refused for " + reasons.size() + " reasons:");
      int said = 0;
      for (String reason : reasons) {
        if (said > 0 && message.length() + reason.length() > MESSAGE_CHARS_MAX) {
          return message
              .append("\n- and ")
              .append(reasons.size() - said)
              .append(" more")
              .toString();
        }
        message.append("\n- ").append(reason);
        said++;
      }
      return message.toString();
    }
  }
}
