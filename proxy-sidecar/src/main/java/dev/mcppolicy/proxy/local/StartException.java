// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import java.util.List;

/** The proxy cannot start as it was asked to. Holds every problem found, for a person to read. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public StartException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each, at least one. */
  public List<String> problems() {
    return problems;
  }
}
