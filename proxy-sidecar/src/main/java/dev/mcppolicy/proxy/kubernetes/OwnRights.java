// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** What the API server says of this sidecar's own rights: it alone knows. */
final class OwnRights {
  private OwnRights() {}

  /** The answer, in a word of its own for each. */
  enum Right {
    HELD("can be read"),
    NOT_HELD("cannot be read; `capabilities: [Logs]` in the McpServer switches it on"),
    NOT_KNOWN("not known, the API server did not say");

    private final String word;

    Right(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** A SelfSubjectAccessReview, which every account may create. */
  static Right mayReadLogs(ApiServer api, String namespace, Duration timeout) {
    JsonObject review =
        JsonObject.builder()
            .put("apiVersion", "authorization.k8s.io/v1")
            .put("kind", "SelfSubjectAccessReview")
            .put(
                "spec",
                JsonObject.builder()
                    .put(
                        "resourceAttributes",
                        JsonObject.builder()
                            .put("namespace", namespace)
                            .put("verb", "get")
                            .put("resource", "pods")
                            .put("subresource", "log")
                            .build())
                    .build())
            .build();
    ApiAnswer answer =
        api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, timeout);
    if (!(answer instanceof ApiAnswer.Ok(JsonObject reviewed))) {
      return Right.NOT_KNOWN;
    }
    return reviewed
            .object("status")
            .flatMap(status -> status.get("allowed"))
            .equals(Optional.of(JsonValue.of(true)))
        ? Right.HELD
        : Right.NOT_HELD;
  }
}
