// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import dev.mcppolicy.testkit.engine.EngineCertificates;
import java.io.IOException;
import java.nio.file.Files;

/** What a Secret would hold. */
final class TestEngineCertificates {
  private TestEngineCertificates() {}

  static ClientCertificate client(EngineCertificates made) throws IOException {
    return new ClientCertificate(
        Files.readString(made.authority()),
        Files.readString(made.clientCertificate()),
        Files.readString(made.clientKey()));
  }
}
