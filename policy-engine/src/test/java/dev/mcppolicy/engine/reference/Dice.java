// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Repeatable chance. */
final class Dice {
  private final Random random;

  Dice(long seed) {
    this.random = new Random(seed);
  }

  int upTo(int exclusive) {
    return random.nextInt(exclusive);
  }

  long next() {
    return random.nextLong();
  }

  /** True once in so many times. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  @SafeVarargs
  final <T> T of(T... from) {
    return from[random.nextInt(from.length)];
  }

  /** Each with a chance of one in so many. */
  <T> List<T> some(List<T> from, int times) {
    List<T> some = new ArrayList<>();
    for (T one : from) {
      if (oneIn(times)) {
        some.add(one);
      }
    }
    return some;
  }

  <T> List<T> times(int count, Supplier<T> one) {
    List<T> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(one.get());
    }
    return all;
  }

  <T> Optional<T> maybe(int times, Supplier<T> one) {
    return oneIn(times) ? Optional.of(one.get()) : Optional.empty();
  }
}
