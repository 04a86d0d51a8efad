// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads one body into memory, no further than its end and never more than the limit. What is kept
 * grows with what arrives, not with what was announced. Not for use by several threads.
 */
final class BodyReader {
  private static final int FIRST_BYTES = 4096;
  private static final int TRAILER_BYTES_MAX = 4096;
  private static final int SIZE_DIGITS_MAX = 8;

  private enum Part {
    DATA,
    SIZE,
    SIZE_LF,
    DATA_CR,
    DATA_LF,
    TRAILER,
    END
  }

  private final int bytesMax;
  private final boolean chunked;
  private Part part;
  private long left;
  private int sizeDigits;
  private int trailerBytes;
  private int lineBytes;
  private byte previous;
  private byte[] body;
  private int length;

  BodyReader(BodyFraming framing, int bytesMax) throws RefusedRequestException {
    this.bytesMax = bytesMax;
    switch (framing) {
      case BodyFraming.None() -> {
        chunked = false;
        part = Part.END;
      }
      case BodyFraming.Length(long bytes) -> {
        if (bytes > bytesMax) {
          throw tooLarge();
        }
        chunked = false;
        left = bytes;
        part = bytes == 0 ? Part.END : Part.DATA;
      }
      case BodyFraming.Chunked() -> {
        chunked = true;
        part = Part.SIZE;
      }
    }
    body = new byte[(int) Math.min(left, FIRST_BYTES)];
  }

  boolean ended() {
    return part == Part.END;
  }

  /** What this reader keeps in memory. */
  int keptBytes() {
    return body.length;
  }

  /** The whole body, once it has ended. */
  byte[] body() {
    return body.length == length ? body : Arrays.copyOf(body, length);
  }

  /** Takes bytes up to the end of the body; whether it has ended. */
  boolean read(ByteBuf in) throws RefusedRequestException {
    while (part != Part.END && in.isReadable()) {
      if (part == Part.DATA) {
        data(in);
      } else {
        framing(in.readByte());
      }
    }
    return ended();
  }

  private void data(ByteBuf in) {
    int count = (int) Math.min(left, in.readableBytes());
    if (length + count > body.length) {
      int grown = Math.max(length + count, Math.min(bytesMax, body.length * 2));
      body = Arrays.copyOf(body, chunked ? grown : (int) Math.min(grown, length + left));
    }
    in.readBytes(body, length, count);
    length += count;
    left -= count;
    if (left == 0) {
      part = chunked ? Part.DATA_CR : Part.END;
    }
  }

  private void framing(byte b) throws RefusedRequestException {
    switch (part) {
      case SIZE -> size(b);
      case SIZE_LF -> {
        expect(b, '\n');
        if (left > bytesMax - length) {
          throw tooLarge();
        }
        sizeDigits = 0;
        part = left == 0 ? Part.TRAILER : Part.DATA;
      }
      case DATA_CR -> {
        expect(b, '\r');
        part = Part.DATA_LF;
      }
      case DATA_LF -> {
        expect(b, '\n');
        part = Part.SIZE;
      }
      case TRAILER -> trailer(b);
      case DATA, END -> throw new IllegalStateException("no framing is read in " + part);
    }
  }

  /** Hexadecimal digits and CR; an extension is refused, because readers differ on its end. */
  private void size(byte b) throws RefusedRequestException {
    if (b == '\r' && sizeDigits > 0) {
      part = Part.SIZE_LF;
      return;
    }
    int digit = Character.digit(b, 16);
    if (digit < 0 || sizeDigits == SIZE_DIGITS_MAX) {
      throw new RefusedRequestException(400, "the size of a chunk is not a hexadecimal number");
    }
    left = left * 16 + digit;
    sizeDigits++;
  }

  /** Trailers are read to their end and ignored: nothing they say has any effect. */
  private void trailer(byte b) throws RefusedRequestException {
    if (++trailerBytes > TRAILER_BYTES_MAX) {
      throw new RefusedRequestException(431, "the trailers are too long");
    }
    if ((b == '\n') != (previous == '\r')) {
      throw new RefusedRequestException(400, "a trailer does not end with CR LF");
    }
    previous = b;
    if (b == '\n') {
      part = lineBytes == 0 ? Part.END : Part.TRAILER;
      lineBytes = 0;
    } else if (b != '\r') {
      lineBytes++;
    }
  }

  private static void expect(byte b, char expected) throws RefusedRequestException {
    if (b != expected) {
      throw new RefusedRequestException(400, "a chunk does not end where it says");
    }
  }

  private RefusedRequestException tooLarge() {
    return new RefusedRequestException(413, "the body is longer than " + bytesMax + " bytes");
  }
}
