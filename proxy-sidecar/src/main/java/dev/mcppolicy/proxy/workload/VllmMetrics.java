// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.math.BigDecimal;
import java.util.OptionalLong;

/**
 * How many requests a vLLM has, read from its own metrics in the text format of Prometheus (version
 * 0.0.4). Only the two gauges that say it are looked at; a line of theirs that is not wholly as the
 * format has it makes the whole text unreadable, because a number that was guessed would let a
 * running request be cut.
 */
public sealed interface VllmMetrics {

  /** More requests than this no server has. */
  int REQUESTS_MAX = 1_000_000_000;

  /**
   * Added up over engines and models.
   *
   * @param running requests that are being worked on
   * @param waiting requests in the queue
   */
  record Counted(int running, int waiting) implements VllmMetrics {}

  /**
   * @param why a clause about what answered
   */
  record Unreadable(String why) implements VllmMetrics {}

  String RUNNING = "vllm:num_requests_running";
  String WAITING = "vllm:num_requests_waiting";

  static VllmMetrics of(String text) {
    long running = 0;
    long waiting = 0;
    boolean hasRunning = false;
    boolean hasWaiting = false;
    for (String line : text.split("\n", -1)) {
      boolean isRunning = isOf(line, RUNNING);
      if (!isRunning && !isOf(line, WAITING)) {
        continue;
      }
      OptionalLong value = value(line, RUNNING.length()); // both names are of one length
      if (value.isEmpty()) {
        return new Unreadable(
            "has a line of " + (isRunning ? RUNNING : WAITING) + " that is no whole number");
      }
      if (isRunning) {
        hasRunning = true;
        running += value.getAsLong();
      } else {
        hasWaiting = true;
        waiting += value.getAsLong();
      }
      if (running > REQUESTS_MAX || waiting > REQUESTS_MAX) {
        return new Unreadable("says that more requests run than can be");
      }
    }
    if (!hasRunning || !hasWaiting) {
      return new Unreadable("does not say " + (hasRunning ? WAITING : RUNNING));
    }
    return new Counted((int) running, (int) waiting);
  }

  private static boolean isOf(String line, String name) {
    if (!line.startsWith(name)) {
      return false;
    }
    char next = line.length() > name.length() ? line.charAt(name.length()) : ' ';
    return next == '{' || next == ' ' || next == '\t';
  }

  /** The value of a sample, labels and time stamp left aside; empty when it is malformed. */
  private static OptionalLong value(String line, int from) {
    boolean hasLabels = line.length() > from && line.charAt(from) == '{';
    int at = hasLabels ? afterLabels(line, from) : from;
    if (at < 0) {
      return OptionalLong.empty();
    }
    String[] parts = line.substring(at).strip().split("[ \t]+", -1);
    if (parts.length > 2 || parts[0].length() > 32 || !isTimestamp(parts)) {
      return OptionalLong.empty();
    }
    try {
      BigDecimal value = new BigDecimal(parts[0]);
      boolean isCount =
          value.signum() >= 0
              && value.scale() <= 32
              && value.compareTo(BigDecimal.valueOf(REQUESTS_MAX)) <= 0;
      return isCount ? OptionalLong.of(value.longValueExact()) : OptionalLong.empty();
    } catch (ArithmeticException | NumberFormatException notWhole) { // also NaN and +Inf
      return OptionalLong.empty();
    }
  }

  private static boolean isTimestamp(String[] parts) {
    return parts.length == 1 || parts[1].matches("-?[0-9]{1,19}");
  }

  /** Where the labels that begin here have ended; -1 when they do not, or are not labels. */
  private static int afterLabels(String line, int open) {
    int at = open + 1;
    while (at < line.length()) {
      if (line.charAt(at) == '}') {
        return at + 1;
      }
      int equals = line.indexOf('=', at);
      if (equals < 0 || !line.substring(at, equals).matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
        return -1;
      }
      int close = afterQuoted(line, equals + 1);
      if (close < 0 || close >= line.length()) {
        return -1;
      }
      at = line.charAt(close) == ',' ? close + 1 : close;
      if (at == close && line.charAt(close) != '}') {
        return -1;
      }
    }
    return -1;
  }

  private static int afterQuoted(String line, int open) {
    if (open >= line.length() || line.charAt(open) != '"') {
      return -1;
    }
    for (int at = open + 1; at < line.length(); at++) {
      switch (line.charAt(at)) {
        case '\\' -> at++;
        case '"' -> {
          return at + 1;
        }
        default -> {}
      }
    }
    return -1;
  }
}
