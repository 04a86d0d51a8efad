// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.docker.DockerSettings;
import dev.mcppolicy.proxy.docker.DockerWorkloads;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Cause;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.Revocation;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Refused;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What may stand at an engine's address, or get in between (T125). */
final class TlsTransportTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final StopOptions STOP = new StopOptions(Duration.ofSeconds(1), Removal.UNSAID);
  private static final String ID = "ab".repeat(32);
  private static final Workload VLLM =
      new Workload("vllm-server", true, Workload.Target.container("vllm"), Optional.empty());

  private static TestAuthority authority;
  private static TestAuthority other;
  private static ClientCertificate client;
  private static TestAuthority.Identity server;

  @BeforeAll
  static void sign() throws GeneralSecurityException {
    authority = new TestAuthority("authority");
    other = new TestAuthority("other");
    client = authority.client();
    server = authority.server("localhost");
  }

  private static String container(String name, String id, String status) {
    return """
        {"Id":"%s","Name":"/%s","State":{"Status":"%s","ExitCode":0},"Config":{"Labels":{}}}"""
        .formatted(id, name, status);
  }

  /** An engine with one container, whose stop works. */
  private static ScriptedEngine.Script engine() {
    var runs = new AtomicBoolean(true);
    return (line, out, _) -> {
      if (line.startsWith("GET /containers/")) {
        ScriptedEngine.reply(out, 200, container("vllm", ID, runs.get() ? "running" : "exited"));
      } else if (line.startsWith("POST ")) {
        runs.set(!line.contains("/stop"));
        ScriptedEngine.reply(out, 204, "");
      } else {
        ScriptedEngine.reply(out, 200, "{\"Version\":\"29.0\"}");
      }
    };
  }

  private static DockerWorkloads at(URI endpoint, ClientCertificate shown) {
    return at(endpoint, _ -> new CertificateSource.Reading.Read(shown));
  }

  private static DockerWorkloads at(URI endpoint, CertificateSource source) {
    return new DockerWorkloads(
        new DockerSettings("Docker", Map.of(), false, "x"),
        new TlsTransport(endpoint, "tls", source, Instant::now));
  }

  private static Failed failed(WorkloadOutcome outcome) {
    Failed failed = assertInstanceOf(Failed.class, outcome);
    assertFalse(failed.why().contains("BEGIN"), failed.why());
    return failed;
  }

  /** Nothing was done, nothing was sent, and the answer says why. */
  private static void assertUntouched(String why, WorkloadOutcome outcome) {
    Failed failed = failed(outcome);
    assertTrue(failed.why().contains(why), failed.why());
    assertTrue(failed.why().endsWith("; nothing was changed"), failed.why());
    assertFalse(failed.mayHaveChanged());
  }

  @Test
  void actsOverTlsAndNotesWhatItChanged() throws Exception {
    try (var engine = ScriptedEngine.tls(server, authority.pem(), engine());
        var workloads = at(engine.uri(), client)) {
      var act =
          new ActRecord(
              new Cause("d-1", "stop_vllm", "agent", "/tools/stop_vllm", Optional.empty()));
      assertInstanceOf(
          Changed.class, act.of(() -> workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT)));
      assertEquals(
          List.of(
              WorkloadChange.container(
                  VLLM, engine.uri().toString(), ID, WorkloadChange.Made.STOPPED, true)),
          act.changes());
      assertEquals(
          List.of(
              "GET /containers/vllm/json HTTP/1.1",
              "POST /containers/" + ID + "/stop?t=1 HTTP/1.1",
              "GET /containers/" + ID + "/json HTTP/1.1"),
          engine.requests());
    }
  }

  @Test
  void touchesNothingForACallThatIsNotAllowedAnyMore() throws Exception {
    var revoked = new Revocation(() -> Optional.of("its grant is not accepted any more"));
    try (var engine = ScriptedEngine.tls(server, authority.pem(), engine());
        var workloads = at(engine.uri(), client)) {
      for (WorkloadOutcome outcome :
          List.of(
              revoked.over(() -> workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT)),
              revoked.over(() -> workloads.restart(VLLM, List.of(VLLM), TIMEOUT)))) {
        Refused refused = assertInstanceOf(Refused.class, outcome);
        assertTrue(refused.why().endsWith("its grant is not accepted any more"), refused.why());
      }
      assertEquals(0, engine.requests("POST"));
    }
  }

  @Test
  void actsWithAnRsaKey() throws Exception {
    TestAuthority.Identity rsa =
        authority.identity("client", "RSA", Instant.now().plus(Duration.ofDays(1)));
    try (var engine = ScriptedEngine.tls(server, authority.pem(), engine());
        var workloads =
            at(
                engine.uri(),
                new ClientCertificate(authority.pem(), rsa.certificate(), rsa.key()))) {
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
    }
  }

  @Test
  void trustsNoOtherAuthority() throws Exception {
    try (var engine = ScriptedEngine.tls(other.server("localhost"), authority.pem(), engine());
        var workloads = at(engine.uri(), client)) {
      assertUntouched(
          "signed by none of ca.crt", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertEquals(List.of(), engine.requests());
    }
  }

  @Test
  void trustsNoCertificateOfAnotherHost() throws Exception {
    try (var engine =
            ScriptedEngine.tls(authority.server("elsewhere.example"), authority.pem(), engine());
        var workloads = at(engine.uri(), client)) {
      assertUntouched("not for `localhost`", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertEquals(List.of(), engine.requests());
    }
  }

  @Test
  void trustsNoCertificateThatHasExpired() throws Exception {
    TestAuthority.Identity expired =
        authority.identity("localhost", "EC", Instant.now().minus(Duration.ofMinutes(1)));
    try (var engine = ScriptedEngine.tls(expired, authority.pem(), engine());
        var workloads = at(engine.uri(), client)) {
      assertUntouched("has expired", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertEquals(List.of(), engine.requests());
    }
  }

  @Test
  void saysThatItsOwnCertificateIsNotAccepted() throws Exception {
    try (var engine = ScriptedEngine.tls(server, other.pem(), engine());
        var workloads = at(engine.uri(), client)) {
      Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertTrue(failed.why().contains("it may not accept tls.crt"), failed.why());
      assertEquals(List.of(), engine.requests());
    }
  }

  @Test
  void speaksToNobodyWithoutTls() throws Exception {
    try (var engine = ScriptedEngine.plain();
        var workloads = at(engine.uri(), client)) {
      assertUntouched("it does not speak TLS", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertEquals(List.of(), engine.requests());
    }
  }

  @Test
  void followsNoRedirect() throws Exception {
    var location = new AtomicReference<>("");
    try (var elsewhere = ScriptedEngine.tls(server, authority.pem(), engine());
        var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (_, out, _) -> ScriptedEngine.reply(out, 307, location.get(), ""));
        var workloads = at(engine.uri(), client)) {
      location.set("Location: " + elsewhere.uri() + "/containers/vllm/json\r\n");
      assertUntouched(
          "a redirect, which is not followed", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertEquals(List.of(), elsewhere.requests());
    }
  }

  @Test
  void asksNoProxyWhateverTheMachineSays() throws Exception {
    ProxySelector before = ProxySelector.getDefault();
    try (var elsewhere = ScriptedEngine.plain();
        var engine = ScriptedEngine.tls(server, authority.pem(), engine());
        var workloads = at(engine.uri(), client)) {
      ProxySelector.setDefault(
          ProxySelector.of(new InetSocketAddress("localhost", elsewhere.uri().getPort())));
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  void endsABodyThatDoesNotEnd() throws Exception {
    byte[] block = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    try (var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (_, out, _) -> {
                  out.write("HTTP/1.1 200 X\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
                  while (true) {
                    out.write(block);
                  }
                });
        var workloads = at(engine.uri(), client)) {
      assertUntouched("is not known", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
    }
  }

  @Test
  void endsHeadersThatDoNotEnd() throws Exception {
    byte[] header = ("X: " + "x".repeat(8000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    try (var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (_, out, _) -> {
                  out.write("HTTP/1.1 200 X\r\n".getBytes(StandardCharsets.US_ASCII));
                  while (true) {
                    out.write(header);
                  }
                });
        var workloads = at(engine.uri(), client)) {
      assertUntouched("", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
    }
  }

  @Test
  void waitsForABodyThatTricklesNoLongerThanItMay() throws Exception {
    try (var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (_, out, connection) -> {
                  out.write(
                      "HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{"
                          .getBytes(StandardCharsets.US_ASCII));
                  out.flush();
                  awaitEnd(connection);
                });
        var workloads = at(engine.uri(), client)) {
      assertInTime(() -> workloads.stop(VLLM, List.of(VLLM), STOP, SHORT), "no answer within");
    }
  }

  @Test
  void waitsForAHandshakeNoLongerThanItMay() throws Exception {
    try (var silent = new java.net.ServerSocket(0);
        var workloads = at(URI.create("https://localhost:" + silent.getLocalPort()), client)) {
      assertInTime(() -> workloads.stop(VLLM, List.of(VLLM), STOP, SHORT), "");
    }
  }

  private static void awaitEnd(Socket connection) throws IOException {
    while (connection.getInputStream().read() >= 0) {}
  }

  private static void assertInTime(java.util.function.Supplier<WorkloadOutcome> act, String why) {
    long begun = System.nanoTime();
    WorkloadOutcome outcome = act.get();
    assertTrue(System.nanoTime() - begun < SHORT.multipliedBy(3).toNanos());
    assertUntouched(why, outcome);
  }

  @Test
  void saysThatNothingListens() throws Exception {
    int port;
    try (var socket = new java.net.ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var workloads = at(URI.create("https://localhost:" + port), client)) {
      assertUntouched(
          "nothing accepts connections there", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
    }
  }

  /** Whether it was stopped is not known, and the stop is not sent a second time. */
  @Test
  void doesNotSendAStopAgainWhoseAnswerWasCut() throws Exception {
    try (var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (line, out, connection) -> {
                  if (line.startsWith("POST ")) {
                    connection.close();
                  } else {
                    ScriptedEngine.reply(out, 200, container("vllm", ID, "running"));
                  }
                });
        var workloads = at(engine.uri(), client)) {
      var act = new ActRecord(new Cause("d", "stop_vllm", "agent", "", Optional.empty()));
      Failed failed = failed(act.of(() -> workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT)));
      assertTrue(
          failed.why().startsWith("Docker did not answer, so whether it was stopped is not known"),
          failed.why());
      assertTrue(failed.mayHaveChanged());
      assertEquals(1, engine.requests("POST"));
      assertEquals(
          List.of(false), act.changes().stream().map(WorkloadChange::isConfirmed).toList());
    }
  }

  /** A connection that was kept may be gone by then. */
  @Test
  void doesNotSendAStopAgainOnAConnectionThatWasKept() throws Exception {
    try (var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (_, out, connection) -> {
                  ScriptedEngine.reply(out, 200, container("vllm", ID, "running"));
                  connection.close(); // without a word
                });
        var workloads = at(engine.uri(), client)) {
      for (int i = 0; i < 5; i++) {
        workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT);
        assertTrue(engine.requests("POST") <= i + 1, engine.requests().toString());
      }
    }
  }

  @Test
  void actsOnNoOtherContainerThanTheOneAskedFor() throws Exception {
    for (String described :
        List.of(
            container("db", ID, "running"),
            container("vllm2", ID, "running"),
            container("vllm", "../../x", "running"),
            container("vllm", "ab", "running"),
            "[]",
            "{}",
            "not json")) {
      try (var engine =
              ScriptedEngine.tls(
                  server,
                  authority.pem(),
                  (_, out, _) -> ScriptedEngine.reply(out, 200, described));
          var workloads = at(engine.uri(), client)) {
        WorkloadOutcome outcome = workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT);
        assertTrue(outcome instanceof Refused || outcome instanceof Failed, described);
        assertEquals(List.of("GET /containers/vllm/json HTTP/1.1"), engine.requests());
      }
    }
  }

  @Test
  void doesNotTakeAnotherContainerForTheOneThatWasStopped() throws Exception {
    var asked = new AtomicInteger();
    try (var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (line, out, _) -> {
                  if (line.startsWith("POST ")) {
                    ScriptedEngine.reply(out, 204, "");
                  } else {
                    ScriptedEngine.reply(
                        out,
                        200,
                        asked.getAndIncrement() == 0
                            ? container("vllm", ID, "running")
                            : container("vllm", "cd".repeat(32), "exited"));
                  }
                });
        var workloads = at(engine.uri(), client)) {
      Failed failed = failed(workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
      assertTrue(failed.why().contains("describes another container"), failed.why());
      assertTrue(failed.mayHaveChanged());
    }
  }

  @Test
  void readsLogsInBoundedMemory() throws Exception {
    byte[] frame = new byte[8 + 60_000];
    frame[0] = 1;
    frame[5] = (byte) (60_000 >> 16);
    frame[6] = (byte) (60_000 >> 8);
    frame[7] = (byte) 60_000;
    java.util.Arrays.fill(frame, 8, frame.length, (byte) 'x');
    try (var engine =
            ScriptedEngine.tls(
                server,
                authority.pem(),
                (line, out, _) -> {
                  if (line.contains("/json")) {
                    ScriptedEngine.reply(out, 200, container("vllm", ID, "running"));
                  } else {
                    endless(out, frame);
                  }
                });
        var workloads = at(engine.uri(), client)) {
      WorkloadLogs logs = workloads.logs(VLLM, new LogLimits(10, 1000), TIMEOUT);
      String text = assertInstanceOf(WorkloadLogs.Read.class, logs).sources().getFirst().text();
      assertTrue(text.length() <= 1000, "" + text.length());
    }
  }

  private static void endless(OutputStream out, byte[] frame) throws IOException {
    out.write("HTTP/1.1 200 X\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    while (true) {
      out.write(frame);
    }
  }

  @Test
  void takesUpANewCertificateWhenTheOldOneIsNoLongerAccepted() throws Exception {
    var kept = new AtomicReference<>(other.client());
    var reads = new AtomicInteger();
    CertificateSource source =
        _ -> {
          reads.incrementAndGet();
          return new CertificateSource.Reading.Read(kept.get());
        };
    try (var engine = ScriptedEngine.tls(server, authority.pem(), engine());
        var workloads = at(engine.uri(), source)) {
      assertInstanceOf(WorkloadLook.Unseen.class, workloads.look(VLLM, TIMEOUT));
      kept.set(client);
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
      int read = reads.get();
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
      assertEquals(read, reads.get(), "kept");
    }
  }

  @Test
  void usesACertificateForAMinuteAndNoLonger() throws Exception {
    var now = new AtomicReference<>(Instant.now());
    var reading =
        new AtomicReference<CertificateSource.Reading>(new CertificateSource.Reading.Read(client));
    try (var engine = ScriptedEngine.tls(server, authority.pem(), engine());
        var workloads =
            new DockerWorkloads(
                new DockerSettings("Docker", Map.of(), false, "x"),
                new TlsTransport(engine.uri(), "tls", _ -> reading.get(), now::get))) {
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
      reading.set(new CertificateSource.Reading.Not("Secret `tls` does not exist"));
      now.updateAndGet(time -> time.plusSeconds(59));
      assertInstanceOf(WorkloadLook.Seen.class, workloads.look(VLLM, TIMEOUT));
      now.updateAndGet(time -> time.plusSeconds(1));
      assertUntouched(
          "Secret `tls` does not exist", workloads.stop(VLLM, List.of(VLLM), STOP, TIMEOUT));
    }
  }
}
