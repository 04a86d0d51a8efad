// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * What a person reads while the demo runs: chapters, commands as typed, calls with their answers,
 * and facts that were checked.
 */
final class Narration {
  private final PrintStream out;
  private final InstantSource clock;
  private final Instant started;
  private int checks;

  Narration(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
    this.started = clock.instant();
  }

  void chapter(String title) {
    out.printf(Locale.ROOT, "%n== %s  (%d s)%n", title, elapsed().toSeconds());
  }

  void command(String line) {
    out.println("$ " + line);
  }

  void output(String text) {
    text.lines().forEach(line -> out.println("  " + line));
  }

  /** One call of a tool and the first line of its answer. */
  void call(String caller, String tool, String answer) {
    out.printf(
        Locale.ROOT, "  %-8s %s -> %s%n", caller, tool, answer.lines().findFirst().orElse(""));
  }

  void say(String text) {
    out.println("  " + text);
  }

  /** States a fact that was looked up, and ends the demo when it is not so. */
  void check(boolean holds, String fact, String otherwise) {
    if (!holds) {
      throw new DemoFailedException(fact + ": not so, " + otherwise);
    }
    checks++;
    out.println("  ok: " + fact);
  }

  Duration elapsed() {
    return Duration.between(started, clock.instant());
  }

  int checks() {
    return checks;
  }

  /** Something that the demo promises did not happen. */
  static final class DemoFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailedException(String what) {
      super(what);
    }
  }
}
