// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LabelKeysTest {

  @Test
  void findsKeysWhereverConditionsStand() {
    String document =
        """
        version: "1"
        default: deny
        tools:
          a: {require: [{path: grant.labels.team, op: eq, value: x}]}
          b: {denyIf: [{any: [{not: {path: grant.labels.example.org/tier, op: eq, value: x}}, {path: args.x, op: exists}]}]}
          c: {approval: {unless: [{all: [{path: grant.labels.trusted, op: exists}, {path: grant.name, op: eq, value: x}]}]}}
        resources:
          "file:///a": {require: [{path: grant.labels.reads, op: eq, value: x}]}
        prompts:
          p: {require: [{path: grant.labels.prompts, op: eq, value: x}]}
        """;
    assertEquals(
        Set.of("team", "example.org/tier", "trusted", "reads", "prompts"),
        switch (PolicyReader.read(document)) {
          case PolicyReading.Valid(var read) -> LabelKeys.of(read);
          case PolicyReading.Invalid(var problems) -> throw new AssertionError(problems);
        });
  }
}
