// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import dev.mcppolicy.proxy.http.RequestHead.Header;
import java.util.Locale;

/** How the end of a request's body is found (RFC 9112 §6). */
sealed interface BodyFraming {

  /** No body. */
  record None() implements BodyFraming {}

  record Length(long bytes) implements BodyFraming {}

  record Chunked() implements BodyFraming {}

  /**
   * The one framing that a head states. Two statements, even of the same, and everything but {@code
   * chunked} are refused: two readers could find two ends.
   */
  static BodyFraming of(RequestHead head) throws RefusedRequestException {
    int lengths = head.count("content-length");
    int codings = head.count("transfer-encoding");
    for (Header header : head.headers()) {
      if (header.name().equals("upgrade")
          || (header.name().equals("connection")
              && header.value().toLowerCase(Locale.ROOT).contains("upgrade"))) {
        throw new RefusedRequestException(
            400, "the protocol cannot be changed here; send no Upgrade header");
      }
    }
    if (lengths + codings > 1) {
      throw new RefusedRequestException(
          400, "the length of the body is stated more than once; send one Content-Length");
    }
    if (codings == 1) {
      if (!head.first("transfer-encoding").orElseThrow().equalsIgnoreCase("chunked")) {
        throw new RefusedRequestException(400, "the only transfer coding is `chunked`");
      }
      return new Chunked();
    }
    if (lengths == 0) {
      return new None();
    }
    String digits = head.first("content-length").orElseThrow();
    if (digits.isEmpty()
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new RefusedRequestException(400, "Content-Length is not a number of bytes");
    }
    return new Length(Long.parseLong(digits));
  }
}
