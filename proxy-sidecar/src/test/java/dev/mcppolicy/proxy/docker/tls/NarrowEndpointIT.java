// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.docker.DockerSettings;
import dev.mcppolicy.proxy.docker.DockerWorkloads;
import dev.mcppolicy.proxy.docker.EngineCases;
import dev.mcppolicy.proxy.docker.EngineTransport;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.testkit.engine.EngineCertificates;
import dev.mcppolicy.testkit.engine.NarrowEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same cases through {@code examples/docker-endpoint}, a real nginx before the engine of this
 * machine, and what it lets nobody do who has its certificate (T125).
 */
final class NarrowEndpointIT extends EngineCases {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath();
  private static final Path EXAMPLE = REPOSITORY.resolve("examples/docker-endpoint");

  @TempDir private static Path folder;
  private static EngineCertificates made;
  private static ClientCertificate client;

  @TempDir private Path own;
  private Optional<NarrowEndpoint> endpoint = Optional.empty();

  @BeforeAll
  static void sign() throws IOException {
    Process script =
        new ProcessBuilder(EXAMPLE.resolve("certificates.sh").toString(), "127.0.0.1")
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertEquals(0, script.onExit().join().exitValue());
    made = new EngineCertificates(folder.resolve("certificates"));
    client = TestEngineCertificates.client(made);
  }

  @Override
  protected void serve(String container) throws IOException {
    endpoint = Optional.of(start("nginx", container, true));
  }

  private NarrowEndpoint start(String name, String container, boolean mayRemove)
      throws IOException {
    return NarrowEndpoint.start(
        REPOSITORY, own.resolve(name), "127.0.0.1", made, List.of(container), mayRemove);
  }

  @AfterEach
  void end() {
    endpoint.ifPresent(NarrowEndpoint::close);
  }

  @Override
  protected EngineTransport transport() {
    return to(endpoint.orElseThrow());
  }

  private static TlsTransport to(NarrowEndpoint endpoint) {
    return new TlsTransport(
        endpoint.uri(),
        "tls",
        _ -> new CertificateSource.Reading.Read(client),
        InstantSource.system());
  }

  /** It is not even asked for. */
  @Override
  @Test
  public void aDeclaredNameThatIsTheBeginningOfAnIdMeetsNothing() throws IOException {
    String id = docker.run(docker.name("other"));
    Workload beginning = declared(id.substring(0, 12));
    Failed failed =
        assertInstanceOf(
            Failed.class, workloads.stop(beginning, List.of(beginning), STOP, TIMEOUT));
    assertTrue(failed.why().contains("Docker says: this endpoint lets"), failed.why());
    assertEquals("running", docker.status(id));
  }

  @Test
  void removesNothingWithoutTheLineForIt() throws IOException {
    docker.run(vllm.name());
    try (NarrowEndpoint strict = start("strict", vllm.name(), false);
        var removing =
            new DockerWorkloads(new DockerSettings(engine(), Map.of(), true, ""), to(strict))) {
      Failed failed =
          assertInstanceOf(Failed.class, removing.stop(vllm, List.of(vllm), REMOVE, TIMEOUT));
      assertTrue(failed.why().contains("but not removed"), failed.why());
    }
    assertTrue(docker.exists(vllm.name()));
  }

  @Test
  void letsNothingElseThroughForWhoeverHasTheCertificate() throws Exception {
    String id = docker.run(vllm.name());
    String db = docker.name("db");
    String other = docker.run(db);
    String vllmPath = "/containers/" + vllm.name();
    List<String> requests =
        List.of(
            "GET /containers/json",
            "GET /containers/json?all=1",
            "GET /v1.41/containers/json",
            "GET /v1.41" + vllmPath + "/json",
            "POST /containers/create",
            "POST /containers/create?name=x",
            "POST /containers/" + id + "/exec",
            "POST " + vllmPath + "/exec",
            "POST " + vllmPath + "/stop?t=1",
            "POST " + vllmPath + "/start",
            "POST /containers/" + id + "/kill",
            "POST /containers/" + id + "/update",
            "POST /containers/" + id + "/rename?name=x",
            "POST /containers/" + id + "/attach?stream=1&stdin=1",
            "POST /containers/" + id + "/stop?t=1&signal=KILL",
            "POST /containers/" + id + "/stop?t=-1",
            "POST /containers/" + id + "/stop",
            "POST /containers/" + id + "/start?detachKeys=x",
            "POST /containers/" + id + "/stop?t=1#x",
            "PUT /containers/" + id + "/archive?path=/",
            "GET /containers/" + id + "/archive?path=/etc",
            "GET /containers/" + id + "/export",
            "GET /containers/" + id + "/top",
            "GET /containers/" + id + "/logs?stdout=true&stderr=true&tail=all",
            "GET /containers/" + id + "/logs?stdout=true&stderr=true&tail=1&follow=true",
            "DELETE /containers/" + id + "?force=true",
            "DELETE /containers/" + id + "?v=true",
            "DELETE " + vllmPath,
            "POST /containers/" + other.substring(0, 12) + "/stop?t=1",
            "POST /containers/" + db + "/stop?t=1",
            "GET /containers/" + db + "/json",
            "GET /containers/" + other.substring(0, 12) + "/json",
            "GET " + vllmPath.toUpperCase(java.util.Locale.ROOT) + "/json",
            "GET " + vllmPath + "x/json",
            "GET " + vllmPath + "/json?size=true",
            "GET " + vllmPath + "/json/",
            "GET " + vllmPath + "/../" + db + "/json",
            "GET " + vllmPath + "/..%2f" + db + "/json",
            "GET " + vllmPath + "%2f..%2f" + db + "/json",
            "GET /containers/%2e%2e/containers/json",
            "GET /containers/./" + db + "/json",
            "GET //containers/" + db + "/json",
            "GET /version/../containers/json",
            "GET /version?x",
            "GET /version%00",
            "GET /images/json",
            "POST /images/create?fromImage=x",
            "POST /build",
            "POST /commit?container=" + id,
            "GET /info",
            "GET /events",
            "GET /secrets",
            "POST /volumes/create",
            "POST /swarm/init",
            "POST /session",
            "GET /_ping",
            "HEAD /_ping",
            "GET /",
            "GET http://x/containers/json",
            "GET http:///containers/json",
            "get " + vllmPath + "/json");
    SSLContext context = ClientTls.context(client, Instant.now());
    for (String request : requests) {
      String answer = raw(context, request + " HTTP/1.1\r\nHost: x\r\n");
      assertTrue(answer.matches("(?s)HTTP/1.1 (403|400) .*"), request + ": " + answer);
    }
    assertTrue(
        raw(context, "GET " + vllmPath + "/json HTTP/1.1\r\nHost: x\r\n")
            .startsWith("HTTP/1.1 200 "),
        "and the right one passes");
    assertEquals("running", docker.status(id));
    assertEquals("running", docker.status(db));
  }

  /** No second request in the body or the headers of one that passes. */
  @Test
  void passesNoHeaderAndNoBodyOn() throws Exception {
    String id = docker.run(vllm.name());
    SSLContext context = ClientTls.context(client, Instant.now());
    String hidden = "POST /containers/" + id + "/kill HTTP/1.1\r\nHost: x\r\n\r\n";
    for (String framing :
        List.of(
            "Content-Length: " + hidden.length() + "\r\n\r\n" + hidden,
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden,
            "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
            "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n" + hidden)) {
      raw(context, "GET /version HTTP/1.1\r\nHost: x\r\n" + framing);
      assertEquals("running", docker.status(id), framing);
    }
  }

  @Test
  void asksForACertificateThatItsAuthoritySigned() throws Exception {
    docker.run(vllm.name());
    String request = "GET /containers/" + vllm.name() + "/json HTTP/1.1\r\nHost: x\r\n";
    SSLContext none = SSLContext.getInstance("TLS");
    none.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
    String answer = raw(none, request);
    assertTrue(answer.startsWith("HTTP/1.1 400 ") || answer.startsWith("HTTP/1.1 403 "), answer);
    ClientCertificate other =
        TestEngineCertificates.client(
            EngineCertificates.make(folder.resolve("other"), "127.0.0.1"));
    String foreign =
        raw(
            ClientTls.context(
                new ClientCertificate(client.authorities(), other.chain(), other.key()),
                Instant.now()),
            request);
    assertTrue(foreign.startsWith("HTTP/1.1 400 ") || foreign.startsWith("HTTP/1.1 403 "), foreign);
    var server =
        new ClientCertificate(
            client.authorities(),
            Files.readString(made.serverCertificate()),
            Files.readString(made.serverKey()));
    String own = raw(ClientTls.context(server, Instant.now()), request);
    assertTrue(own.startsWith("HTTP/1.1 400 ") || own.startsWith("HTTP/1.1 403 "), own);
  }

  /** As long as a stop may take. */
  @Test
  void waitsForASlowStop() throws IOException {
    docker.run(vllm.name(), "--stop-signal", "SIGCONT"); // so that it is killed in the end
    Changed stopped =
        assertInstanceOf(Changed.class, workloads.stop(vllm, List.of(vllm), STOP, TIMEOUT));
    assertTrue(stopped.did().contains("did not end within 10 s and was killed"), stopped.did());
  }

  /** Everything that is answered to what is sent, a blank line behind it. */
  private String raw(SSLContext context, String request) throws IOException {
    String whole = request.contains("\r\n\r\n") ? request : request + "Connection: close\r\n\r\n";
    URI at = endpoint.orElseThrow().uri();
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket(at.getHost(), at.getPort())) {
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(whole.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      byte[] head = new byte[2_000];
      int count = socket.getInputStream().readNBytes(head, 0, 12);
      return new String(head, 0, count, StandardCharsets.ISO_8859_1) + " ";
    }
  }

  /** The endpoint is not what is tried. */
  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
