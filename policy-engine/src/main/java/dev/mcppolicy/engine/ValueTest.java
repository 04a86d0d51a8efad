// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import com.google.re2j.Pattern;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.json.ExactNumber;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator and its operand say of a value that is there. A value of a type that the
 * comparison does not take is undetermined, and so is a text over {@link #TEXT_CHARS_MAX} and one
 * that is too long for its pattern. For any thread.
 */
interface ValueTest {
  /** Characters (UTF-16 units) of a text that a condition looks at. */
  int TEXT_CHARS_MAX = 8_192;

  ValueTest ANY =
      new ValueTest() {
        @Override
        public Truth of(JsonValue value) {
          return Truth.TRUE;
        }

        @Override
        public Truth ofText(String text) {
          return Truth.TRUE;
        }
      };

  Truth of(JsonValue value);

  Truth ofText(String text);

  /** The test of any operator but {@code exists}, which looks at no value. */
  static ValueTest compile(Condition.Comparison comparison) {
    JsonValue operand = comparison.operand();
    return switch (comparison.operator()) {
      case EQ -> equal(operand);
      case NEQ -> new Opposite(equal(operand));
      case IN -> Membership.of(elements(operand));
      case NOT_IN -> new Opposite(Membership.of(elements(operand)));
      case LT, LTE, GT, GTE -> {
        boolean below =
            switch (comparison.operator()) {
              case LT, LTE -> true;
              case GT, GTE, EQ, NEQ, IN, NOT_IN, REGEX, CONTAINS, EXISTS -> false;
            };
        boolean orEqual =
            switch (comparison.operator()) {
              case LTE, GTE -> true;
              case LT, GT, EQ, NEQ, IN, NOT_IN, REGEX, CONTAINS, EXISTS -> false;
            };
        yield new Ordered(new ExactNumber(number(operand)), below, orEqual);
      }
      case REGEX -> new Matching(Pattern.compile(text(operand)));
      case CONTAINS -> new Containing(operand, equal(operand));
      case EXISTS -> ANY;
    };
  }

  private static ValueTest equal(JsonValue operand) {
    return switch (operand) {
      case JsonString(String text) -> new EqualText(text);
      case JsonNumber number -> new EqualNumber(new ExactNumber(number));
      case JsonObject _, JsonArray _, JsonBoolean _, JsonNull _ -> new EqualValue(operand);
    };
  }

  private static List<JsonValue> elements(JsonValue operand) {
    if (operand instanceof JsonArray(List<JsonValue> elements)) {
      return elements;
    }
    throw new IllegalArgumentException("the operand is no list");
  }

  private static JsonNumber number(JsonValue operand) {
    if (operand instanceof JsonNumber number) {
      return number;
    }
    throw new IllegalArgumentException("the operand is no number");
  }

  private static String text(JsonValue operand) {
    if (operand instanceof JsonString(String text)) {
      return text;
    }
    throw new IllegalArgumentException("the operand is no text");
  }

  /** Equal in type and content; numbers as exact decimals, members of objects in any order. */
  static boolean areEqual(JsonValue a, JsonValue b) {
    return switch (a) {
      case JsonNumber number -> b instanceof JsonNumber other && ExactNumber.equal(number, other);
      case JsonArray(List<JsonValue> elements) -> {
        if (!(b instanceof JsonArray(List<JsonValue> others)) || elements.size() != others.size()) {
          yield false;
        }
        for (int i = 0; i < elements.size(); i++) {
          if (!areEqual(elements.get(i), others.get(i))) {
            yield false;
          }
        }
        yield true;
      }
      case JsonObject(Map<String, JsonValue> members) -> {
        if (!(b instanceof JsonObject(Map<String, JsonValue> others))
            || members.size() != others.size()) {
          yield false;
        }
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
          JsonValue other = others.get(member.getKey());
          if (other == null || !areEqual(member.getValue(), other)) {
            yield false;
          }
        }
        yield true;
      }
      case JsonString _, JsonBoolean _, JsonNull _ -> a.equals(b);
    };
  }

  record Opposite(ValueTest test) implements ValueTest {
    @Override
    public Truth of(JsonValue value) {
      return test.of(value).not();
    }

    @Override
    public Truth ofText(String text) {
      return test.ofText(text).not();
    }
  }

  record EqualText(String operand) implements ValueTest {
    @Override
    public Truth of(JsonValue value) {
      return value instanceof JsonString(String text) ? ofText(text) : Truth.UNDETERMINED;
    }

    @Override
    public Truth ofText(String text) {
      return text.length() > TEXT_CHARS_MAX ? Truth.UNDETERMINED : Truth.of(text.equals(operand));
    }
  }

  record EqualNumber(ExactNumber operand) implements ValueTest {
    @Override
    public Truth of(JsonValue value) {
      return value instanceof JsonNumber number
          ? Truth.of(operand.compareOther(number) == 0)
          : Truth.UNDETERMINED;
    }

    @Override
    public Truth ofText(String text) {
      return Truth.UNDETERMINED;
    }
  }

  /** For objects, lists, booleans and null. */
  record EqualValue(JsonValue operand) implements ValueTest {
    @Override
    public Truth of(JsonValue value) {
      return value.getClass() == operand.getClass()
          ? Truth.of(areEqual(operand, value))
          : Truth.UNDETERMINED;
    }

    @Override
    public Truth ofText(String text) {
      return Truth.UNDETERMINED;
    }
  }

  record Ordered(ExactNumber operand, boolean below, boolean orEqual) implements ValueTest {
    @Override
    public Truth of(JsonValue value) {
      if (!(value instanceof JsonNumber number)) {
        return Truth.UNDETERMINED;
      }
      int order = operand.compareOther(number);
      return Truth.of(order == 0 ? orEqual : (order < 0) == below);
    }

    @Override
    public Truth ofText(String text) {
      return Truth.UNDETERMINED;
    }
  }

  /** A part of a text, or an element of a list. */
  record Containing(JsonValue operand, ValueTest element) implements ValueTest {
    @Override
    public Truth of(JsonValue value) {
      return switch (value) {
        case JsonString(String text) -> ofText(text);
        case JsonArray(List<JsonValue> elements) -> {
          Truth any = Truth.FALSE;
          for (int i = 0; i < elements.size() && any != Truth.TRUE; i++) {
            Truth one = element.of(elements.get(i));
            any = one == Truth.FALSE ? any : one;
          }
          yield any;
        }
        case JsonObject _, JsonNumber _, JsonBoolean _, JsonNull _ -> Truth.UNDETERMINED;
      };
    }

    @Override
    public Truth ofText(String text) {
      return operand instanceof JsonString(String part) && text.length() <= TEXT_CHARS_MAX
          ? Truth.of(text.contains(part))
          : Truth.UNDETERMINED;
    }
  }

  /** The whole text matches; in time linear in its length. */
  final class Matching implements ValueTest {
    /** Characters of a text times steps of a pattern: about 10 ms. */
    static final int WORK_MAX = 1_000_000;

    /** Longer texts are not remembered. */
    private static final int REMEMBERED_CHARS_MAX = 128;

    private record Answer(String text, Truth truth) {}

    private final Pattern pattern;
    private final int charsMax;

    /** The last text and its answer: calls repeat each other, and matching is dear. */
    private volatile @Nullable Answer last;

    Matching(Pattern pattern) {
      this.pattern = pattern;
      this.charsMax = charsMax(pattern.programSize());
    }

    /**
     * The longest text that a pattern is held against: callers choose the text, and each of its
     * characters may be looked at in every step of the pattern.
     */
    static int charsMax(int steps) {
      return Math.min(TEXT_CHARS_MAX, WORK_MAX / Math.max(steps, 1));
    }

    @Override
    public Truth of(JsonValue value) {
      return value instanceof JsonString(String text) ? ofText(text) : Truth.UNDETERMINED;
    }

    @Override
    public Truth ofText(String text) {
      if (text.length() > charsMax) {
        return Truth.UNDETERMINED;
      }
      Answer known = last;
      if (known != null && known.text.equals(text)) {
        return known.truth;
      }
      Truth truth = Truth.of(pattern.matches(text));
      if (text.length() <= REMEMBERED_CHARS_MAX) {
        last = new Answer(text, truth);
      }
      return truth;
    }
  }
}
