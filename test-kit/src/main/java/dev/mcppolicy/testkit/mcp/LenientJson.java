// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON as a careless server reads it: the last of two equal keys wins, control characters in
 * strings pass. Objects are {@code Map<String, Object>}, arrays {@code List<Object>}, strings
 * {@code String}, everything else a {@link Literal}. Not the product's reader, so that a test of
 * the product has a second opinion.
 */
final class LenientJson {
  private static final int MAX_DEPTH = 200;

  /** A number, {@code true}, {@code false} or {@code null}, as it was written. */
  record Literal(String text) {}

  private final String text;
  private int at;

  private LenientJson(String text) {
    this.text = text;
  }

  static Object read(String text) {
    var reader = new LenientJson(text);
    var value = reader.value(0);
    reader.space();
    if (reader.at != text.length()) {
      throw new IllegalArgumentException("text after the value at " + reader.at);
    }
    return value;
  }

  static String write(Object value) {
    var out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  static String quote(String text) {
    var out = new StringBuilder("\"");
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case Map<?, ?> members -> {
        var separator = "{";
        for (var member : members.entrySet()) {
          out.append(separator).append(quote((String) member.getKey())).append(':');
          write(member.getValue(), out);
          separator = ",";
        }
        out.append(members.isEmpty() ? "{}" : "}");
      }
      case List<?> items -> {
        var separator = "[";
        for (var item : items) {
          out.append(separator);
          write(item, out);
          separator = ",";
        }
        out.append(items.isEmpty() ? "[]" : "]");
      }
      case String string -> out.append(quote(string));
      case Literal literal -> out.append(literal.text());
      default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
    }
  }

  private Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("deeper than " + MAX_DEPTH);
    }
    space();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      default -> literal();
    };
  }

  private Map<String, Object> object(int depth) {
    var members = new LinkedHashMap<String, Object>();
    at++;
    space();
    while (peek() != '}') {
      var name = string();
      space();
      expect(':');
      members.put(name, value(depth + 1));
      space();
      if (peek() != '}') {
        expect(',');
        space();
      }
    }
    at++;
    return members;
  }

  private List<Object> array(int depth) {
    var items = new ArrayList<Object>();
    at++;
    space();
    while (peek() != ']') {
      items.add(value(depth + 1));
      space();
      if (peek() != ']') {
        expect(',');
        space();
      }
    }
    at++;
    return items;
  }

  private String string() {
    expect('"');
    var out = new StringBuilder();
    while (peek() != '"') {
      var c = text.charAt(at++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      var escape = peek();
      at++;
      switch (escape) {
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(text, at, at + 4, 16));
          at += 4;
        }
        default -> out.append(escape);
      }
    }
    at++;
    return out.toString();
  }

  private Literal literal() {
    var start = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    var literal = text.substring(start, at);
    if (!literal.matches("true|false|null|-?[0-9][0-9.eE+-]*")) {
      throw new IllegalArgumentException("not a JSON value at " + start);
    }
    return new Literal(literal);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw new IllegalArgumentException("the text ends early");
    }
    return text.charAt(at);
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw new IllegalArgumentException("expected " + expected + " at " + at);
    }
    at++;
  }
}
