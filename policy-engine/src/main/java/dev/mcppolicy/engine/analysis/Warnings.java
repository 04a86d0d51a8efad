// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.analysis;

import dev.mcppolicy.engine.document.Place;
import dev.mcppolicy.engine.document.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects warnings, up to a bound. Not for use by several threads. */
final class Warnings {
  private final List<Problem> shown = new ArrayList<>();
  private int notShown;

  void add(Place place, String message) {
    if (shown.size() < PolicyAnalysis.WARNINGS_MAX) {
      shown.add(new Problem(place.text(), message));
    } else {
      notShown++;
    }
  }

  List<Problem> list() {
    var all = new ArrayList<>(shown);
    if (notShown > 0) {
      all.add(new Problem("", notShown + " more warnings are not shown"));
    }
    return List.copyOf(all);
  }
}
