// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import java.util.List;

/** Says something of many situations, and of the first that is otherwise the least of its kind. */
final class ForAll {

  /** What is to hold of every situation. */
  @FunctionalInterface
  interface Claim {
    /**
     * @param dice the same for the same situation, for changes to it
     * @return one line for each way in which it does not hold
     */
    List<String> faults(Situation one, Dice dice);
  }

  private ForAll() {}

  static void situations(int count, Claim claim) {
    for (int seed = 0; seed < count; seed++) {
      Situation situation = SituationDice.situation(seed);
      if (!faults(situation, seed, claim).isEmpty()) {
        long found = seed;
        Situation smallest =
            Shrinking.shrink(situation, one -> !faults(one, found, claim).isEmpty());
        throw new AssertionError(
            "seed "
                + seed
                + "\n"
                + String.join("\n", faults(smallest, seed, claim))
                + "\nin "
                + smallest);
      }
    }
  }

  private static List<String> faults(Situation one, long seed, Claim claim) {
    return claim.faults(one, new Dice(~seed));
  }

  /** A claim that holds or not. */
  static List<String> that(boolean holds, String otherwise) {
    return holds ? List.of() : List.of(otherwise);
  }
}
