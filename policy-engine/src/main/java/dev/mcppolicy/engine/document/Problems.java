// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a document, up to a bound. Not for use by several threads. */
final class Problems {
  private final List<Problem> problems = new ArrayList<>();
  private int notShown;

  void add(Place place, String message) {
    if (problems.size() < PolicyReader.PROBLEMS_MAX) {
      problems.add(new Problem(place.text(), message));
    } else {
      notShown++;
    }
  }

  boolean none() {
    return problems.isEmpty();
  }

  List<Problem> list() {
    if (notShown == 0) {
      return List.copyOf(problems);
    }
    var all = new ArrayList<>(problems);
    all.add(new Problem("", notShown + " more problems are not shown"));
    return List.copyOf(all);
  }
}
