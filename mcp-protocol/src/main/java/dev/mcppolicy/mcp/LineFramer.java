// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines that end with 0x0A and with nothing else. A carriage return is
 * a byte like any other. Not for use by several threads.
 */
public final class LineFramer {

  /** Takes what is cut off. */
  public interface Sink {
    /** One line, without its line feed, at most as long as the framer's bound; may be empty. */
    void line(byte[] line);

    /**
     * A line grew over the bound; it is skipped to its end. Called once per such line.
     *
     * @param head its first bytes, at most 256
     */
    void overlong(byte[] head);
  }

  private static final int HEAD_BYTES = 256;
  private static final int KEPT_BUFFER_BYTES = 1 << 16;

  private final int lineBytesMax;
  private final Sink sink;
  private ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private boolean skipping;

  public LineFramer(int lineBytesMax, Sink sink) {
    this.lineBytesMax = lineBytesMax;
    this.sink = sink;
  }

  /** Takes the remaining bytes of the buffer. */
  public void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int end = indexOfLineFeed(bytes);
      int length = (end < 0 ? bytes.limit() : end) - bytes.position();
      take(bytes, length);
      if (end >= 0) {
        bytes.get();
        endLine();
      }
    }
  }

  /** Whether the stream ended inside a line. */
  public boolean inLine() {
    return skipping || begun.size() > 0;
  }

  private void take(ByteBuffer bytes, int length) {
    if (!skipping && begun.size() + length > lineBytesMax) {
      skipping = true;
      byte[] head = head(bytes, length);
      begun = new ByteArrayOutputStream(); // what was kept of it is given back
      sink.overlong(head);
    }
    if (skipping) {
      bytes.position(bytes.position() + length);
      return;
    }
    byte[] part = new byte[length];
    bytes.get(part);
    begun.write(part, 0, length);
  }

  private byte[] head(ByteBuffer bytes, int length) {
    byte[] head = Arrays.copyOf(begun.toByteArray(), Math.min(begun.size() + length, HEAD_BYTES));
    int kept = Math.min(begun.size(), HEAD_BYTES);
    bytes.get(bytes.position(), head, kept, head.length - kept);
    return head;
  }

  private void endLine() {
    if (skipping) {
      skipping = false;
      return;
    }
    byte[] line = begun.toByteArray();
    if (line.length > KEPT_BUFFER_BYTES) {
      begun = new ByteArrayOutputStream(); // one long line does not keep its buffer for good
    } else {
      begun.reset();
    }
    sink.line(line);
  }

  private static int indexOfLineFeed(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) == '\n') {
        return i;
      }
    }
    return -1;
  }
}
