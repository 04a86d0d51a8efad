// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/1.1 client over one connection that sends exactly the bytes it is given, so that a test
 * can send what no client library would. Reads wait at most {@link #READ_TIMEOUT}. One thread at a
 * time.
 */
public final class RawHttp implements AutoCloseable {
  /** How long a read waits before it throws {@link SocketTimeoutException}. */
  public static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  /** One response; {@code raw} is every byte of it, {@code body} is without framing. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  public record Response(int status, List<Header> headers, byte[] body, byte[] raw) {
    public Optional<String> header(String name) {
      return Header.first(headers, name);
    }

    /** The body as UTF-8. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final Socket socket;
  private final InputStream stream;
  private final HttpBytes in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(Math.toIntExact(READ_TIMEOUT.toMillis()));
    socket.setTcpNoDelay(true);
    this.stream = new BufferedInputStream(socket.getInputStream());
    this.in = new HttpBytes(stream);
  }

  public static RawHttp connect(String host, int port) throws IOException {
    var socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), Math.toIntExact(READ_TIMEOUT.toMillis()));
    return new RawHttp(socket);
  }

  /** The same over TLS; the certificate must be valid under {@code trust} for {@code host}. */
  public static RawHttp connectTls(String host, int port, SSLContext trust) throws IOException {
    var plain = new Socket();
    plain.connect(new InetSocketAddress(host, port), Math.toIntExact(READ_TIMEOUT.toMillis()));
    var socket = (SSLSocket) trust.getSocketFactory().createSocket(plain, host, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return new RawHttp(socket);
  }

  /**
   * The bytes of a well-formed POST of JSON with {@code Host}, {@code Content-Type}, {@code Accept}
   * and {@code Content-Length}; {@code headers} are further lines such as {@code Authorization:
   * Bearer …}.
   */
  public static byte[] post(String path, String host, String body, String... headers) {
    return post(path, host, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  public static byte[] post(String path, String host, byte[] body, String... headers) {
    var head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: %d\r\n"
            .formatted(path, host, body.length);
    for (var header : headers) {
      head += header + "\r\n";
    }
    var start = (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    var request = new byte[start.length + body.length];
    System.arraycopy(start, 0, request, 0, start.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    return request;
  }

  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /**
   * Sends the characters as ISO 8859-1, so that every byte can be written as {@code \u0000} to
   * {@code \u00ff}.
   */
  public RawHttp send(String bytes) throws IOException {
    return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Closes the sending side only. */
  public RawHttp finishSending() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /**
   * Reads one response (a {@code 100 Continue} is one too); throws {@link java.io.EOFException} if
   * the peer closed before its end.
   */
  public Response read() throws IOException {
    var head = in.head();
    var words = head.startLine().split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
      throw new IOException("not a status line: `" + head.startLine() + "`");
    }
    var status = Integer.parseInt(words[1]);
    var length = Header.first(head.headers(), "Content-Length");
    var chunked =
        Header.first(head.headers(), "Transfer-Encoding")
            .filter("chunked"::equalsIgnoreCase)
            .isPresent();
    byte[] body;
    if (status < 200 || status == 204 || status == 304) {
      body = new byte[0];
    } else if (chunked) {
      body = in.chunks();
    } else if (length.isPresent()) {
      body = in.exactly(Long.parseLong(length.get()));
    } else {
      body = in.untilClosed();
    }
    return new Response(status, head.headers(), body, in.takeRaw());
  }

  /**
   * Whether the peer closes, cleanly or with a reset, before it sends another byte and before
   * {@link #READ_TIMEOUT}.
   */
  public boolean isClosedByPeer() throws IOException {
    try {
      return stream.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
