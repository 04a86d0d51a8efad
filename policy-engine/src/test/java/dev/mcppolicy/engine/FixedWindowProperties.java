// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.engine.document.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class FixedWindowProperties {

  @Property
  void containsTheInstantAndTilesTime(
      @ForAll("windows") Window window, @ForAll("instants") Instant instant) { // T60
    FixedWindow found = FixedWindow.containing(window, instant);
    assertTrue(found.contains(instant));
    assertEquals(found, FixedWindow.containing(window, found.start()));
    assertEquals(found, FixedWindow.containing(window, found.end().minusNanos(1)));
    assertEquals(found.end(), FixedWindow.containing(window, found.end()).start());
    assertEquals(found.start(), FixedWindow.containing(window, found.start().minusNanos(1)).end());
  }

  @Property(tries = 3_000)
  void tilesTimeInEveryTimeZone(
      @ForAll("calendarWindows") Window window, @ForAll("zones") ZoneId zone, @ForAll long seed) {
    Instant instant = nearAChange(zone, seed); // T60
    FixedWindow found = FixedWindow.containing(window, zone, instant);
    assertTrue(found.contains(instant));
    assertEquals(found, FixedWindow.containing(window, zone, found.start()));
    assertEquals(found, FixedWindow.containing(window, zone, found.end().minusNanos(1)));
    assertEquals(found.end(), FixedWindow.containing(window, zone, found.end()).start());
    assertEquals(
        found.start(), FixedWindow.containing(window, zone, found.start().minusNanos(1)).end());
  }

  /** Within a day of a change of the zone's offset, when there is one. */
  private static Instant nearAChange(ZoneId zone, long seed) {
    Instant any = Instant.ofEpochSecond(Math.floorMod(seed, 2_000_000_000L));
    ZoneOffsetTransition change = zone.getRules().nextTransition(any);
    Instant near = change == null ? any : change.getInstant();
    return near.plusSeconds(Math.floorMod(seed, 172_800L) - 86_400);
  }

  @Property
  void hasOneNameThatMeansTheSame(@ForAll("windows") Window window) {
    assertEquals(window, Window.named(window.canonicalName()).orElseThrow());
  }

  @Provide
  Arbitrary<Window> windows() {
    return Arbitraries.oneOf(
        Arbitraries.of(new Window.Week(), new Window.Month(), new Window.Seconds(60)),
        Arbitraries.longs().between(1, Window.SECONDS_MAX).map(Window.Seconds::new));
  }

  @Provide
  Arbitrary<Window> calendarWindows() {
    return Arbitraries.of(
        new Window.Seconds(3_600),
        new Window.Seconds(86_400),
        new Window.Week(),
        new Window.Month());
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(ZoneId.getAvailableZoneIds().stream().sorted().toList()).map(ZoneId::of);
  }

  @Provide
  Arbitrary<Instant> instants() {
    return Arbitraries.longs()
        .between(-10_000_000_000L, 100_000_000_000L)
        .map(nanosOdd -> Instant.ofEpochSecond(nanosOdd, Math.floorMod(nanosOdd, 1_000_000_000L)));
  }
}
