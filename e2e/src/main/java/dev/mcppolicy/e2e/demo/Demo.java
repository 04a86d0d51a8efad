// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e.demo;

import dev.mcppolicy.e2e.Product;
import dev.mcppolicy.testkit.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Entry point of ./demo: DEMO REPOSITORY OPERATOR_TAR PROXY_TAR. Exit code 0 when everything held,
 * 1 otherwise.
 */
public final class Demo {
  private Demo() {}

  public static void main(String[] arguments) {
    Path repository = Path.of(arguments[0]);
    var images = new Product.Images(Path.of(arguments[1]), Path.of(arguments[2]));
    System.exit(held(repository, images) ? 0 : 1);
  }

  private static boolean held(Path repository, Product.Images images) {
    var clock = InstantSource.system();
    var narration = new Narration(System.out, clock);
    narration.chapter("A Kubernetes cluster in Docker");
    try (TestCluster cluster = TestCluster.open()) {
      narration.say(cluster.description());
      try {
        new ClusterDemo(new Product(cluster, repository), narration, clock).run(images);
      } catch (Exception failed) {
        Path logs = repository.resolve("target/demo-logs");
        cluster.collectLogs(logs);
        System.err.println(
            "the demo failed: " + failed.getMessage() + "\nthe cluster's logs are in " + logs);
        return false;
      }
      System.out.printf(
          "%n%d facts checked, all hold. (%d s)%n",
          narration.checks(), narration.elapsed().toSeconds());
      return true;
    } catch (IOException failed) {
      System.err.println("the demo failed: " + failed.getMessage());
      return false;
    }
  }
}
