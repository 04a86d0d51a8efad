// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/**
 * What becomes of a call whose decision cannot be recorded: the key {@code audit} of a document.
 */
public enum Recording {
  BEST_EFFORT("best-effort"),
  /** It is denied. */
  REQUIRED("required");

  private final String word;

  Recording(String word) {
    this.word = word;
  }

  /** As written in a document. */
  public String word() {
    return word;
  }
}
