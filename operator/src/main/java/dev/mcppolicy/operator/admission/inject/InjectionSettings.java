// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import java.time.Duration;
import java.util.Map;

/**
 * What the installation decides about every sidecar.
 *
 * @param sidecarImage the image in full; the chart's admission policy requires the same one
 * @param imagePullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param sidecarUserId user and group id of the sidecar, which no other container may have: the
 *     bridge takes calls from this user alone
 * @param requests resource name to quantity
 * @param limits resource name to quantity
 * @param tokenLifetime of the sidecar's ServiceAccount token, at least ten minutes; the kubelet
 *     renews it in time
 */
public record InjectionSettings(
    String sidecarImage,
    String imagePullPolicy,
    long sidecarUserId,
    Map<String, String> requests,
    Map<String, String> limits,
    Duration tokenLifetime) {

  public InjectionSettings {
    requests = Map.copyOf(requests);
    limits = Map.copyOf(limits);
  }
}
