// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StaleClustersTest {
  @Test
  void keepsClusterOfRunningOwner() {
    assertFalse(StaleClusters.isStale(StaleClusters.owner(ProcessHandle.current())));
  }

  @Test
  void keepsClusterThatNobodyOwns() {
    assertFalse(StaleClusters.isStale(StaleClusters.KEPT));
  }

  @Test
  void removesClusterOfEndedOwner() throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var owner = new ProcessBuilder(java, "-version").redirectErrorStream(true).start();
    var label = StaleClusters.owner(owner.toHandle());
    owner.getInputStream().readAllBytes();
    assertTrue(owner.waitFor(30, TimeUnit.SECONDS));
    assertTrue(StaleClusters.isStale(label));
  }

  @Test
  void removesClusterWhoseOwnersNumberWasGivenToAnotherProcess() {
    assertTrue(StaleClusters.isStale(ProcessHandle.current().pid() + ":1"));
  }
}
