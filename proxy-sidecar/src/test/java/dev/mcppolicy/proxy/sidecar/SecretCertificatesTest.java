// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.mcppolicy.proxy.docker.tls.CertificateSource.Reading;
import dev.mcppolicy.proxy.docker.tls.ClientCertificate;
import dev.mcppolicy.proxy.kubernetes.ApiServer;
import dev.mcppolicy.proxy.kubernetes.ApiServerSettings;
import dev.mcppolicy.proxy.kubernetes.NamedSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretCertificatesTest {
  @TempDir private Path folder;
  private HttpServer server;
  private ApiServer api;
  private volatile int status = 200;
  private volatile String body = "{}";
  private volatile String asked = "";

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    api =
        new ApiServer(
            new ApiServerSettings(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                Files.writeString(folder.resolve("token"), "token"),
                Optional.empty(),
                Duration.ofSeconds(10)));
  }

  @AfterEach
  void close() {
    api.close();
    server.stop(0);
  }

  private Reading read() {
    return new SecretCertificates(new NamedSecret(api, "inference")).read("gpu-box");
  }

  private String refusal(int answered, String with) {
    status = answered;
    body = with;
    return assertInstanceOf(Reading.Not.class, read()).why();
  }

  @Test
  void readsTheThreeEntriesOfTheNamedSecret() {
    body =
        "{\"data\":{\"ca.crt\":\"YQ==\",\"tls.crt\":\"Yg==\",\"tls.key\":\"Yw==\",\"x\":\"ZA==\"}}";
    assertEquals(new Reading.Read(new ClientCertificate("a", "b", "c")), read());
    assertEquals("GET /api/v1/namespaces/inference/secrets/gpu-box", asked);
  }

  @Test
  void saysWhatIsMissingAllAtOnce() {
    assertEquals(
        "Secret `gpu-box` has no ca.crt and tls.key; it needs ca.crt, tls.crt and tls.key, all of them in PEM",
        refusal(200, "{\"data\":{\"tls.crt\":\"Yg==\"}}"));
    assertTrue(refusal(200, "{}").contains("has no ca.crt and tls.crt and tls.key"));
  }

  @Test
  void saysWhyItCannotBeRead() {
    String status =
        "{\"kind\":\"Status\",\"reason\":\"%s\",\"message\":\"secrets \\\"gpu-box\\\" %s\"}";
    assertEquals(
        "Secret `gpu-box` does not exist; create it with the entries ca.crt, tls.crt and tls.key",
        refusal(404, status.formatted("NotFound", "not found")));
    assertEquals(
        "this sidecar may not read Secret `gpu-box`; the condition RightsMissing of the McpServer says why",
        refusal(403, status.formatted("Forbidden", "forbidden")));
    assertTrue(
        refusal(500, status.formatted("InternalError", "broke"))
            .startsWith("Secret `gpu-box` cannot be read: the API server says: "));
    assertTrue(
        refusal(200, "{\"data\":{\"tls.key\":\"?\"}}").contains("an entry that is not base64"));
  }

  @Test
  void readsNoEntryThatIsLargerThanACertificateIs() {
    String large = "YWFh".repeat((64 << 10) / 3 + 1);
    assertEquals(
        "tls.crt of Secret `gpu-box` has more than the 65536 bytes allowed",
        refusal(
            200,
            "{\"data\":{\"ca.crt\":\"YQ==\",\"tls.crt\":\"%s\",\"tls.key\":\"Yw==\"}}"
                .formatted(large)));
  }
}
