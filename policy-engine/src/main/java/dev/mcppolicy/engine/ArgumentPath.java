// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A way into the arguments of a call, ready to walk without making anything. */
final class ArgumentPath {
  private static final int NO_INDEX = -1;

  private final String[] tokens;

  /** For each token the element it means where it meets a list, or {@link #NO_INDEX}. */
  private final int[] indexes;

  ArgumentPath(ValuePath.Argument path) {
    this.tokens = path.tokens().toArray(String[]::new);
    this.indexes = path.tokens().stream().mapToInt(ArgumentPath::index).toArray();
  }

  /**
   * What a test says of the value at the end of the path.
   *
   * @param absent the answer when nothing stands there
   * @param mistyped the answer when the way leads through a value that has no such parts
   */
  Truth test(JsonObject arguments, ValueTest test, Truth absent, Truth mistyped) {
    JsonValue value = arguments;
    for (int i = 0; i < tokens.length; i++) {
      if (value instanceof JsonObject object) {
        JsonValue member = object.members().get(tokens[i]);
        if (member == null) {
          return absent;
        }
        value = member;
      } else if (value instanceof JsonArray array) {
        if (indexes[i] == NO_INDEX) {
          return mistyped;
        }
        if (indexes[i] >= array.elements().size()) {
          return absent;
        }
        value = array.elements().get(indexes[i]);
      } else {
        return mistyped;
      }
    }
    return test.of(value);
  }

  /** The value at the end of the path; empty when none can be reached. */
  Optional<JsonValue> find(JsonObject arguments) {
    var found = new Finding();
    test(arguments, found, Truth.FALSE, Truth.FALSE);
    return Optional.ofNullable(found.value);
  }

  /** An index as RFC 6901 writes it: no sign, no leading zero. */
  private static int index(String token) {
    boolean isIndex = token.equals("0") || token.matches("[1-9][0-9]*");
    if (!isIndex) {
      return NO_INDEX;
    }
    return token.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(token);
  }

  private static final class Finding implements ValueTest {
    private @Nullable JsonValue value;

    @Override
    public Truth of(JsonValue found) {
      value = found;
      return Truth.TRUE;
    }

    @Override
    public Truth ofText(String text) {
      throw new IllegalStateException("a path into arguments ends at a value");
    }
  }

  /** As a document writes it: with dots, or as a pointer where a key needs it. */
  static String text(List<String> tokens) {
    boolean plain = tokens.stream().allMatch(token -> token.matches("[A-Za-z0-9_-]+"));
    if (plain) {
      return "args." + String.join(".", tokens);
    }
    var pointer = new StringBuilder();
    tokens.forEach(token -> pointer.append('/').append(Pointer.escaped(token)));
    return pointer.toString();
  }
}
