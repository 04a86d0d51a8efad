// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.time.Duration;

/**
 * The bounds of a {@link StdioUpstream}.
 *
 * @param initializeTimeout how long a new server process may take until it answers {@code
 *     initialize}
 * @param lineBytesMax longest line that is read; a longer one is skipped
 * @param pendingMax requests without an answer at one time; further ones fail unsent
 * @param queuedBytesMax bytes that wait to be written; further requests fail unsent
 * @param junkLinesMax lines that are not messages, after which the connection is made anew
 * @param backOff waits between attempts to connect
 */
public record StdioSettings(
    Duration initializeTimeout,
    int lineBytesMax,
    int pendingMax,
    long queuedBytesMax,
    int junkLinesMax,
    BackOff.Settings backOff) {

  /** For one server process of a pod or a laptop. */
  public static final StdioSettings DEFAULT =
      new StdioSettings(
          Duration.ofSeconds(60), 16 << 20, 1024, 64 << 20, 1000, BackOff.Settings.DEFAULT);
}
