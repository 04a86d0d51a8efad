// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static dev.mcppolicy.engine.Fixtures.CATALOGUE;
import static dev.mcppolicy.engine.Fixtures.NOW;
import static dev.mcppolicy.engine.Fixtures.call;
import static dev.mcppolicy.engine.Fixtures.policy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrictArgumentsTest {
  private static final String LENIENT =
      """
      version: "1"
      default: deny
      tools:
        start_vllm: {strict_arguments: false}
        no_schema: {strict_arguments: false}
        unusable_schema: {strict_arguments: false}
      """;
  private static final String STRICT =
      "{version: '1', default: deny, tools: {start_vllm: {}, no_schema: {}, unusable_schema:"
          + " {}}}";

  private static ReasonCode decide(String tool, String arguments, String... documents) {
    return PolicySet.compile(
            IntStream.range(0, documents.length)
                .mapToObj(i -> policy("p" + i, documents[i]))
                .toList())
        .decide(call(tool, arguments), CATALOGUE, NOW, (_, _) -> 0)
        .reason()
        .code();
  }

  @ParameterizedTest(name = "{1} of {0}: {2}, not strict: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "start_vllm|{\"model\":\"m\",\"x\":1}|UndeclaredArgument|Allowed",
        "start_vllm|{\"model\":5}|InvalidArguments|InvalidArguments",
        "start_vllm|{\"x\":1}|UndeclaredArgument|InvalidArguments", // model is missing
        "no_schema|{\"x\":1}|SchemaUnknown|Allowed",
        "no_schema|{}|Allowed|Allowed",
        "unusable_schema|{\"x\":1}|SchemaUnusable|Allowed", // T78
        "unusable_schema|{}|Allowed|Allowed",
      })
  void withoutItUndeclaredArgumentsPassAndWrongOnesNever(
      String tool, String arguments, ReasonCode strict, ReasonCode lenient) {
    assertEquals(strict, decide(tool, arguments, STRICT));
    assertEquals(lenient, decide(tool, arguments, LENIENT));
  }

  @Test
  void oneStrictRuleIsEnoughAmongSeveralPolicies() {
    assertEquals(
        ReasonCode.UndeclaredArgument,
        decide("start_vllm", "{\"model\":\"m\",\"x\":1}", LENIENT, STRICT));
    assertEquals(
        ReasonCode.Allowed,
        decide(
            "start_vllm",
            "{\"model\":\"m\",\"x\":1}",
            LENIENT,
            "{version: '1', default: allow}")); // a policy that does not name it is not strict
  }

  @Test
  void aToolThatNoRuleNamesIsStrict() {
    assertEquals(
        ReasonCode.UndeclaredArgument,
        decide("start_vllm", "{\"model\":\"m\",\"x\":1}", "{version: '1', default: allow}"));
  }

  @Test
  void argumentsAreHeldAgainstTheSchemaBeforeConditions() {
    assertEquals(
        ReasonCode.InvalidArguments,
        decide(
            "start_vllm",
            "{\"model\":5}",
            "{version: '1', default: deny, tools: {start_vllm: {deny_if: [{path: args.model, op:"
                + " exists}]}}}"));
  }
}
