// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * On which line of a text each place stands, for tools that point at it. Of a text that cannot be
 * read to its end, the places before the fault.
 */
public final class DocumentLines {
  /** Keys in the spelling of Kubernetes, as one word of a place. */
  private static final Pattern CAMEL_CASE =
      Pattern.compile("(?<=^|\\.)(denyIf|rateLimit|allTools|strictArguments|timeZone)(?=$|[.\\[])");

  private final Map<String, Integer> lines = new HashMap<>();
  private final Iterator<Event> events;

  private DocumentLines(String text) {
    var settings = LoadSettings.builder().setCodePointLimit(Math.max(1, text.length())).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** The lines of the one document in the text, JSON or YAML. Never throws. */
  public static DocumentLines of(String text) {
    var lines = new DocumentLines(text);
    try {
      lines.read();
    } catch (YamlEngineException | NoSuchElementException unreadable) {
      return lines; // what could be read counts
    }
    return lines;
  }

  /**
   * The line of a {@link Problem}'s place, from 1: of the member's key or the element itself, else
   * of what surrounds it, else the first.
   */
  public int line(String path) {
    String place = published(path);
    while (!place.isEmpty()) {
      Integer line = lines.get(place);
      if (line != null) {
        return line;
      }
      place = place.substring(0, Math.max(0, parentLength(place)));
    }
    return lines.getOrDefault("", 1);
  }

  /** The place with keys in the published spelling. */
  private static String published(String place) {
    return CAMEL_CASE
        .matcher(place)
        .replaceAll(key -> key.group().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
  }

  /** Where the last member or element of a path begins; names in brackets have no bare quote. */
  private static int parentLength(String place) {
    if (place.endsWith("\"]")) {
      return place.lastIndexOf("[\"");
    }
    return place.endsWith("]") ? place.lastIndexOf('[') : place.lastIndexOf('.');
  }

  private void read() {
    while (events.hasNext()) {
      if (events.next() instanceof DocumentStartEvent) {
        Event root = events.next();
        lines.put("", line(root));
        node(root, Place.DOCUMENT, 0);
        return;
      }
    }
  }

  private void node(Event event, Place place, int depth) {
    if (depth > YamlText.DEPTH_MAX) {
      return;
    }
    if (event instanceof MappingStartEvent) {
      for (Event key = events.next();
          key.getEventId() != Event.ID.MappingEnd;
          key = events.next()) {
        if (!(key instanceof ScalarEvent scalar)) {
          return;
        }
        Place member = place.member(scalar.getValue());
        lines.putIfAbsent(published(member.text()), line(key));
        node(events.next(), member, depth + 1);
      }
    } else if (event instanceof SequenceStartEvent) {
      int index = 0;
      for (Event element = events.next();
          element.getEventId() != Event.ID.SequenceEnd;
          element = events.next()) {
        Place at = place.element(index++);
        lines.put(published(at.text()), line(element));
        node(element, at, depth + 1);
      }
    }
  }

  private static int line(Event event) {
    return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
