// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.DocumentLines;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One document of a file: a policy, something wrong, or something else. */
sealed interface SourceEntry {

  /** The file's name as it was given. */
  String file();

  /**
   * A policy, on its own or as an McpPolicy.
   *
   * @param place what stands before the places of its document: {@code spec} in a manifest
   * @param servers names of the servers it is for; empty for a policy on its own
   * @param grants names of grants; empty: every grant
   */
  record Policy(
      String file,
      DocumentLines lines,
      PolicyId id,
      String place,
      Optional<Set<String>> servers,
      Optional<Set<String>> grants,
      PolicyDocument document)
      implements SourceEntry {

    BoundPolicy bound() {
      return new BoundPolicy(id, grants, document);
    }

    /**
     * Policies of the same name from several files, told apart by the file.
     *
     * @param problems takes up those that cannot be
     */
    static List<Policy> apart(List<Policy> found, List<String> problems) {
      var apart = new ArrayList<Policy>();
      var names = new HashSet<String>();
      for (Policy policy : found) {
        if (names.add(policy.id.display())) {
          apart.add(policy);
          continue;
        }
        var byFile = new PolicyId("", policy.file, policy.id.generation());
        if (names.add(byFile.display())) {
          apart.add(
              new Policy(
                  policy.file,
                  policy.lines,
                  byFile,
                  policy.place,
                  policy.servers,
                  policy.grants,
                  policy.document));
        } else {
          problems.add(policy.file + ": a policy named " + policy.id.display() + " is given twice");
        }
      }
      return apart;
    }

    /** A place of the document as a place of the file. */
    String inFile(String path) {
      return Manifest.join(place, path);
    }
  }

  /**
   * A policy that cannot be used.
   *
   * @param problems at least one; their places are those of the file
   */
  record Wrong(String file, DocumentLines lines, List<Problem> problems) implements SourceEntry {
    private static final Pattern LINE = Pattern.compile(" on line ([0-9]{1,9}),");

    public Wrong {
      problems = List.copyOf(problems);
    }

    /** The line of one of the problems; of a text that cannot be read, the one that it names. */
    int line(Problem problem) {
      Matcher named = LINE.matcher(problem.message());
      return problem.path().isEmpty() && named.find()
          ? Integer.parseInt(named.group(1))
          : lines.line(problem.path());
    }
  }

  /** A manifest of another kind. */
  record Skipped(String file, int line, String kind) implements SourceEntry {}
}
