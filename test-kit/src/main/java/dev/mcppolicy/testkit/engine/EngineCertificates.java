// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An authority of its own with a certificate for one endpoint and one for a client of it, valid for
 * a day, made by openssl. Two of them know nothing of each other.
 *
 * @param folder where all files lie
 */
public record EngineCertificates(Path folder) {

  /**
   * Makes new ones.
   *
   * @param folder to put them in; made if it is not there, files in it are replaced
   * @param host the name or the IPv4 address under which the endpoint is asked
   * @throws IOException when openssl fails, with what it says
   */
  public static EngineCertificates make(Path folder, String host) throws IOException {
    Files.createDirectories(folder);
    var made = new EngineCertificates(folder);
    made.openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=authority of a test",
        "-keyout",
        "ca.key",
        "-out",
        "ca.crt");
    String names = host.matches("[0-9.]+") ? "IP:" + host : "DNS:" + host;
    made.sign("server", "subjectAltName=" + names + "\nextendedKeyUsage=serverAuth\n");
    made.sign("client", "extendedKeyUsage=clientAuth\n");
    return made;
  }

  public Path authority() {
    return folder.resolve("ca.crt");
  }

  public Path serverCertificate() {
    return folder.resolve("server.crt");
  }

  public Path serverKey() {
    return folder.resolve("server.key");
  }

  public Path clientCertificate() {
    return folder.resolve("client.crt");
  }

  /** In PKCS #8. */
  public Path clientKey() {
    return folder.resolve("client.key");
  }

  private void sign(String name, String extensions) throws IOException {
    Files.writeString(folder.resolve(name + ".ext"), extensions);
    openssl(
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-keyout",
        name + ".key",
        "-out",
        name + ".csr");
    openssl(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "1",
        "-extfile",
        name + ".ext",
        "-out",
        name + ".crt");
  }

  private void openssl(String... words) throws IOException {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
