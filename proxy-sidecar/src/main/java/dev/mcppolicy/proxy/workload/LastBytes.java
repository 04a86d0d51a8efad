// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The end of a stream: what came last, in bounded memory.
 *
 * @param isCut whether something came before it
 */
public record LastBytes(String text, boolean isCut) {
  /** A stream that goes on beyond this is not read to its end. */
  private static final int READ_MAX = 16 << 20;

  /** Reads to the end. Malformed UTF-8 becomes U+FFFD; a line that was cut is left out. */
  public static LastBytes of(InputStream in, int bytesMax) throws IOException {
    byte[] ring = new byte[bytesMax];
    byte[] buffer = new byte[8192];
    long total = 0;
    for (int count = in.read(buffer); count >= 0 && total < READ_MAX; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        ring[(int) (total++ % bytesMax)] = buffer[i];
      }
    }
    if (total <= bytesMax) {
      return new LastBytes(new String(ring, 0, (int) total, StandardCharsets.UTF_8), false);
    }
    int first = (int) (total % bytesMax);
    byte[] last = new byte[bytesMax];
    System.arraycopy(ring, first, last, 0, bytesMax - first);
    System.arraycopy(ring, 0, last, bytesMax - first, first);
    String text = new String(last, StandardCharsets.UTF_8);
    int line = text.indexOf('\n');
    return new LastBytes(line < 0 ? text : text.substring(line + 1), true);
  }
}
