// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;

/**
 * What the installation decides about every sidecar.
 *
 * @param sidecarImage the image in full; the chart's admission policy requires the same one
 * @param imagePullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param sidecarUserId user and group id of the sidecar, which no other container may have: the
 *     bridge takes calls from this user alone
 * @param resources the sidecar's {@code resources} as in a pod
 * @param tokenLifetime of the sidecar's ServiceAccount token, at least ten minutes; the kubelet
 *     renews it in time
 */
public record InjectionSettings(
    String sidecarImage,
    String imagePullPolicy,
    long sidecarUserId,
    JsonObject resources,
    Duration tokenLifetime) {}
