// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/** What a condition says of a call: one of the three values of Kleene's logic. */
enum Truth {
  TRUE("true"),
  FALSE("false"),
  /** It cannot be told. */
  UNDETERMINED("undetermined");

  private final String word;

  Truth(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  static Truth of(boolean value) {
    return value ? TRUE : FALSE;
  }

  Truth not() {
    return switch (this) {
      case TRUE -> FALSE;
      case FALSE -> TRUE;
      case UNDETERMINED -> UNDETERMINED;
    };
  }
}
