// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CounterKey;
import dev.mcppolicy.engine.CounterUsage;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicySet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Everything that a decision depends on, besides the tools of {@link TestTools}. */
record Situation(List<BoundPolicy> policies, Call call, Instant now, Usage usage) {
  Situation {
    policies = List.copyOf(policies);
  }

  Grant grant() {
    return call.caller().grant();
  }

  /** The engine's decision. */
  Decision decide() {
    return PolicySet.compile(policies).decide(call, TestTools.CATALOGUE, now, usage);
  }

  Situation withPolicies(List<BoundPolicy> others) {
    return new Situation(others, call, now, usage);
  }

  Situation withCall(Call other) {
    return new Situation(policies, other, now, usage);
  }

  Situation withUsage(Usage other) {
    return new Situation(policies, call, now, other);
  }

  /**
   * A count for every counter and window, the same each time it is asked for.
   *
   * @param most units in a window that is not a part of a sliding one
   * @param nonsense answers less than nothing, as a broken store might
   */
  record Usage(int seed, int most, boolean nonsense) implements CounterUsage {
    static final Usage UNUSED = new Usage(0, 0, false);

    @Override
    public long used(CounterKey key, FixedWindow window) {
      if (nonsense) {
        return -1;
      }
      // A record's hash differs from run to run where an enum is in it; texts and instants do not.
      int hash = seed;
      hash = 31 * hash + key.policyNamespace().hashCode();
      hash = 31 * hash + key.policyName().hashCode();
      hash = 31 * hash + key.counter().hashCode();
      hash = 31 * hash + key.window().hashCode();
      hash = 31 * hash + key.scopeValues().hashCode();
      hash = 31 * hash + Long.hashCode(window.start().toEpochMilli());
      hash = 31 * hash + Long.hashCode(window.end().toEpochMilli());
      hash *= 0x9E3779B9;
      hash ^= hash >>> 15;
      hash *= 0x85EBCA6B;
      hash ^= hash >>> 13;
      if (most == 0) {
        return 0;
      }
      boolean isPart = isPartOf(key.window(), window);
      if (!isPart) {
        return Math.floorMod(hash, most + 1);
      }
      return Math.floorMod(hash, 16) < most ? 1 + Math.floorMod(hash >> 4, 3) / 2 : 0;
    }

    /** A part is shorter than its window's name says. */
    private static boolean isPartOf(String name, FixedWindow window) {
      Duration length = Duration.between(window.start(), window.end());
      Duration named =
          switch (name) {
            case "minute" -> Duration.ofMinutes(1);
            case "hour" -> Duration.ofMinutes(30);
            case "day" -> Duration.ofHours(20);
            case "week" -> Duration.ofDays(5);
            case "month" -> Duration.ofDays(20);
            default -> Duration.ofSeconds(Long.parseLong(name.substring(0, name.length() - 1)));
          };
      return length.compareTo(named) < 0;
    }
  }
}
