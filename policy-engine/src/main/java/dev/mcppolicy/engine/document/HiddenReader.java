// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;

/** Reads which tools are hidden. */
record HiddenReader(Problems problems) {
  private static final String ALL = "*";

  Hidden hidden(JsonValue value, Place place) {
    Collection<String> names =
        new Values(problems)
            .set(
                value,
                place,
                Optional.of("hide"),
                "names of tools",
                PolicyReader.TOOLS_MAX,
                this::name,
                name -> name);
    var exact = new LinkedHashSet<>(names);
    boolean all = exact.remove(ALL);
    return new Hidden(all, exact);
  }

  private Optional<String> name(JsonValue value, Place place) {
    if (value instanceof JsonString(String name)
        && (name.equals(ALL) || PolicyReader.isToolName(name))) {
      return Optional.of(name);
    }
    problems.add(
        place,
        Values.notA(value, "a name of a tool")
            + "; use "
            + SubjectNames.TOOL_USE
            + ", or \"*\" for all tools");
    return Optional.empty();
  }
}
