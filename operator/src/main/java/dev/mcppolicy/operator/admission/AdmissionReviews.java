// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.util.Base64;

/** Reads and writes AdmissionReviews of {@code admission.k8s.io/v1}. */
final class AdmissionReviews {
  /** The API server stores no object beyond half of it, and an update carries two. */
  static final int BYTES_MAX = 3 << 20;

  private static final String API_VERSION = "admission.k8s.io/v1";

  /** Names are long in managedFields, which write a list's element as the name of a member. */
  private static final StrictJson JSON =
      new StrictJson(new JsonLimits(BYTES_MAX, 256, 64 << 10, BYTES_MAX, 64, 1_000_000));

  private AdmissionReviews() {}

  /** Reads a review; the message of the exception says what is not as it must be. */
  static AdmissionRequest read(byte[] body) throws UnreadableReviewException {
    if (!(json(body) instanceof JsonObject review)
        || !review.string("apiVersion").orElse("").equals(API_VERSION)
        || !review.string("kind").orElse("").equals("AdmissionReview")) {
      throw new UnreadableReviewException("the body is not an AdmissionReview of " + API_VERSION);
    }
    JsonObject request = member(review, "request");
    return new AdmissionRequest(
        request
            .string("uid")
            .orElseThrow(() -> new UnreadableReviewException("request.uid is missing")),
        request.object("kind").flatMap(kind -> kind.string("kind")).orElse(""),
        request.string("namespace").orElse(""),
        member(request, "object"),
        request.object("oldObject"));
  }

  static byte[] write(String uid, Verdict verdict) {
    var response = JsonObject.builder().put("uid", uid);
    switch (verdict) {
      case Verdict.Allowed(var warnings) -> {
        response.put("allowed", true);
        if (!warnings.isEmpty()) {
          response.put(
              "warnings", new JsonArray(warnings.stream().<JsonValue>map(JsonValue::of).toList()));
        }
      }
      case Verdict.Patched(var operations) ->
          response
              .put("allowed", true)
              .put("patchType", "JSONPatch")
              .put("patch", Base64.getEncoder().encodeToString(JsonText.bytes(operations)));
      case Verdict.Denied denied ->
          response
              .put("allowed", false)
              .put(
                  "status",
                  JsonObject.builder().put("code", 403).put("message", denied.message()).build());
    }
    return JsonText.bytes(
        JsonObject.builder()
            .put("apiVersion", API_VERSION)
            .put("kind", "AdmissionReview")
            .put("response", response.build())
            .build());
  }

  private static JsonValue json(byte[] body) throws UnreadableReviewException {
    try {
      return JSON.read(body);
    } catch (MalformedJsonException malformed) {
      throw new UnreadableReviewException(String.valueOf(malformed.getMessage()));
    }
  }

  private static JsonObject member(JsonObject parent, String name)
      throws UnreadableReviewException {
    return parent
        .object(name)
        .orElseThrow(() -> new UnreadableReviewException("`" + name + "` is missing or no object"));
  }
}
