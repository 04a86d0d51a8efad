// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.catalogue;

/** What a tool does to the world at worst. */
public enum RiskClass {
  /** It only looks. */
  READ("read"),
  /** It changes something that can be changed back. */
  WRITE("write"),
  /** It starts, stops or runs something. */
  EXECUTE("execute"),
  /** It takes something away for good. */
  DESTRUCTIVE("destructive");

  private final String word;

  RiskClass(String word) {
    this.word = word;
  }

  /** As written for people and in JSON. */
  public String word() {
    return word;
  }

  /** Whether a policy should allow such a tool only with a limit and conditions. */
  public boolean isDangerous() {
    return this == EXECUTE || this == DESTRUCTIVE;
  }
}
