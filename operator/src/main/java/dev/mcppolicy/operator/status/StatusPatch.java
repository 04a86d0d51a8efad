// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.status;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;

/**
 * A status to apply: with the name of its resource and nothing else, so that the operator owns no
 * other field.
 */
public final class StatusPatch {
  private StatusPatch() {}

  /**
   * @param patch a new object of the resource's kind, which is filled and returned
   */
  public static <S, R extends CustomResource<?, S>> R of(R resource, R patch, S status) {
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(resource.getMetadata().getName())
            .withNamespace(resource.getMetadata().getNamespace())
            .build());
    patch.setStatus(status);
    return patch;
  }
}
