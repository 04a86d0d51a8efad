// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import java.util.List;

/** What a command was given cannot be used. Holds every problem found, for a person to read. */
final class BadInputException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  BadInputException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  BadInputException(String problem) {
    this(List.of(problem));
  }

  /** One sentence each, at least one, the place first. */
  List<String> problems() {
    return problems;
  }
}
