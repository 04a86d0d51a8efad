// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with a document, up to a bound. Not for use by several threads. */
final class Problems {
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> unreadable = new HashSet<>();
  private int notShown;

  /** A value that cannot be read for what it was meant to be; nothing more is said of its place. */
  void addUnreadable(Place place, String message) {
    add(place, message);
    unreadable.add(place.text());
  }

  void add(Place place, String message) {
    if (unreadable.contains(place.text())) {
      return;
    }
    if (problems.size() < PolicyReader.PROBLEMS_MAX) {
      problems.add(new Problem(place.text(), message));
    } else {
      notShown++;
    }
  }

  void addAll(Problems others) {
    for (Problem problem : others.problems) {
      add(new Place(problem.path()), problem.message());
    }
    notShown += others.notShown;
    unreadable.addAll(others.unreadable);
  }

  /** Whether what is added is only counted; costly suggestions can be spared then. */
  boolean isFull() {
    return problems.size() >= PolicyReader.PROBLEMS_MAX;
  }

  /** How many were added, those not shown counted. */
  int added() {
    return problems.size() + notShown;
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
