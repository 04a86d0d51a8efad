// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.Optional;

/**
 * What the API server asks.
 *
 * @param uid echoed in the answer
 * @param kind of the object, e.g. {@code Pod}
 * @param namespace of the request: the object itself need not state it yet
 * @param object as it would be stored
 * @param before as it is stored; empty when it is created
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request">AdmissionReview
 *     v1</a>
 */
record AdmissionRequest(
    String uid, String kind, String namespace, JsonObject object, Optional<JsonObject> before) {}
