// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads the data of the events of a text/event-stream (WHATWG HTML, "Server-sent events"): lines
 * end with LF, CR or CRLF, and with nothing else.
 *
 * <p>Only events of type {@code message} (or without a type) are handed out; ids and retry times
 * are dropped, because streams are not resumed. Not for use by several threads.
 */
public final class SseReader {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final int eventBytesMax;
  private final Consumer<byte[]> sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private boolean hasData;
  private boolean isMessage = true;
  private boolean afterCarriageReturn;
  private boolean firstLine = true;

  /**
   * @param eventBytesMax bound of one line, and of one event's data
   * @param sink takes the data of one event: lines joined by LF, UTF-8 not checked yet
   */
  public SseReader(int eventBytesMax, Consumer<byte[]> sink) {
    this.eventBytesMax = eventBytesMax;
    this.sink = sink;
  }

  /**
   * Takes the remaining bytes of the buffer.
   *
   * @throws InvalidMessageException if a line or an event grows over the bound; the reader is of no
   *     more use then
   */
  public void feed(ByteBuffer bytes) throws InvalidMessageException {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      boolean secondOfPair = b == '\n' && afterCarriageReturn;
      afterCarriageReturn = b == '\r';
      if (secondOfPair) {
        continue;
      }
      if (b == '\n' || b == '\r') {
        endLine();
      } else {
        if (line.size() >= eventBytesMax) {
          throw tooLong();
        }
        line.write(b);
      }
    }
  }

  private void endLine() throws InvalidMessageException {
    byte[] text = line.toByteArray();
    line.reset();
    int from = firstLine && startsWith(text, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    firstLine = false;
    if (text.length == from) {
      dispatch();
      return;
    }
    int colon = from;
    while (colon < text.length && text[colon] != ':') {
      colon++;
    }
    String field = new String(text, from, colon - from, StandardCharsets.ISO_8859_1);
    int value = Math.min(colon + 1, text.length);
    if (value < text.length && text[value] == ' ') {
      value++;
    }
    if (field.equals("data")) {
      append(text, value);
    } else if (field.equals("event")) {
      String type = new String(text, value, text.length - value, StandardCharsets.ISO_8859_1);
      isMessage = type.isEmpty() || type.equals("message");
    }
  }

  private void append(byte[] text, int from) throws InvalidMessageException {
    if (data.size() + text.length - from >= eventBytesMax) {
      throw tooLong();
    }
    if (hasData) {
      data.write('\n');
    }
    hasData = true;
    data.write(text, from, text.length - from);
  }

  private void dispatch() {
    byte[] event = data.toByteArray();
    boolean deliver = isMessage && event.length > 0; // an event without data is not one
    data.reset();
    hasData = false;
    isMessage = true;
    if (deliver) {
      sink.accept(event);
    }
  }

  private InvalidMessageException tooLong() {
    return new InvalidMessageException(
        RpcError.INTERNAL_ERROR,
        "an event of the stream has more than " + eventBytesMax + " bytes",
        java.util.Optional.empty());
  }

  private static boolean startsWith(byte[] text, byte[] prefix) {
    return text.length >= prefix.length
        && java.util.Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length);
  }
}
