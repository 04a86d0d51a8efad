// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/** What a rule, or the default of a policy, says of a call. */
public enum Action {
  ALLOW("allow"),
  DENY("deny");

  private final String word;

  Action(String word) {
    this.word = word;
  }

  /** As written in a document. */
  public String word() {
    return word;
  }
}
