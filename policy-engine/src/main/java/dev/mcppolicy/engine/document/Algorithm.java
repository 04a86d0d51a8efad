// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/** How a limit's window moves. */
public enum Algorithm {
  /** From one edge of the calendar to the next. */
  FIXED("fixed"),
  /** Always the window's length back from now. */
  SLIDING("sliding");

  private final String word;

  Algorithm(String word) {
    this.word = word;
  }

  /** As written in a document. */
  public String word() {
    return word;
  }
}
