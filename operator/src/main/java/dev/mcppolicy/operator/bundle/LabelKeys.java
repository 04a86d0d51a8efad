// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.document.ValuePath;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys of grants' labels that conditions read; sidecars are told of no other label. */
final class LabelKeys {
  private LabelKeys() {}

  static Set<String> of(PolicyDocument document) {
    return Arrays.stream(Subject.Kind.values())
        .flatMap(kind -> document.rules(kind).rules().values().stream())
        .flatMap(LabelKeys::conditions)
        .flatMap(LabelKeys::comparisons)
        .<String>mapMulti(
            (comparison, keys) -> {
              if (comparison.path() instanceof ValuePath.GrantLabel(String key)) {
                keys.accept(key);
              }
            })
        .collect(Collectors.toSet());
  }

  private static Stream<Condition> conditions(Rule rule) {
    return Stream.of(
            rule.require(),
            rule.denyIf(),
            rule.approval().map(approval -> approval.unless()).orElse(List.of()))
        .flatMap(List::stream);
  }

  private static Stream<Condition.Comparison> comparisons(Condition condition) {
    return switch (condition) {
      case Condition.Comparison comparison -> Stream.of(comparison);
      case Condition.All(List<Condition> all) -> all.stream().flatMap(LabelKeys::comparisons);
      case Condition.Any(List<Condition> any) -> any.stream().flatMap(LabelKeys::comparisons);
      case Condition.Not(Condition inner) -> comparisons(inner);
    };
  }
}
