// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.Optional;

/** Checks the names of tools and prompts and the URIs of resources. */
record SubjectNames(Problems problems) {
  static final String TOOL_USE = "1 to 128 of A-Z a-z 0-9 _ . -";
  private static final int PROMPT_CHARS_MAX = 256;
  private static final int URI_CHARS_MAX = 2_048;

  boolean check(Subject subject, Place place) {
    Optional<String> wrong = wrong(subject);
    wrong.ifPresent(text -> problems.add(place, Wording.quoted(subject.name()) + text));
    return wrong.isEmpty();
  }

  private static Optional<String> wrong(Subject subject) {
    String name = subject.name();
    return switch (subject.kind()) {
      case TOOL ->
          PolicyReader.isToolName(name)
              ? Optional.empty()
              : Optional.of(
                  " is not a name of a tool; use "
                      + TOOL_USE
                      + (name.contains("*") ? " (names are exact, there are no patterns)" : ""));
      case RESOURCE ->
          isVisible(name, URI_CHARS_MAX) && name.codePoints().noneMatch(Character::isSpaceChar)
              ? Optional.empty()
              : Optional.of(
                  " is not the URI of a resource; use 1 to "
                      + URI_CHARS_MAX
                      + " printable characters without spaces");
      case PROMPT ->
          isVisible(name, PROMPT_CHARS_MAX)
              ? Optional.empty()
              : Optional.of(
                  " is not a name of a prompt; use 1 to "
                      + PROMPT_CHARS_MAX
                      + " visible characters, not only blanks");
    };
  }

  private static boolean isVisible(String name, int charsMax) {
    return !name.isBlank()
        && name.length() <= charsMax
        && name.codePoints().noneMatch(Values::isInvisible);
  }
}
