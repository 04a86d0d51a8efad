// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.catalogue;

/** How much harm a call of a tool can do. */
public enum RiskLevel {
  LOW("low"),
  /** It costs money or can disclose something. */
  MEDIUM("medium"),
  /** It can take a service down or run what a caller chose. */
  HIGH("high");

  private final String word;

  RiskLevel(String word) {
    this.word = word;
  }

  /** As written for people and in JSON. */
  public String word() {
    return word;
  }
}
