// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Reads time zones by their names in the IANA database. */
record TimeZones(Problems problems) {
  /** The names of this Java's database, in an order that is always the same. */
  private static final TreeSet<String> NAMES = new TreeSet<>(ZoneId.getAvailableZoneIds());

  /** Every name of UTC is read as one value. */
  Optional<ZoneId> zone(JsonValue value, Place place) {
    if (value instanceof JsonString(String name) && NAMES.contains(name)) {
      ZoneId zone = ZoneId.of(name);
      return Optional.of(zone.normalized().equals(ZoneOffset.UTC) ? ZoneOffset.UTC : zone);
    }
    problems.add(
        place,
        Values.notA(value, "a time zone")
            + "; use a name of the IANA database such as `Europe/Berlin`, or `UTC`"
            + (value instanceof JsonString(String name) ? hint(name) : ""));
    return Optional.empty();
  }

  private String hint(String name) {
    if (problems.isFull() || name.length() > Wording.SHOWN_MAX) {
      return "";
    }
    String city = "/" + name.toLowerCase(Locale.ROOT).replace(' ', '_');
    return NAMES.stream()
        .filter(known -> known.toLowerCase(Locale.ROOT).endsWith(city))
        .findFirst()
        .map(known -> " (did you mean `" + known + "`?)")
        .orElseGet(() -> Wording.didYouMean(name, NAMES));
  }
}
