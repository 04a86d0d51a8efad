// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiServerTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  /** A key store with a certificate for 127.0.0.1, and the certificate beside it as PEM. */
  private Path keyStore(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    keytool(
        "-genkeypair -alias a -keyalg EC -dname CN=api -ext san=ip:127.0.0.1 -storetype PKCS12"
            + " -storepass changeit -keystore "
            + store);
    keytool(
        "-exportcert -rfc -alias a -storepass changeit -keystore "
            + store
            + " -file "
            + folder.resolve(name + ".crt"));
    return store;
  }

  private static void keytool(String arguments) throws Exception {
    String program = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder((program + " " + arguments).split(" "))
            .redirectErrorStream(true)
            .start();
    byte[] said = process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor(), new String(said, StandardCharsets.UTF_8));
  }

  private HttpsServer serve(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes(StandardCharsets.US_ASCII));
          exchange.close();
        });
    server.start();
    return server;
  }

  private ApiServer client(int port, Path ca) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret");
    return new ApiServer(
        new ApiServerSettings(
            URI.create("https://127.0.0.1:" + port),
            token,
            Optional.of(ca),
            Duration.ofSeconds(10)));
  }

  @Test
  void trustsTheGivenAuthorityAloneAndTakesUpANewOne() throws Exception {
    Path ours = keyStore("ours");
    keyStore("other");
    HttpsServer server = serve(ours);
    Path ca = Files.copy(folder.resolve("other.crt"), folder.resolve("ca.crt"));
    try (ApiServer client = client(server.getAddress().getPort(), ca)) {
      var refused = assertInstanceOf(ApiAnswer.Unreachable.class, client.get("/x"));
      assertTrue(refused.why().contains("PKIX"), refused.why());
      Files.writeString(ca, Files.readString(folder.resolve("ours.crt")));
      assertInstanceOf(ApiAnswer.Ok.class, client.get("/x"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void saysThatTheTokenIsMissing() throws Exception {
    var settings =
        new ApiServerSettings(
            URI.create("http://127.0.0.1:1"),
            folder.resolve("none"),
            Optional.empty(),
            Duration.ofSeconds(1));
    try (var client = new ApiServer(settings)) {
      var answer = assertInstanceOf(ApiAnswer.Unreachable.class, client.get("/x"));
      assertTrue(answer.why().contains("none"), answer.why());
      Files.writeString(folder.resolve("none"), " \n");
      answer = assertInstanceOf(ApiAnswer.Unreachable.class, client.get("/x"));
      assertTrue(answer.why().contains("holds no token"), answer.why());
    }
  }

  @Test
  void readsItsAddressFromThePodsEnvironment() {
    Map<String, String> v6 =
        Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443");
    assertEquals(URI.create("https://[fd00::1]:443"), ApiServerSettings.inPod(v6, folder).base());
    assertThrows(IllegalArgumentException.class, () -> ApiServerSettings.inPod(Map.of(), folder));
  }
}
