// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.util.List;

/**
 * Where the webhook is, as the chart knows it.
 *
 * @param namespace of the operator
 * @param service the Service by which the API server reaches the webhook
 * @param mutatingWebhook the name of the MutatingWebhookConfiguration
 * @param validatingWebhook the name of the ValidatingWebhookConfiguration
 */
@ConfigurationProperties("mcp-policy.admission")
record AdmissionSettings(
    String namespace, String service, String mutatingWebhook, String validatingWebhook) {

  /** The names that the API server may call the webhook by. */
  List<String> hosts() {
    return List.of(
        service + "." + namespace + ".svc", service + "." + namespace + ".svc.cluster.local");
  }
}
