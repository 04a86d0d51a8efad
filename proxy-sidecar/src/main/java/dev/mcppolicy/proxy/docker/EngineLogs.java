// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The text in a log of two streams: frames of eight bytes (stream, three zeros, length) and then
 * their text. Frames of both streams come in the order in which they were written.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">ContainerAttach, "Stream format"</a>
 */
final class EngineLogs extends InputStream {
  private final DataInputStream in;
  private int left;

  EngineLogs(InputStream in) {
    this.in = new DataInputStream(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (left == 0) {
      if (!frame()) {
        return -1;
      }
    }
    int count = in.read(buffer, offset, Math.min(length, left));
    if (count > 0) {
      left -= count;
    }
    return count;
  }

  private boolean frame() throws IOException {
    int stream = in.read();
    if (stream < 0) {
      return false;
    }
    try {
      int zeros = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      left = in.readInt();
      if (stream > 2 || zeros != 0 || left < 0) {
        throw new IOException("the log is not in the form that engines write");
      }
      return true;
    } catch (EOFException e) {
      return false;
    }
  }
}
