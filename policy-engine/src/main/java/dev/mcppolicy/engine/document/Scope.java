// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/** What a counter is counted per. Several may be combined in one limit. */
public enum Scope {
  /** Each grant has a count of its own. */
  GRANT("grant"),
  /** One count for all grants of the server. */
  SERVER("server"),
  /** Each session has a count of its own. Sessions are free to make: protects nothing alone. */
  SESSION("session"),
  /** Each declared workload has a count of its own; calls that act on none share one. */
  WORKLOAD("workload");

  private final String word;

  Scope(String word) {
    this.word = word;
  }

  /** As written in a document. */
  public String word() {
    return word;
  }
}
