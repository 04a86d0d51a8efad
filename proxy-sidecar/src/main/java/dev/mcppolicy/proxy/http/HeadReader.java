// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import dev.mcppolicy.proxy.http.RequestHead.Header;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the head of one HTTP/1.1 request after the other, and accepts only the form on which every
 * reader agrees (RFC 9112): lines end with CR LF, no folded headers, no white space before the
 * colon, an origin-form target. What a lenient reader would repair is refused, so nothing in front
 * of the proxy can see another request than the proxy does.
 *
 * <p>Not for use by several threads.
 */
final class HeadReader {
  private static final int KEPT_BYTES = 2048;

  private final int bytesMax;
  private final int headersMax;
  private byte[] head = new byte[KEPT_BYTES];
  private int length;

  HeadReader(int bytesMax, int headersMax) {
    this.bytesMax = bytesMax;
    this.headersMax = headersMax;
  }

  /** Whether a request has begun and its head has not ended. */
  boolean inHead() {
    return length > 0;
  }

  /** Takes bytes up to the end of the head; empty when more are needed. */
  Optional<RequestHead> read(ByteBuf in) throws RefusedRequestException {
    while (in.isReadable()) {
      byte b = in.readByte();
      if (length == head.length) {
        if (length >= bytesMax) {
          throw new RefusedRequestException(
              431, "the request line and headers are longer than " + bytesMax + " bytes");
        }
        head = Arrays.copyOf(head, Math.min(bytesMax, head.length * 2));
      }
      checkByte(b);
      head[length++] = b;
      if (b == '\n' && length >= 4 && head[length - 3] == '\n') {
        RequestHead read = parse();
        length = 0;
        if (head.length > KEPT_BYTES) {
          head = new byte[KEPT_BYTES];
        }
        return Optional.of(read);
      }
    }
    return Optional.empty();
  }

  private void checkByte(byte b) throws RefusedRequestException {
    boolean afterReturn = length > 0 && head[length - 1] == '\r';
    if ((b == '\n') != afterReturn) {
      throw new RefusedRequestException(400, "a line of the head does not end with CR LF");
    }
    if ((b >= 0 && b < 0x20 && b != '\r' && b != '\n' && b != '\t') || b == 0x7F) {
      throw new RefusedRequestException(400, "the head has a control character");
    }
  }

  private RequestHead parse() throws RefusedRequestException {
    int end = lineEnd(0);
    String line = text(0, end);
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first <= 0 || last == first) {
      throw new RefusedRequestException(
          400, "the request line is not a method, a target and a version");
    }
    String method = line.substring(0, first);
    String target = line.substring(first + 1, last);
    String version = line.substring(last + 1);
    if (!version.equals("HTTP/1.1")) {
      throw new RefusedRequestException(505, "the version of HTTP is not 1.1; use HTTP/1.1");
    }
    if (!isToken(method)) {
      throw new RefusedRequestException(400, "the method is not a token");
    }
    if (!isOriginForm(target)) {
      throw new RefusedRequestException(
          400, "the target is not a path; send a path such as `/mcp` and name the host in Host");
    }
    return new RequestHead(method, target, headers(end + 2));
  }

  private List<Header> headers(int from) throws RefusedRequestException {
    var headers = new ArrayList<Header>(16);
    int start = from;
    while (head[start] != '\r') {
      if (headers.size() == headersMax) {
        throw new RefusedRequestException(431, "there are more than " + headersMax + " headers");
      }
      int end = lineEnd(start);
      headers.add(header(start, end));
      start = end + 2;
    }
    return headers;
  }

  private Header header(int start, int end) throws RefusedRequestException {
    if (head[start] == ' ' || head[start] == '\t') {
      throw new RefusedRequestException(400, "a header is folded over two lines");
    }
    int colon = start;
    while (colon < end && head[colon] != ':') {
      colon++;
    }
    String name = text(start, colon);
    if (colon == end || !isToken(name)) {
      throw new RefusedRequestException(400, "a header is not a name, a colon and a value");
    }
    int from = colon + 1;
    int to = end;
    while (from < to && isBlank(head[from])) {
      from++;
    }
    while (to > from && isBlank(head[to - 1])) {
      to--;
    }
    return new Header(name.toLowerCase(Locale.ROOT), text(from, to));
  }

  private int lineEnd(int from) {
    int at = from;
    while (head[at] != '\r') {
      at++;
    }
    return at;
  }

  private String text(int from, int to) {
    return new String(head, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static boolean isOriginForm(String target) {
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= 0x20 || target.charAt(i) >= 0x7F) {
        return false;
      }
    }
    return target.startsWith("/");
  }

  /** RFC 9110 §5.6.2. */
  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isAlphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isAlphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
