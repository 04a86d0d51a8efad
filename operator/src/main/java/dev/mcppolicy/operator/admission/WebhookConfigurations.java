// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two webhook configurations of the chart, of which the operator writes {@code caBundle} and
 * nothing else, by server-side apply: Helm never sees the field, so an upgrade leaves it alone.
 */
final class WebhookConfigurations {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookConfigurations.class);
  private static final String FIELD_MANAGER = "mcp-policy-operator-ca";

  private final KubernetesClient kubernetes;
  private final String mutatingName;
  private final String validatingName;

  WebhookConfigurations(KubernetesClient kubernetes, String mutatingName, String validatingName) {
    this.kubernetes = kubernetes;
    this.mutatingName = mutatingName;
    this.validatingName = validatingName;
  }

  /**
   * Writes the authority where it is not there yet.
   *
   * @return true when afterwards every webhook has it; else the log says why
   */
  boolean trust(String authorityPem) {
    String bundle =
        Base64.getEncoder().encodeToString(authorityPem.getBytes(StandardCharsets.UTF_8));
    try {
      boolean mutating = trustMutating(bundle);
      boolean validating = trustValidating(bundle); // one that is missing does not keep the other
      return mutating && validating;
    } catch (KubernetesClientException failure) {
      LOG.warn("the webhook configurations could not be given the authority", failure);
      return false;
    }
  }

  private boolean trustMutating(String bundle) {
    var configurations = kubernetes.admissionRegistration().v1().mutatingWebhookConfigurations();
    MutatingWebhookConfiguration found = configurations.withName(mutatingName).get();
    if (isMissing(found, mutatingName)) {
      return false;
    }
    var webhooks = found.getWebhooks();
    if (!all(webhooks.stream().map(each -> each.getClientConfig()), bundle)) {
      var apply = new MutatingWebhookConfigurationBuilder();
      apply.withNewMetadata().withName(mutatingName).endMetadata();
      for (var webhook : webhooks) {
        apply
            .addNewWebhook()
            .withName(webhook.getName())
            .withNewClientConfig()
            .withCaBundle(bundle)
            .endClientConfig()
            .endWebhook();
      }
      configurations
          .resource(apply.build())
          .fieldManager(FIELD_MANAGER)
          .forceConflicts()
          .serverSideApply();
    }
    return true;
  }

  private boolean trustValidating(String bundle) {
    var configurations = kubernetes.admissionRegistration().v1().validatingWebhookConfigurations();
    ValidatingWebhookConfiguration found = configurations.withName(validatingName).get();
    if (isMissing(found, validatingName)) {
      return false;
    }
    var webhooks = found.getWebhooks();
    if (!all(webhooks.stream().map(each -> each.getClientConfig()), bundle)) {
      var apply = new ValidatingWebhookConfigurationBuilder();
      apply.withNewMetadata().withName(validatingName).endMetadata();
      for (var webhook : webhooks) {
        apply
            .addNewWebhook()
            .withName(webhook.getName())
            .withNewClientConfig()
            .withCaBundle(bundle)
            .endClientConfig()
            .endWebhook();
      }
      configurations
          .resource(apply.build())
          .fieldManager(FIELD_MANAGER)
          .forceConflicts()
          .serverSideApply();
    }
    return true;
  }

  private static boolean isMissing(@Nullable HasMetadata found, String name) {
    if (found == null) {
      LOG.warn("the webhook configuration {} is missing; install the chart again", name);
    }
    return found == null;
  }

  private static boolean all(Stream<WebhookClientConfig> webhooks, String bundle) {
    return webhooks.allMatch(each -> bundle.equals(each.getCaBundle()));
  }
}
