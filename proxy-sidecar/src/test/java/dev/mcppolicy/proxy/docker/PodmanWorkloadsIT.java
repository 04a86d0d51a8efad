// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same cases on a real Podman, whose service this starts (T125). */
final class PodmanWorkloadsIT extends DockerWorkloadsIT {
  private static PodmanService podman;

  @BeforeAll
  static void serve() throws IOException {
    podman = PodmanService.start();
  }

  @AfterAll
  static void end() throws IOException {
    podman.close();
  }

  @Override
  protected String engine() {
    return "Podman";
  }

  @Override
  Path socket() {
    return podman.socket();
  }

  @Override
  protected Docker command() {
    return podman.command();
  }
}
