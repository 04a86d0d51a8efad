// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

/**
 * How a condition compares. A value of another type than the operand's is never equal: it is
 * undetermined.
 */
public enum Operator {
  /** Any JSON value; numbers compare as exact decimals. */
  EQ("eq"),
  NEQ("neq"),
  /** The operand is a list of 1 to 256 values. */
  IN("in"),
  NOT_IN("not_in"),
  /** The operand is a number, as of the next three. */
  LT("lt"),
  LTE("lte"),
  GT("gt"),
  GTE("gte"),
  /** The operand is an RE2 pattern that must match the whole text. */
  REGEX("regex"),
  /** The operand is a part of a text, or an element of a list. */
  CONTAINS("contains"),
  /** The operand is true or false, true when absent; never undetermined. */
  EXISTS("exists");

  private final String word;

  Operator(String word) {
    this.word = word;
  }

  /** As written in a document. */
  public String word() {
    return word;
  }
}
