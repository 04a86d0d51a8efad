// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an agent is told when arguments do not fit the schema of a tool. */
final class ArgumentDecisionTest {
  private static final String STRICT =
      "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"deploy\": {}}}";
  private static final String LENIENT = STRICT.replace("{}", "{\"strict_arguments\": false}");

  private static final String SCHEMA =
      """
      {"properties": {"env": {"type": "object", "additionalProperties": {"type": "string"}},
                      "ports": {"items": {"required": ["number"], "additionalProperties": false,
                                          "properties": {"number": {"maximum": 65535}}}},
                      "image": {"pattern": "^[a-z]+$"}, "tag": {}},
       "maxProperties": 2, "dependentRequired": {"tag": ["image"]}}
      """;
  private static final String UNUSABLE =
      "{\"properties\": {\"image\": {\"$ref\": \"https://example.org/image\"}}}";

  private static String decided(String policy, String schema, String arguments) {
    var tool =
        new ToolDefinition(
            "deploy", JsonObject.builder().put("inputSchema", Fixtures.object(schema)).build());
    Decision decision =
        PolicySet.compile(List.of(Fixtures.policy("p", policy)))
            .decide(
                Fixtures.call("deploy", arguments),
                name -> new ToolLookup.Known(tool),
                Fixtures.NOW,
                (counter, window) -> 0);
    return decision.reason().code() + ": " + decision.reason().text();
  }

  @Test
  void namesThePlaceAndWhatIsAllowedThere() {
    assertEquals(
        "InvalidArguments: Denied by policy: the argument `env.A` of `deploy` is of type number and"
            + " must be string.",
        decided(STRICT, SCHEMA, "{\"env\": {\"A\": 1}}"));
    assertEquals(
        "InvalidArguments: Denied by policy: the argument `ports[1].number` of `deploy` must be at"
            + " most `65535`.",
        decided(STRICT, SCHEMA, "{\"ports\": [{\"number\": 1}, {\"number\": 65536}]}"));
    assertEquals(
        "InvalidArguments: Denied by policy: `deploy` needs the argument `ports[0].number`.",
        decided(STRICT, SCHEMA, "{\"ports\": [{}]}"));
    assertEquals(
        "InvalidArguments: Denied by policy: `deploy` needs the argument `image`, which is required"
            + " together with `tag`.",
        decided(STRICT, SCHEMA, "{\"tag\": \"1\"}"));
    assertEquals(
        "InvalidArguments: Denied by policy: the argument object of `deploy` has 3 members and must"
            + " have at most 2.",
        decided(STRICT, SCHEMA, "{\"tag\": \"1\", \"image\": \"a\", \"env\": {}}"));
    assertEquals(
        "UndeclaredArgument: Denied by policy: the argument `ports[0].name` is not one that"
            + " `deploy` declares. Its arguments are env, ports, image, tag.",
        decided(STRICT, SCHEMA, "{\"ports\": [{\"number\": 1, \"name\": \"x\"}]}"));
  }

  @Test
  void letsUndeclaredArgumentsPassOnRequestButNoneThatDoesNotFit() {
    String undeclared = "{\"image\": \"a\", \"privileged\": true}";
    assertEquals(
        "UndeclaredArgument: Denied by policy: the argument `privileged` is not one that `deploy`"
            + " declares. Its arguments are env, ports, image, tag.",
        decided(STRICT, SCHEMA, undeclared));
    assertEquals(
        "Allowed: `deploy` is allowed (policy inference/p).", decided(LENIENT, SCHEMA, undeclared));
    assertEquals(
        "InvalidArguments: Denied by policy: the argument `image` of `deploy` must match the"
            + " pattern `^[a-z]+$`.",
        decided(LENIENT, SCHEMA, "{\"image\": \"A\", \"privileged\": true}"));
  }

  @Test
  void deniesArgumentsThatNoSchemaCanJudgeT78() {
    assertEquals(
        "SchemaUnusable: Denied by policy: the arguments of `deploy` cannot be checked, because the"
            + " schema that the server publishes for them cannot be used: `/properties/image/$ref`:"
            + " `https://example.org/image` is outside of this schema, and nothing else is ever"
            + " read. Calls without arguments are possible.",
        decided(STRICT, UNUSABLE, "{\"image\": \"a\"}"));
    assertEquals(
        "Allowed: `deploy` is allowed (policy inference/p).", decided(STRICT, UNUSABLE, "{}"));
    assertEquals(
        "Allowed: `deploy` is allowed (policy inference/p).",
        decided(LENIENT, UNUSABLE, "{\"image\": \"a\"}"));
  }

  @Test
  void deniesArgumentsThatAreTooLargeToCheckT78() {
    assertEquals(
        "InvalidArguments: Denied by policy: the argument object of `deploy` is too large to be"
            + " checked against its schema.",
        decided(STRICT, SCHEMA, "{\"image\": \"" + "a".repeat(200_000) + "\"}"));
  }
}
