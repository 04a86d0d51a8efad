// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonText;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The counters of one policy. Limits that share one must count the same windows and the same
 * callers, wherever in the document they stand.
 */
final class SharedCounters {
  private final Problems problems;
  private final Map<String, Declared> declaredByName = new HashMap<>();
  private final Set<String> names = new LinkedHashSet<>();

  SharedCounters(Problems problems) {
    this.problems = problems;
  }

  /** Where a counter was first declared, and how. */
  private record Declared(LimitDeclaration limit, Place place) {}

  /** A counter is named, in a limit that may be wrong otherwise. */
  void name(String counter) {
    names.add(counter);
  }

  /** Every counter that is named anywhere in the document. */
  Set<String> names() {
    return names;
  }

  void declare(LimitDeclaration limit, Place at) {
    Declared declared = declaredByName.putIfAbsent(limit.counter(), new Declared(limit, at));
    if (declared == null) {
      return;
    }
    LimitDeclaration first = declared.limit();
    String counter = limit.counter();
    compare(counter, "window", limit.window().canonicalName(), first.window().canonicalName(), at);
    compare(counter, "scope", scope(limit), scope(first), at);
    compare(counter, "algorithm", limit.algorithm().word(), first.algorithm().word(), at);
    compare(
        counter,
        "time_zone",
        LimitPrinter.zone(limit.timeZone()),
        LimitPrinter.zone(first.timeZone()),
        at);
  }

  private void compare(String counter, String key, String here, String there, Place at) {
    Declared declared = declaredByName.get(counter);
    if (declared == null || here.equals(there)) {
      return;
    }
    problems.add(
        at.member(key),
        "the counter `%s` has the %s %s here and %s at %s; use %s here as well, or another counter"
            .formatted(
                counter, key, shown(here), shown(there), declared.place().text(), shown(there)));
  }

  private static String scope(LimitDeclaration limit) {
    return limit.scope().size() == 1
        ? limit.scope().iterator().next().word()
        : JsonText.string(LimitPrinter.scope(limit.scope()));
  }

  private static String shown(String value) {
    return value.startsWith("[") ? value : "`" + value + "`";
  }
}
