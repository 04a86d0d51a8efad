// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How messages quote what was found and name what was perhaps meant. */
public final class Wording {
  /** Characters of foreign text that a message shows. */
  static final int SHOWN_MAX = 64;

  /** The greatest distance at which a name is near. */
  private static final int FAR = 2;

  private Wording() {}

  /**
   * Foreign text in backticks: at most 64 characters of it, everything but printable ASCII escaped,
   * without a backtick inside.
   */
  public static String quoted(String text) {
    return "`" + escaped(text) + "`";
  }

  static String escaped(String text) {
    var shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (i == SHOWN_MAX) {
        return shown.append("...").toString();
      }
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7F && c != '`') {
        shown.append(c);
      } else {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return shown.toString();
  }

  /** A value as found: a scalar by its text, an object or array by its type alone. */
  static String found(JsonValue value) {
    return switch (value) {
      case JsonValue.JsonObject _ -> "an object";
      case JsonValue.JsonArray _ -> "a list";
      case JsonValue.JsonString(String text) ->
          text.isEmpty() ? "an empty text" : "the text " + quoted(text);
      case JsonValue.JsonNumber(String text) -> "the number " + quoted(text);
      case JsonValue.JsonBoolean _ -> quoted(JsonText.string(value));
      case JsonValue.JsonNull _ -> "nothing (null)";
    };
  }

  /** {@code fixed or sliding}. */
  static String oneOf(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.getFirst()
        : String.join(", ", words.subList(0, last)) + " or " + words.getLast();
  }

  /** {@code (did you mean `minute`?)}, or nothing when no candidate is near. */
  public static String didYouMean(String text, Collection<String> candidates) {
    return nearest(text, candidates)
        .map(candidate -> " (did you mean `" + candidate + "`?)")
        .orElse("");
  }

  static Optional<String> nearest(String text, Collection<String> candidates) {
    if (text.length() > SHOWN_MAX) {
      return Optional.empty();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    Optional<String> best = Optional.empty();
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      if (Math.abs(candidate.length() - lower.length()) > FAR) {
        continue;
      }
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      int allowed = Math.min(FAR, Math.max(1, candidate.length() / 3));
      if (distance <= allowed && distance < bestDistance) {
        best = Optional.of(candidate);
        bestDistance = distance;
      }
    }
    return best;
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours between two texts (optimal string
   * alignment); of more than {@link #FAR} only that they are more.
   */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] steps = new int[b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      // what is further from the diagonal is further than FAR
      int from = Math.max(0, i - FAR);
      int to = Math.min(b.length(), i + FAR);
      Arrays.fill(steps, FAR + 1);
      for (int j = from; j <= to; j++) {
        if (i == 0 || j == 0) {
          steps[j] = i + j;
          continue;
        }
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        steps[j] = Math.min(replaced, Math.min(last[j], steps[j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          steps[j] = Math.min(steps[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = steps;
      steps = free;
    }
    return last[b.length()];
  }
}
