// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/** When quota that was taken for a call is kept. */
public enum ChargedOn {
  /** Once anything was sent or done. */
  ATTEMPT("attempt"),
  /** When it succeeded, for tools that the sidecar carries out itself. */
  SUCCESS("success");

  private final String word;

  ChargedOn(String word) {
    this.word = word;
  }

  /** As written in a document. */
  public String word() {
    return word;
  }
}
