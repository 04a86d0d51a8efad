// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.proxy.enforce.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/**
 * Writes one HTTP/1.1 response. Its headers are the proxy's own: nothing of an upstream's enters
 * them, and nothing lets another origin read it.
 */
final class ResponseBytes {
  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\n");
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
  private static final byte[] TYPE = ascii("Content-Type: application/json\r\n");
  private static final byte[] FIXED =
      ascii("Cache-Control: private, no-store\r\nX-Content-Type-Options: nosniff\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] LENGTH = ascii("Content-Length: ");
  private static final byte[] END = ascii("\r\n");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private record Dated(long second, String line) {}

  private static volatile Dated dated = new Dated(Long.MIN_VALUE, "");

  private ResponseBytes() {}

  /** Asks for the body of a request that waits for it. */
  static ByteBuf proceed(ByteBufAllocator allocator) {
    return allocator.buffer(CONTINUE.length).writeBytes(CONTINUE);
  }

  static ByteBuf of(ByteBufAllocator allocator, Answer answer, Instant now, boolean close) {
    byte[] body = answer.body().map(JsonText::bytes).orElseGet(() -> new byte[0]);
    ByteBuf out = allocator.buffer(320 + body.length);
    out.writeBytes(statusLine(answer.status()));
    if (body.length > 0) {
      out.writeBytes(TYPE);
    }
    out.writeBytes(FIXED);
    out.writeCharSequence(date(now), StandardCharsets.US_ASCII);
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      out.writeCharSequence(
          header.getKey() + ": " + header.getValue() + "\r\n", StandardCharsets.US_ASCII);
    }
    if (close) {
      out.writeBytes(CLOSE);
    }
    if (answer.status() != 204) {
      out.writeBytes(LENGTH);
      out.writeCharSequence(Integer.toString(body.length), StandardCharsets.US_ASCII);
      out.writeBytes(END);
    }
    return out.writeBytes(END).writeBytes(body);
  }

  private static String date(Instant now) {
    Dated last = dated;
    if (last.second != now.getEpochSecond()) {
      last = new Dated(now.getEpochSecond(), "Date: " + DATE.format(now) + "\r\n");
      dated = last;
    }
    return last.line;
  }

  private static byte[] statusLine(int status) {
    return status == 200 ? OK : ascii("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
  }

  private static String reason(int status) {
    return switch (status) {
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 408 -> "Request Timeout";
      case 411 -> "Length Required";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 417 -> "Expectation Failed";
      case 421 -> "Misdirected Request";
      case 431 -> "Request Header Fields Too Large";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Error";
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
