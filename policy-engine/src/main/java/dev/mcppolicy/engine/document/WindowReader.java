// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;

/** Reads the windows of limits. */
record WindowReader(Problems problems) {
  static final String USE = "minute, hour, day, week, month, seconds or a duration such as `90s`";

  static final List<String> NAMES = List.of("minute", "hour", "day", "week", "month");
  private static final String RANGE = " (of whole seconds, 1 s to 366 days)";

  Optional<Window> window(JsonValue value, Place place) {
    Optional<Window> window =
        switch (value) {
          case JsonString(String name) -> Window.named(name);
          case JsonNumber number ->
              number
                  .integer()
                  .filter(seconds -> seconds >= 1 && seconds <= Window.SECONDS_MAX)
                  .map(Window.Seconds::new);
          default -> Optional.empty();
        };
    if (window.isEmpty()) {
      problems.add(place, Values.notA(value, "a window") + "; use " + USE + hint(value));
    }
    return window;
  }

  private static String hint(JsonValue value) {
    return switch (value) {
      case JsonString(String text) when text.matches("[1-9][0-9]{0,7}") ->
          " (seconds are a number, without quotes)";
      case JsonString(String text) when Durations.seconds(text).isPresent() -> RANGE;
      case JsonString(String text) -> Wording.didYouMean(text, NAMES);
      case JsonNumber _ -> RANGE;
      default -> "";
    };
  }
}
