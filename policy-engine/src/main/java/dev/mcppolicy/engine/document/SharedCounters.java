// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
    compare("window", limit.window().canonicalName(), first.window().canonicalName(), limit, at);
    compare("scope", words(limit.scope()), words(first.scope()), limit, at);
    compare("algorithm", limit.algorithm().word(), first.algorithm().word(), limit, at);
    compare(
        "time_zone",
        LimitPrinter.zone(limit.timeZone()),
        LimitPrinter.zone(first.timeZone()),
        limit,
        at);
  }

  private void compare(String key, String here, String there, LimitDeclaration limit, Place at) {
    Declared declared = declaredByName.get(limit.counter());
    if (declared == null || here.equals(there)) {
      return;
    }
    problems.add(
        at.member(key),
        "the counter `%s` has %s `%s` here and `%s` at %s; limits that share a counter agree in window, scope, algorithm and time_zone"
            .formatted(limit.counter(), key, here, there, declared.place().text()));
  }

  private static String words(Set<Scope> scope) {
    List<String> words = scope.stream().map(Scope::word).toList();
    return String.join(", ", words);
  }
}
