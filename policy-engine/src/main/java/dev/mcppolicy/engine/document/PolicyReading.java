// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.List;

/** What came of reading a document. */
public sealed interface PolicyReading {

  record Valid(PolicyDocument document) implements PolicyReading {}

  /**
   * Every problem found, at least one, those of JSON or YAML before those of the policy.
   *
   * @param problems at most {@link PolicyReader#PROBLEMS_MAX} and one that says how many more there
   *     are
   */
  record Invalid(List<Problem> problems) implements PolicyReading {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("an invalid document has a problem");
      }
    }
  }
}
