// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker.tls;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Something at a port of this machine that answers requests as a test says, and counts them. */
final class ScriptedEngine implements AutoCloseable {
  private static final char[] NO_PASSWORD = new char[0];

  private static final Script PLAIN = (_, out, _) -> reply(out, 400, "bad request");

  private final ServerSocket server;
  private final Script script;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /** What is done about one request. */
  interface Script {
    void answer(String requestLine, OutputStream out, Socket connection) throws IOException;
  }

  private ScriptedEngine(ServerSocket server, Script script) {
    this.server = server;
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** Without TLS, as web servers are: what is no request is answered so at once. */
  static ScriptedEngine plain() throws IOException {
    return new ScriptedEngine(new ServerSocket(0, 8, InetAddress.getLoopbackAddress()), PLAIN);
  }

  /**
   * With TLS.
   *
   * @param clients who has signed the certificates of its clients
   */
  static ScriptedEngine tls(TestAuthority.Identity identity, String clients, Script script)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown(identity).getKeyManagers(), trust(clients).getTrustManagers(), null);
    var server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    return new ScriptedEngine(server, script);
  }

  private static KeyManagerFactory shown(TestAuthority.Identity identity)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    keys.setKeyEntry(
        "own",
        identity.keys().getPrivate(),
        NO_PASSWORD,
        new Certificate[] {certificate(identity.certificate())});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, NO_PASSWORD);
    return factory;
  }

  private static TrustManagerFactory trust(String authority)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, NO_PASSWORD);
    trusted.setCertificateEntry("ca", certificate(authority));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory;
  }

  private static Certificate certificate(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  URI uri() {
    return URI.create("https://localhost:" + server.getLocalPort());
  }

  /** The first lines of all requests, in the order of arrival. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  long requests(String method) {
    return requests.stream().filter(line -> line.startsWith(method + " ")).count();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        open.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (IOException closed) {
      Thread.currentThread().interrupt(); // the end
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      if (!(connection instanceof SSLSocket)) {
        connection.getInputStream().read();
        script.answer("", connection.getOutputStream(), connection);
        return;
      }
      var in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        requests.add(line);
        for (String header = in.readLine();
            header != null && !header.isEmpty();
            header = in.readLine()) {}
        script.answer(line, connection.getOutputStream(), connection);
      }
    } catch (IOException closed) {
      Thread.currentThread().interrupt(); // the client went away
    }
  }

  static void reply(OutputStream out, int status, String body) throws IOException {
    reply(out, status, "", body);
  }

  static void reply(OutputStream out, int status, String headers, String body) throws IOException {
    String head =
        status == 204 || status == 304
            ? "HTTP/1.1 %d X\r\n%s\r\n".formatted(status, headers)
            : "HTTP/1.1 %d X\r\nContent-Length: %d\r\n%s\r\n%s"
                .formatted(status, body.length(), headers, body);
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : open) {
      connection.close();
    }
  }
}
