// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of HTTP/1.1 messages read from one stream, keeping every byte of the message at hand.
 * Not thread-safe.
 */
final class HttpBytes {
  private static final int MAX_HEAD_BYTES = 1 << 20;
  private static final int MAX_BODY_BYTES = 64 << 20;

  /** A start line and header lines; {@code raw} ends after the empty line. */
  record Head(String startLine, List<Header> headers) {}

  private final InputStream in;
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

  HttpBytes(InputStream in) {
    this.in = in;
  }

  /** Every byte read since the last call. */
  byte[] takeRaw() {
    var bytes = raw.toByteArray();
    raw.reset();
    return bytes;
  }

  Head head() throws IOException {
    var startLine = line();
    var headers = new ArrayList<Header>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(':');
      headers.add(
          colon < 0
              ? new Header(line, "")
              : new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return new Head(startLine, List.copyOf(headers));
  }

  byte[] exactly(long bytes) throws IOException {
    if (bytes < 0 || bytes > MAX_BODY_BYTES) {
      throw new IOException(
          "a body of `" + bytes + "` bytes; at most " + MAX_BODY_BYTES + " are read");
    }
    var body = in.readNBytes((int) bytes);
    raw.writeBytes(body);
    if (body.length < bytes) {
      throw new EOFException(
          "the peer closed after " + body.length + " of " + bytes + " bytes of the body");
    }
    return body;
  }

  byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var line = line();
      var size = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
      body.writeBytes(exactly(size));
      if (body.size() > MAX_BODY_BYTES) {
        throw new IOException("a chunked body of more than " + MAX_BODY_BYTES + " bytes");
      }
      if (size == 0) {
        while (!line().isEmpty()) {} // trailers
        return body.toByteArray();
      }
      line();
    }
  }

  byte[] untilClosed() throws IOException {
    var body = in.readNBytes(MAX_BODY_BYTES);
    raw.writeBytes(body);
    return body;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException(
            "the peer closed after `" + line.toString(StandardCharsets.ISO_8859_1) + "`");
      }
      if (line.size() > MAX_HEAD_BYTES) {
        throw new IOException("a line of more than " + MAX_HEAD_BYTES + " bytes");
      }
      line.write(b);
      raw.write(b);
    }
    raw.write('\n');
    var text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
