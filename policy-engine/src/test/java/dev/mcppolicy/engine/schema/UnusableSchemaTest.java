// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import static dev.mcppolicy.engine.schema.Schemas.unusable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas that arguments cannot be checked with. T78: nothing is fetched for one. */
final class UnusableSchemaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"$schema": "https://example.org/mine"}              | `/$schema`: `https://example.org/mine` is none of the drafts 04, 06, 07, 2019-09 and 2020-12
          {"$schema": 7}                                       | `/$schema`: is no text
          {"$ref": "https://example.org/a.json"}               | `/$ref`: `https://example.org/a.json` is outside of this schema, and nothing else is ever read
          {"$ref": "file:///etc/passwd"}                       | `/$ref`: `file:///etc/passwd` is outside of this schema, and nothing else is ever read
          {"$ref": "other.json#/a"}                            | `/$ref`: `other.json#/a` is outside of this schema, and nothing else is ever read
          {"$ref": "#/$defs/a"}                                | `/$ref`: `#/$defs/a` is not to be found in this schema
          {"$ref": "#a", "enum": [{"$anchor": "a"}]}           | `/$ref`: `#a` is not to be found in this schema
          {"$ref": "#/enum", "enum": []}                       | `/$ref`: is of type array where a schema must stand
          {"$dynamicRef": "#a"}                                | `/$dynamicRef`: is not supported
          {"$recursiveRef": "#"}                               | `/$recursiveRef`: is not supported
          {"$vocabulary": {}}                                  | `/$vocabulary`: is not supported
          {"properties": {"a": {"$id": "b"}}}                  | `/properties/a/$id`: a schema inside a schema cannot have a name of its own
          {"$ref": "#"}                                        | it refers to itself without an end
          {"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"not": {"$ref": "#"}}}} | it refers to itself without an end
          {"type": "text"}                                     | `/type`: `text` is none of object, array, string, number, integer, boolean, null
          {"type": []}                                         | `/type`: the list of types is empty
          {"type": ["string", 1]}                              | `/type`: has an element of type number among its texts
          {"properties": {"a": {"type": "string", "required": true}}} | `/properties/a/required`: is of type boolean and must be a list
          {"properties": []}                                   | `/properties`: is of type array and must be an object
          {"properties": {"a": "string"}}                      | `/properties/a`: is of type string where a schema must stand
          {"anyOf": []}                                        | `/anyOf`: the list of schemas is empty
          {"minLength": -1}                                    | `/minLength`: `-1` is not a whole number of 0 or more
          {"minLength": 1.5}                                   | `/minLength`: `1.5` is not a whole number of 0 or more
          {"multipleOf": 0}                                    | `/multipleOf`: must be more than 0
          {"$schema": "https://json-schema.org/draft/2020-12/schema", "items": [{}]} | `/items`: is a list, which in draft 2020-12 is called `prefixItems`
          {"pattern": "(?=a)"}                                 | `/pattern`: the pattern `(?=a)` is none that can be matched in linear time (RE2)
          {"patternProperties": {"(a)\\\\1": {}}}              | `/patternProperties`: the pattern `(a)\\1` is none that can be matched in linear time (RE2)
          """)
  void saysWhereAndWhy(String schema, String why) {
    assertEquals(why, unusable(schema));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$defs\": {\"never\": {\"$ref\": \"https://example.org/\", \"type\": \"text\"}}}",
        "{\"properties\": {\"$ref\": {\"type\": \"string\"}, \"$id\": {}}}",
        "{\"enum\": [{\"$ref\": \"https://example.org/\"}]}",
        "{\"minLength\": 2.0, \"maxLength\": 1e99}"
      })
  void doesNotMindWhatIsNeverUsed(String schema) {
    assertEquals("usable", unusable(schema));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u202e", "\\n", "`", "\\u0000"})
  void showsNothingUnescaped(String evil) {
    String why = unusable("{\"properties\": {\"" + evil + "\": {\"type\": \"" + evil + "\"}}}");
    assertTrue(why.chars().allMatch(c -> c >= 0x20 && c < 0x7F), why);
    assertFalse(why.contains("``"), why);
    assertTrue(why.length() < 300, why);
  }
}
