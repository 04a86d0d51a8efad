// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import dev.mcppolicy.engine.document.LinearPattern;
import dev.mcppolicy.engine.schema.ArrayKeywords.Elements;
import dev.mcppolicy.engine.schema.ObjectKeywords.Matching;
import dev.mcppolicy.engine.schema.ObjectKeywords.Members;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which values a schema has places for, told without a value. */
final class SchemaPaths {
  private SchemaPaths() {}

  /** These schemas and all that apply to the same value, but for those ruled out. */
  static List<Subschema> appliedInPlace(Collection<Subschema> schemas) {
    Set<Subschema> seen = new HashSet<>();
    var all = new ArrayList<Subschema>();
    var waiting = new ArrayDeque<>(schemas);
    for (Subschema next = waiting.poll(); next != null; next = waiting.poll()) {
      if (seen.add(next)) {
        all.add(next);
        for (Keyword keyword : next.keywords()) {
          if (!(keyword instanceof InPlaceKeywords.Not)) {
            waiting.addAll(keyword.inPlace());
          }
        }
      }
    }
    return all;
  }

  /** See {@link ArgumentSchema#mayHave}. */
  static boolean mayHave(Subschema root, List<String> tokens) {
    List<Subschema> at = List.of(root);
    boolean isTop = true;
    for (String token : tokens) {
      List<Subschema> applied = appliedInPlace(at);
      Set<Subschema> next = new HashSet<>();
      boolean saysSomething = false;
      for (Subschema schema : applied) {
        for (Keyword keyword : schema.keywords()) {
          switch (keyword) {
            case Members members -> saysSomething |= add(members, token, !isTop, next);
            case Elements elements -> {
              saysSomething = true;
              add(elements, token, next);
            }
            case TypeKeyword type ->
                saysSomething |=
                    !type.names().contains("object") && !type.names().contains("array");
            default -> {}
          }
        }
      }
      if (next.isEmpty()) {
        return !saysSomething && !isTop;
      }
      at = List.copyOf(next);
      isTop = false;
    }
    return true;
  }

  /** Whether the keyword names members, so that others are not meant. */
  private static boolean add(Members members, String token, boolean withOthers, Set<Subschema> to) {
    boolean isNamed = members.byName().containsKey(token);
    if (isNamed) {
      to.add(members.byName().getOrDefault(token, Subschema.ANYTHING));
    }
    for (Matching pattern : members.patterns()) {
      if (token.length() <= LinearPattern.CHARS_MAX
          && pattern.name().pattern().matcher(token).find()) {
        isNamed = true;
        to.add(pattern.schema());
      }
    }
    boolean hasNames = !members.byName().isEmpty() || !members.patterns().isEmpty();
    if (!isNamed
        && withOthers
        && members.saysOfOthers()
        && members.additional() != Subschema.NOTHING) {
      to.add(members.additional());
    }
    return hasNames || members.saysOfOthers();
  }

  private static void add(Elements elements, String token, Set<Subschema> to) {
    if (token.matches("0|[1-9][0-9]{0,8}")) {
      int index = Integer.parseInt(token);
      if (index < elements.first().size()) {
        to.add(elements.first().get(index));
      } else if (elements.rest() != Subschema.NOTHING) {
        to.add(elements.rest());
      }
    }
  }
}
