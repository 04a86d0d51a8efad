// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.time.Duration;
import java.util.Optional;

/**
 * Waiting for a workload's running requests before it is scaled down, as its pods count them
 * themselves.
 *
 * @param timeout how long, {@link #TIMEOUT_MIN} to {@link #TIMEOUT_MAX}
 * @param port of each pod that answers with the metrics, 1 to 65535
 * @param path that they are read from, beginning with a slash
 */
public record Drain(Duration timeout, WhenBusy whenBusy, int port, String path) {
  public static final Duration TIMEOUT_MIN = Duration.ofSeconds(1);
  public static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

  /** Where vLLM answers. */
  public static final int PORT = 8000;

  /** Where vLLM answers. */
  public static final String PATH = "/metrics";

  /** The one of two that lets less through: one that refuses, then one that waits longer. */
  Drain stricter(Drain other) {
    if (whenBusy != other.whenBusy) {
      return whenBusy == WhenBusy.REFUSE ? this : other;
    }
    return timeout.compareTo(other.timeout) >= 0 ? this : other;
  }

  /** What becomes of a stop when requests still run at the end of the timeout. */
  public enum WhenBusy {
    /** Nothing is stopped. */
    REFUSE("Refuse"),
    /** It is stopped all the same, and the answer says how many requests that cut. */
    STOP("Stop");

    private final String word;

    WhenBusy(String word) {
      this.word = word;
    }

    /** As it is written in a McpServer and in a bundle. */
    public String word() {
      return word;
    }

    public static Optional<WhenBusy> of(String word) {
      for (WhenBusy whenBusy : values()) {
        if (whenBusy.word.equals(word)) {
          return Optional.of(whenBusy);
        }
      }
      return Optional.empty();
    }
  }
}
