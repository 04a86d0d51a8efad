// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.proxy.docker.Docker;
import dev.mcppolicy.proxy.docker.DockerSettings;
import dev.mcppolicy.proxy.docker.DockerWorkloads;
import dev.mcppolicy.proxy.docker.EngineCases;
import dev.mcppolicy.proxy.docker.EngineTransport;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.testkit.engine.EngineCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same cases through the TLS port of a real dockerd, which this starts (T125). */
final class DockerdOverTlsIT extends EngineCases {
  @TempDir private static Path folder;
  private static ClientCertificate client;
  private static Dockerd dockerd;

  @BeforeAll
  static void serve() throws IOException {
    EngineCertificates made = EngineCertificates.make(folder.resolve("certificates"), "127.0.0.1");
    client = TestEngineCertificates.client(made);
    dockerd = Dockerd.start(folder, made);
  }

  @AfterAll
  static void end() throws IOException {
    dockerd.close();
  }

  @Override
  protected Docker command() {
    return dockerd.command();
  }

  @Override
  protected EngineTransport transport() {
    return shows(client);
  }

  private static TlsTransport shows(ClientCertificate certificate) {
    return new TlsTransport(
        dockerd.uri(),
        "tls",
        _ -> new CertificateSource.Reading.Read(certificate),
        InstantSource.system());
  }

  @Test
  void saysThatTheEngineDoesNotAcceptACertificateOfAnotherAuthority() throws IOException {
    docker.run(vllm.name());
    ClientCertificate other =
        TestEngineCertificates.client(
            EngineCertificates.make(folder.resolve("other"), "127.0.0.1"));
    var foreign = new ClientCertificate(client.authorities(), other.chain(), other.key());
    try (var workloads =
        new DockerWorkloads(new DockerSettings(engine(), Map.of(), false, ""), shows(foreign))) {
      Failed failed =
          assertInstanceOf(Failed.class, workloads.stop(vllm, List.of(vllm), STOP, TIMEOUT));
      assertTrue(failed.why().contains("it may not accept tls.crt"), failed.why());
      assertTrue(failed.why().endsWith("; nothing was changed"), failed.why());
    }
    assertEquals("running", docker.status(vllm.name()));
  }
}
