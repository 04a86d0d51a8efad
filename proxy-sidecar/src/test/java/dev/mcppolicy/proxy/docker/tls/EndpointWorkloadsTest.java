// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.DockerEndpoint;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a new bundle changes, without a restart. */
final class EndpointWorkloadsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final StopOptions STOP = new StopOptions(Duration.ofSeconds(1), Removal.UNSAID);
  private static final Workload VLLM =
      new Workload("vllm-server", true, Workload.Target.container("vllm"), Optional.empty());
  private static final Workload OTHER =
      new Workload("other", false, Workload.Target.container("other"), Optional.empty());

  private static TestAuthority authority;
  private static ClientCertificate client;
  private static TestAuthority.Identity server;

  @BeforeAll
  static void sign() throws GeneralSecurityException {
    authority = new TestAuthority("authority");
    client = authority.client();
    server = authority.server("localhost");
  }

  private static final ScriptedEngine.Script ENGINE =
      (line, out, _) -> {
        String name = line.contains("/other/") ? "other" : "vllm";
        ScriptedEngine.reply(
            out,
            200,
            """
            {"Id":"%s","Name":"/%s","State":{"Status":"running"},"Config":{"Labels":{"team":"ml"}}}"""
                .formatted("ab".repeat(32), name));
      };

  private static EndpointWorkloads workloads() {
    return new EndpointWorkloads(
        name ->
            name.equals("tls")
                ? new CertificateSource.Reading.Read(client)
                : new CertificateSource.Reading.Not("Secret `" + name + "` does not exist"),
        InstantSource.system());
  }

  private static Optional<DockerEndpoint> endpoint(ScriptedEngine engine, String label) {
    return endpoint(engine, label, "tls");
  }

  private static Optional<DockerEndpoint> endpoint(
      ScriptedEngine engine, String label, String secret) {
    return Optional.of(new DockerEndpoint(engine.uri(), secret, Map.of("team", label), false));
  }

  @Test
  void refusesWithoutAnEndpointAndSaysWhatToDo() {
    EndpointWorkloads workloads = workloads();
    workloads.use(Optional.empty(), List.of(VLLM));
    Refused refused =
        assertInstanceOf(Refused.class, workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
    assertTrue(refused.why().contains("sets spec.docker"), refused.why());
    assertTrue(refused.why().contains("dockerEndpoints"), refused.why());
    assertInstanceOf(Refused.class, workloads.start(VLLM, TIMEOUT));
    assertInstanceOf(Refused.class, workloads.restart(VLLM, List.of(VLLM), TIMEOUT));
    assertInstanceOf(WorkloadLook.Unseen.class, workloads.look(VLLM, TIMEOUT));
    assertInstanceOf(
        WorkloadLogs.Refused.class, workloads.logs(VLLM, new LogLimits(1, 100), TIMEOUT));
    assertTrue(workloads.preview(VLLM, TIMEOUT).isEmpty());
    assertEquals("", workloads.platform(TIMEOUT).text());
  }

  @Test
  void takesUpAnotherEndpointAndLabelsAndSecret() throws Exception {
    EndpointWorkloads workloads = workloads();
    try (var first = ScriptedEngine.tls(server, authority.pem(), ENGINE);
        var second = ScriptedEngine.tls(server, authority.pem(), ENGINE)) {
      workloads.use(endpoint(first, "ml"), List.of(VLLM));
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
      int asked = first.requests().size();

      workloads.use(endpoint(second, "ml"), List.of(VLLM));
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
      assertEquals(asked, first.requests().size());
      assertEquals(1, second.requests().size());

      workloads.use(endpoint(second, "web"), List.of(VLLM));
      Refused refused =
          assertInstanceOf(Refused.class, workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertTrue(refused.why().contains("does not carry the label `team=web`"), refused.why());
      assertEquals(0, second.requests("POST"));

      workloads.use(endpoint(second, "ml", "gone"), List.of(VLLM));
      Failed failed =
          assertInstanceOf(Failed.class, workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertTrue(failed.why().contains("Secret `gone` does not exist"), failed.why());

      workloads.use(Optional.empty(), List.of(VLLM));
      assertInstanceOf(Refused.class, workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
    }
  }

  /** A call that was decided on the bundle before must not meet a namesake on the next engine. */
  @Test
  void actsOnNothingThatIsNotDeclaredTogetherWithTheEndpoint() throws Exception {
    EndpointWorkloads workloads = workloads();
    try (var engine = ScriptedEngine.tls(server, authority.pem(), ENGINE)) {
      workloads.use(endpoint(engine, "ml"), List.of(OTHER));
      Refused refused =
          assertInstanceOf(Refused.class, workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertTrue(refused.why().contains("no longer declares container `vllm`"), refused.why());
      assertEquals(List.of(), engine.requests());
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(OTHER, TIMEOUT));
    }
  }
}
