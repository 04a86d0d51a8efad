// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.BundleFormat;
import dev.mcppolicy.bundle.BundleReading;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.Map;

/** The Secret that carries the bundle of a server. */
final class BundleSecret {
  private BundleSecret() {}

  static Secret of(McpServer server, byte[] encoded) {
    return new SecretBuilder()
        .withMetadata(OwnedObjects.meta(server, Api.objectName(server.getMetadata().getName())))
        .withType(BundleFormat.SECRET_TYPE)
        .withData(Map.of(BundleFormat.DATA_KEY, Base64.getEncoder().encodeToString(encoded)))
        .build();
  }

  static BundleReading read(Secret secret) {
    String data = secret.getData() == null ? null : secret.getData().get(BundleFormat.DATA_KEY);
    if (data == null) {
      return new BundleReading.Refused("the Secret has no key `" + BundleFormat.DATA_KEY + "`");
    }
    return BundleFormat.decode(Base64.getDecoder().decode(data));
  }
}
