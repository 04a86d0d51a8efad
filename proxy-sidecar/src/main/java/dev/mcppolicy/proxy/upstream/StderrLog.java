// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.mcp.LineFramer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server writes to stderr, as lines of our log that cannot be taken for anything else:
 * prefixed, without control characters, bounded in length and in number per second. Not for use by
 * several threads.
 */
final class StderrLog {
  private static final Logger LOG = LoggerFactory.getLogger(StderrLog.class);
  private static final int LINE_BYTES_MAX = 4096;
  private static final int LINES_PER_SECOND_MAX = 50;
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final Consumer<String> out;
  private final LongSupplier nanoTime;
  private final LineFramer framer;
  private long secondBegun;
  private int linesInSecond;
  private long left;

  StderrLog() {
    this(LOG::info, System::nanoTime);
  }

  StderrLog(Consumer<String> out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
    this.secondBegun = nanoTime.getAsLong();
    this.framer =
        new LineFramer(
            LINE_BYTES_MAX,
            new LineFramer.Sink() {
              @Override
              public void line(byte[] line) {
                write(escaped(line));
              }

              @Override
              public void overlong(byte[] head) {
                write(escaped(head) + "… (a line of more than " + LINE_BYTES_MAX + " bytes)");
              }
            });
  }

  void feed(ByteBuffer bytes) {
    framer.feed(bytes);
  }

  private void write(String line) {
    long now = nanoTime.getAsLong();
    if (now - secondBegun >= SECOND_NANOS) {
      if (left > 0) {
        out.accept("server stderr: (" + left + " lines left out)");
      }
      secondBegun = now;
      linesInSecond = 0;
      left = 0;
    }
    if (linesInSecond++ < LINES_PER_SECOND_MAX) {
      out.accept("server stderr: " + line);
    } else {
      left++;
    }
  }

  /** UTF-8 where it is, with control and format characters, also those of terminals, escaped. */
  static String escaped(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    var safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    safe.append("\\u{%x}".formatted(c));
                default -> safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }
}
