// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClusterTest {

  /** An informer refuses an index whose name it has already. */
  @Test
  void everyIndexCanBeMade() {
    var config = new ConfigBuilder().withMasterUrl("https://127.0.0.1:1").build();
    try (var client = new KubernetesClientBuilder().withConfig(config).build();
        var cluster = new Cluster(client, Set.of())) {
      assertFalse(cluster.isSynced(), "it is not started");
    }
  }
}
