// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import static dev.mcppolicy.engine.schema.Schemas.lenient;
import static dev.mcppolicy.engine.schema.Schemas.strict;
import static dev.mcppolicy.engine.schema.Schemas.usable;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArgumentSchemaTest {
  private static final String STOP =
      """
      {"type": "object", "required": ["container_name"], "properties": {
        "container_name": {"type": "string", "minLength": 1, "maxLength": 4},
        "timeout": {"type": "integer", "minimum": 0, "exclusiveMaximum": 600},
        "remove": {"type": "boolean", "default": true}}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"container_name": "v1"}                                | fits
          {"timeout": 0, "container_name": "v1", "remove": false} | fits
          {"container_name": "v1", "timeout": 1e1}                | fits
          {"container_name": "v1", "timeout": 10.0}               | fits
          {}                                                      | MISSING container_name: is required
          {"container_name": 1}                                   | WRONG container_name: is of type number and must be string
          {"container_name": null}                                | WRONG container_name: is of type null and must be string
          {"container_name": ""}                                  | WRONG container_name: has 0 characters and must have at least 1
          {"container_name": "12345"}                             | WRONG container_name: has 5 characters and must have at most 4
          {"container_name": "v1", "timeout": "10"}               | WRONG timeout: is of type string and must be integer
          {"container_name": "v1", "timeout": 0.5}                | WRONG timeout: is of type number and must be integer
          {"container_name": "v1", "timeout": -1}                 | WRONG timeout: must be at least `0`
          {"container_name": "v1", "timeout": 600}                | WRONG timeout: must be less than `600`
          {"container_name": "v1", "remove": 1}                   | WRONG remove: is of type number and must be boolean
          {"container_name": "v1", "force": true}                 | UNDECLARED force: is not declared
          """)
  void saysWhatIsWrongWithArguments(String arguments, String expected) {
    assertEquals(expected, strict(STOP, arguments));
  }

  @Test
  void reportsTheSameWhateverTheOrderOfTheArguments() {
    assertEquals(
        "UNDECLARED a: is not declared",
        strict(STOP, "{\"z\": 1, \"timeout\": \"x\", \"b\": 1, \"a\": 1}"));
    assertEquals(
        "UNDECLARED a: is not declared",
        strict(STOP, "{\"a\": 1, \"b\": 1, \"timeout\": \"x\", \"z\": 1}"));
    String values = "{\"additionalProperties\": {\"type\": \"integer\"}}";
    assertEquals(
        "WRONG a: is of type string and must be integer",
        lenient(values, "{\"c\": \"\", \"a\": \"\", \"b\": \"\"}"));
  }

  @Test
  void measuresTextsInCodePoints() {
    assertEquals("fits", strict(STOP, "{\"container_name\": \"😀😀😀😀\"}"));
  }

  @Test
  void comparesNumbersAsDecimals() {
    String schema =
        """
        {"properties": {"x": {"maximum": 0.3, "multipleOf": 0.1}, "y": {"const": 9007199254740993},
          "z": {"maximum": 1e300}}}
        """;
    assertEquals("fits", strict(schema, "{\"x\": 0.3}"));
    assertEquals("fits", strict(schema, "{\"x\": 0e99999999999}"));
    assertEquals(
        "WRONG x: must be at most `0.3`", strict(schema, "{\"x\": 0.30000000000000000001}"));
    assertEquals("WRONG x: must be a multiple of `0.1`", strict(schema, "{\"x\": 0.25}"));
    assertEquals(
        "WRONG y: must be `9007199254740993`", strict(schema, "{\"y\": 9007199254740992}"));
    assertEquals("fits", strict(schema, "{\"y\": 9007199254740993.0}"));
    assertEquals("WRONG z: must be at most `1e300`", strict(schema, "{\"z\": 1.0001e300}"));
  }

  @Test
  void deniesUndeclaredArgumentsWhateverAdditionalPropertiesSays() {
    String open = "{\"properties\": {\"a\": {}}, \"additionalProperties\": true}";
    assertEquals("UNDECLARED b: is not declared", strict(open, "{\"a\": 1, \"b\": 2}"));
    assertEquals("fits", lenient(open, "{\"a\": 1, \"b\": 2}"));
    assertEquals("UNDECLARED a: is not declared", strict("{}", "{\"a\": 1}"));
    assertEquals("fits", lenient("{}", "{\"a\": 1}"));
    String closed = "{\"properties\": {\"a\": {}}, \"additionalProperties\": false}";
    assertEquals("UNDECLARED b: is not declared", lenient(closed, "{\"b\": 2}"));
  }

  @Test
  void takesNamesFromWhateverAppliesToTheArguments() {
    String schema =
        """
        {"$ref": "#/$defs/base", "allOf": [{"properties": {"b": {}}}],
         "anyOf": [{"properties": {"c": {}}}], "patternProperties": {"^x-": {"type": "string"}},
         "not": {"properties": {"d": {}}, "required": ["d"]},
         "$defs": {"base": {"properties": {"a": {}}}}}
        """;
    assertEquals(List.of("a", "b", "c"), usable(schema).declared().stream().sorted().toList());
    assertEquals("fits", strict(schema, "{\"a\": 1, \"b\": 1, \"c\": 1, \"x-y\": \"\"}"));
    assertEquals("WRONG x-y: is of type number and must be string", strict(schema, "{\"x-y\": 1}"));
    assertEquals("UNDECLARED d: is not declared", strict(schema, "{\"d\": 1}"));
  }

  @Test
  void deniesAnArgumentThatOnlyAnotherAlternativeDeclares() {
    String schema =
        """
        {"properties": {"kind": {"enum": ["a", "b"]}}, "anyOf": [
          {"properties": {"kind": {"const": "a"}, "path": {"type": "string"}}},
          {"properties": {"kind": {"const": "b"}, "url": {"type": "string"}}}]}
        """;
    assertEquals("fits", strict(schema, "{\"kind\": \"a\", \"path\": \"/\"}"));
    assertEquals(
        "WRONG url: is declared only for calls with other arguments than these",
        strict(schema, "{\"kind\": \"a\", \"url\": 7}"));
    assertEquals("fits", lenient(schema, "{\"kind\": \"a\", \"url\": 7}"));
    String conditional =
        """
        {"properties": {"kind": {}}, "if": {"properties": {"kind": {"const": "a"}}},
         "then": {"properties": {"path": {}}}, "else": {"properties": {"url": {}}}}
        """;
    assertEquals("fits", strict(conditional, "{\"kind\": \"a\", \"path\": 1}"));
    assertEquals(
        "WRONG url: is declared only for calls with other arguments than these",
        strict(conditional, "{\"kind\": \"a\", \"url\": 1}"));
    String withPort =
        "{\"properties\": {\"port\": {}}, \"dependentSchemas\": {\"port\": {\"properties\":"
            + " {\"host\": {}}}}}";
    assertEquals("fits", strict(withPort, "{\"port\": 1, \"host\": 1}"));
    assertEquals(
        "WRONG host: is declared only for calls with other arguments than these",
        strict(withPort, "{\"host\": 1}"));
  }

  /** What fits an alternative is judged with additionalProperties and the like, as ever. */
  @Test
  void judgesAlternativesAsAWholeWhenItLooksForNames() {
    String schema =
        """
        {"anyOf": [{"properties": {"a": {}}, "additionalProperties": {"type": "integer"},
                    "unevaluatedProperties": false},
                   {"properties": {"b": {"type": "string"}}}]}
        """;
    assertEquals("fits", strict(schema, "{\"a\": 1, \"b\": \"x\"}".replace("\"a\": 1, ", "")));
    assertEquals(
        "WRONG b: is declared only for calls with other arguments than these",
        strict(schema, "{\"a\": 1, \"b\": 5}"));
  }

  @Test
  void followsTheSchemaInNestedObjects() {
    String schema =
        """
        {"properties": {"env": {"type": "object", "additionalProperties": {"type": "string"}},
          "ports": {"type": "array", "maxItems": 2, "uniqueItems": true,
                    "items": {"type": "object", "required": ["number"],
                              "properties": {"number": {"type": "integer"}},
                              "additionalProperties": false}}}}
        """;
    assertEquals("fits", strict(schema, "{\"env\": {\"A\": \"1\", \"anything\": \"2\"}}"));
    assertEquals(
        "WRONG env.A: is of type number and must be string",
        strict(schema, "{\"env\": {\"A\": 1}}"));
    assertEquals("fits", strict(schema, "{\"ports\": [{\"number\": 1}, {\"number\": 2}]}"));
    assertEquals(
        "MISSING ports[1].number: is required",
        strict(schema, "{\"ports\": [{\"number\": 1}, {}]}"));
    assertEquals(
        "UNDECLARED ports[0].name: is not declared",
        strict(schema, "{\"ports\": [{\"number\": 1, \"name\": 2}]}"));
    assertEquals(
        "WRONG ports: must not have the same element twice",
        strict(schema, "{\"ports\": [{\"number\": 1}, {\"number\": 1.0}]}"));
    assertEquals(
        "WRONG ports: has 3 elements and must have at most 2",
        strict(schema, "{\"ports\": [1, 2, 3]}"));
  }

  @Test
  void saysWhichTypesAnOptionalArgumentMayHave() {
    String schema =
        """
        {"properties": {"n": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
          "size": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
          "mode": {"enum": ["fast", "slow", 3]}, "one": {"const": "x"}}}
        """;
    assertEquals("fits", strict(schema, "{\"n\": null}"));
    assertEquals(
        "WRONG n: is of type string and must be integer or null", strict(schema, "{\"n\": \"1\"}"));
    assertEquals("WRONG n: must be at least `1`", strict(schema, "{\"n\": 0}"));
    assertEquals(
        "WRONG size: fits several of the alternatives of which only one may (`oneOf`)",
        strict(schema, "{\"size\": 1}"));
    assertEquals("fits", strict(schema, "{\"size\": 1.5}"));
    assertEquals(
        "WRONG mode: is none of the values that are allowed: `fast`, `slow`, `3`",
        strict(schema, "{\"mode\": \"medium\"}"));
    assertEquals("fits", strict(schema, "{\"mode\": 3.0}"));
    assertEquals("WRONG one: must be `x`", strict(schema, "{\"one\": \"y\"}"));
  }

  @Test
  void saysWhatIsWrongWithTheArgumentsAsAWhole() {
    String schema =
        """
        {"properties": {"a": {}, "b": {}}, "minProperties": 1, "maxProperties": 1,
         "dependentRequired": {"b": ["a"]}}
        """;
    assertEquals("WRONG : has 0 members and must have at least 1", strict(schema, "{}"));
    assertEquals(
        "MISSING a: is required together with `b`",
        strict(
            "{\"properties\": {\"b\": {}}, \"dependentRequired\": {\"b\": [\"a\"]}}",
            "{\"b\": 1}"));
    String either =
        "{\"properties\": {\"a\": {}, \"b\": {}}, \"anyOf\": [{\"required\": [\"a\"]},"
            + " {\"required\": [\"b\"]}]}";
    assertEquals("fits", strict(either, "{\"b\": 1}"));
    assertEquals(
        "WRONG : fits none of the 2 alternatives that its schema allows", strict(either, "{}"));
    assertEquals(
        "WRONG : is one that its schema rules out (`not`)",
        strict("{\"properties\": {\"a\": {}}, \"not\": {\"required\": [\"a\"]}}", "{\"a\": 1}"));
    assertEquals(
        "WRONG : has a member `B`, a name that its schema rules out",
        lenient(
            "{\"propertyNames\": {\"maxLength\": 1, \"pattern\": \"[a-z]\"}}",
            "{\"c\": 1, \"C\": 1, \"B\": 1}"));
  }

  @Test
  void matchesAPartOfTheTextUnlessThePatternIsAnchored() {
    String schema =
        "{\"properties\": {\"a\": {\"pattern\": \"b+\"}, \"c\": {\"pattern\": \"^b+$\"}}}";
    assertEquals("fits", strict(schema, "{\"a\": \"abbc\"}"));
    assertEquals("WRONG a: must match the pattern `b+`", strict(schema, "{\"a\": \"B\"}"));
    assertEquals("WRONG c: must match the pattern `^b+$`", strict(schema, "{\"c\": \"b\\n\"}"));
    assertEquals("WRONG c: must match the pattern `^b+$`", strict(schema, "{\"c\": \"a\\nb\"}"));
  }

  @Test
  void readsWhatOlderDraftsSpellDifferently() {
    String draft7 =
        """
        {"$schema": "http://json-schema.org/draft-07/schema#",
         "properties": {"at": {"items": [{"type": "number"}, {"type": "number"}],
                               "additionalItems": false},
                        "p": {"$ref": "#/definitions/port", "maximum": 1},
                        "n": {"$ref": "#name"}},
         "dependencies": {"p": ["at"], "n": {"required": ["p"]}},
         "definitions": {"port": {"type": "integer"}, "name": {"$id": "#name", "type": "string"}}}
        """;
    assertEquals("fits", strict(draft7, "{\"at\": [1, 2]}"));
    assertEquals("WRONG at[2]: is not allowed", strict(draft7, "{\"at\": [1, 2, 3]}"));
    assertEquals("fits", strict(draft7, "{\"at\": [1, 2], \"p\": 9}"));
    assertEquals("MISSING at: is required together with `p`", strict(draft7, "{\"p\": 9}"));
    assertEquals("MISSING p: is required", strict(draft7, "{\"n\": \"x\"}"));
    String draft4 =
        """
        {"$schema": "http://json-schema.org/draft-04/schema#",
         "properties": {"x": {"minimum": 1, "exclusiveMinimum": true, "const": 5}}}
        """;
    assertEquals("WRONG x: must be more than `1`", strict(draft4, "{\"x\": 1}"));
    assertEquals("fits", strict(draft4, "{\"x\": 2}"));
  }

  @Test
  void readsOlderSpellingsWithoutADraftWhenTheyCanMeanNothingElse() {
    String schema =
        """
        {"properties": {"at": {"items": [{"type": "number"}], "additionalItems": false},
          "x": {"maximum": 9, "exclusiveMaximum": true},
          "p": {"$ref": "#/definitions/port", "maximum": 7}},
         "definitions": {"port": {"type": "integer"}}}
        """;
    assertEquals("WRONG at[1]: is not allowed", strict(schema, "{\"at\": [1, 2]}"));
    assertEquals("WRONG x: must be less than `9`", strict(schema, "{\"x\": 9}"));
    assertEquals("WRONG p: must be at most `7`", strict(schema, "{\"p\": 8}"));
    assertEquals(
        "WRONG p: is of type string and must be integer", strict(schema, "{\"p\": \"8\"}"));
  }

  @Test
  void followsReferencesThatGoRoundInTheSchema() {
    String tree =
        """
        {"$id": "https://example.org/tree", "properties": {"node": {"$ref": "#/$defs/node"}},
         "$defs": {"node": {"type": "object", "required": ["name"], "additionalProperties": false,
           "properties": {"name": {"type": "string"},
             "children": {"type": "array",
                          "items": {"$ref": "https://example.org/tree#/$defs/node"}}}}}}
        """;
    assertEquals(
        "fits", strict(tree, "{\"node\": {\"name\": \"a\", \"children\": [{\"name\": \"b\"}]}}"));
    assertEquals(
        "MISSING node.children[0].children[1].name: is required",
        strict(
            tree,
            "{\"node\": {\"name\": \"a\", \"children\": [{\"name\": \"b\", \"children\":"
                + " [{\"name\": \"c\"}, {}]}]}}"));
  }

  @Test
  void takesFormatForAnAnnotation() {
    assertEquals(
        "fits",
        strict(
            "{\"properties\": {\"a\": {\"format\": \"email\", \"x-ui\": 1}}}", "{\"a\": \"b\"}"));
  }

  @Test
  void escapesWhatItShowsOfASchema() {
    assertEquals(
        "WRONG a: must be `\\u0060\\u202e\\u000a`",
        strict("{\"properties\": {\"a\": {\"const\": \"`\\u202e\\n\"}}}", "{\"a\": 1}"));
  }
}
