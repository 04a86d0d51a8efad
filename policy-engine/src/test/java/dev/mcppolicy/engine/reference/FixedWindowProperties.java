// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.FixedWindow;
import dev.mcppolicy.engine.document.Algorithm;
import dev.mcppolicy.engine.document.ChargedOn;
import dev.mcppolicy.engine.document.Cost;
import dev.mcppolicy.engine.document.LimitDeclaration;
import dev.mcppolicy.engine.document.Scope;
import dev.mcppolicy.engine.document.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Windows of one kind and zone hold every instant once, and are those of the calendar. */
final class FixedWindowProperties {
  private static final List<Window> OF_CALENDAR =
      List.of(
          new Window.Seconds(3_600),
          new Window.Seconds(86_400),
          new Window.Week(),
          new Window.Month());

  @Test
  void tileTimeInEveryZone() { // T60
    for (int seed = 0; seed < Numbers.of(600, 30_000, 300_000); seed++) {
      var dice = new Dice(seed);
      var times = new TimeDice(dice);
      Window window = dice.pick(OF_CALENDAR);
      ZoneId zone = times.zone();
      Instant instant = times.instant();
      FixedWindow found = FixedWindow.containing(window, zone, instant);
      Supplier<String> where = () -> window + " in " + zone + " at " + instant + ": " + found;
      assertTrue(found.contains(instant), where);
      assertTrue(found.contains(found.start()), where);
      assertTrue(!found.contains(found.end()), where);
      assertTrue(!found.contains(found.start().minusNanos(1)), where);
      assertEquals(found, FixedWindow.containing(window, zone, found.start()), where);
      assertEquals(found, FixedWindow.containing(window, zone, found.end().minusNanos(1)), where);
      FixedWindow next = FixedWindow.containing(window, zone, found.end());
      assertEquals(found.end(), next.start(), where);
      FixedWindow previous = FixedWindow.containing(window, zone, found.start().minusNanos(1));
      assertEquals(found.start(), previous.end(), where);
      assertEquals(ReferenceWindows.of(limit(window, zone), instant), found, where);
    }
  }

  @Test
  void tileTimeFromTheEpochForAnyLength() { // T60
    for (int seed = 0; seed < Numbers.of(100, 10_000, 100_000); seed++) {
      var dice = new Dice(seed);
      var window = new Window.Seconds(1 + Math.floorMod(dice.next(), Window.SECONDS_MAX));
      Instant instant = Instant.ofEpochSecond(dice.next() % 100_000_000_000L, dice.upTo(1_000));
      FixedWindow found = FixedWindow.containing(window, instant);
      assertTrue(found.contains(instant));
      assertEquals(0, Math.floorMod(found.start().getEpochSecond(), window.seconds()));
      assertEquals(found.start().plusSeconds(window.seconds()), found.end());
      assertEquals(window, Window.named(window.canonicalName()).orElseThrow());
    }
  }

  private static LimitDeclaration limit(Window window, ZoneId zone) {
    return new LimitDeclaration(
        "c", window, 1, Set.of(Scope.SERVER), Algorithm.FIXED, zone, Cost.ONE, ChargedOn.ATTEMPT);
  }
}
