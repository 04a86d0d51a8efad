// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Echo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The arguments of one container tool, read by name; everything that is wrong is collected. */
final class ToolArguments {
  private final JsonObject values;
  private final List<String> problems = new ArrayList<>();

  ToolArguments(JsonObject values) {
    this.values = values;
  }

  JsonObject values() {
    return values;
  }

  /** Names that are not among these. */
  List<String> others(Set<String> known) {
    return values.members().keySet().stream().filter(name -> !known.contains(name)).toList();
  }

  /** Notes arguments that the tool does not take. */
  ToolArguments only(String tool, List<String> known) {
    List<String> others = others(Set.copyOf(known));
    if (!others.isEmpty()) {
      problems.add(
          known.isEmpty()
              ? tool + " takes no arguments; leave out " + list(others)
              : tool + " takes " + String.join(", ", known) + "; leave out " + list(others));
    }
    return this;
  }

  Optional<Boolean> flag(String name) {
    Optional<JsonValue> value = values.get(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof JsonBoolean(boolean flag)) {
      return Optional.of(flag);
    }
    problems.add(name + " must be true or false");
    return Optional.empty();
  }

  int number(String name, int absent, int min, int max) {
    Optional<JsonValue> value = values.get(name);
    if (value.isEmpty()) {
      return Math.min(absent, max);
    }
    long number =
        value.get() instanceof JsonNumber found ? found.integer().orElse(min - 1L) : min - 1L;
    if (number < min || number > max) {
      problems.add(name + " must be a whole number from " + min + " to " + max);
      return min;
    }
    return (int) number;
  }

  void wrong(String problem) {
    problems.add(problem);
  }

  /** One clause with all that is wrong; empty when nothing is. */
  Optional<String> problems() {
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }

  static String list(List<String> names) {
    return names.stream()
        .limit(10)
        .map(name -> "`" + Echo.of(name) + "`")
        .collect(Collectors.joining(", "));
  }
}
