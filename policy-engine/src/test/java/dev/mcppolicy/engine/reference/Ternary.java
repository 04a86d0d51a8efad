// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

/** Kleene's truth values: what is undetermined may turn out to be yes or no. */
enum Ternary {
  NO,
  UNDETERMINED,
  YES;

  static Ternary of(boolean known) {
    return known ? YES : NO;
  }

  Ternary and(Ternary other) {
    return this == NO || other == NO ? NO : this == YES ? other : this;
  }

  Ternary or(Ternary other) {
    return this == YES || other == YES ? YES : this == NO ? other : this;
  }

  Ternary not() {
    return this == YES ? NO : this == NO ? YES : UNDETERMINED;
  }
}
