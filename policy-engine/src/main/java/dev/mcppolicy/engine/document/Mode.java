// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/** Whether a denial is carried out or only recorded. */
public enum Mode {
  ENFORCE("enforce"),
  /** The call is decided, what would have happened is recorded, and the call goes through. */
  AUDIT("audit");

  private final String word;

  Mode(String word) {
    this.word = word;
  }

  /** As written in a document. */
  public String word() {
    return word;
  }
}
