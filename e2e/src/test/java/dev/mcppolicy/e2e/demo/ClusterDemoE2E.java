// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.InstalledProduct;
import dev.mcppolicy.e2e.Product;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The demo and examples/quickstart are true. */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
final class ClusterDemoE2E {

  @Test
  void everythingThatTheDemoStatesHolds(Product product) throws Exception {
    var narration = new Narration(System.out, InstantSource.system());
    new ClusterDemo(product, narration, InstantSource.system())
        .run(Product.Images.built(product.repository()));
    assertTrue(narration.checks() > 20, "the demo checked only " + narration.checks() + " facts");
  }
}
