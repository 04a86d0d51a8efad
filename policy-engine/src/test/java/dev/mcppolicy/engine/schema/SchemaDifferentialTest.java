// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generated schemas and values are judged as a library of others judges them. */
final class SchemaDifferentialTest {
  private static final int SCHEMAS =
      System.getProperty("numbers", "small").equals("full") ? 60_000 : 2_000;
  private static final int VALUES = 6;

  private static final ObjectMapper JACKSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @ParameterizedTest
  @CsvSource({
    "DRAFT_2020_12, https://json-schema.org/draft/2020-12/schema",
    "DRAFT_2019_09, https://json-schema.org/draft/2019-09/schema",
    "DRAFT_7, http://json-schema.org/draft-07/schema#",
    "DRAFT_6, http://json-schema.org/draft-06/schema#"
  })
  void agrees(SpecificationVersion version, String dialect) throws Exception {
    SchemaRegistry oracle =
        SchemaRegistry.withDefaultDialect(
            version,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .typeLoose(false)
                        .formatAssertionsEnabled(false)
                        .build()));
    int usable = 0;
    int valid = 0;
    int judged = 0;
    List<String> differing = new ArrayList<>();
    for (int seed = 0; seed < SCHEMAS; seed++) {
      var generator = new SchemaGenerator(new Random(seed));
      JsonObject schema = generator.root(dialect);
      if (!(ArgumentSchema.read(schema) instanceof SchemaReading.Usable(ArgumentSchema ours))) {
        continue; // a circle of references
      }
      usable++;
      Schema theirs = oracle.getSchema(node(schema));
      for (int i = 0; i < VALUES; i++) {
        JsonObject arguments = generator.arguments();
        boolean isValid = ours.check(arguments, false).isEmpty();
        boolean isValidForThem = theirs.validate(node(arguments)).isEmpty();
        judged++;
        valid += isValid ? 1 : 0;
        if (isValid != isValidForThem && differing.size() < 5) {
          differing.add(
              "seed "
                  + seed
                  + ", valid here: "
                  + isValid
                  + "\n  "
                  + JsonText.string(schema)
                  + "\n  "
                  + JsonText.string(arguments)
                  + "\n");
        }
      }
    }
    System.out.println(version + ": " + judged + " judged, " + valid + " of them valid");
    assertEquals(List.of(), differing);
    assertTrue(usable > SCHEMAS * 8 / 10, "only " + usable + " schemas");
    assertTrue(valid > judged / 10 && valid < judged * 9 / 10, valid + " of " + judged);
  }

  private static JsonNode node(JsonValue value) throws Exception {
    return JACKSON.readTree(JsonText.bytes(plain(value)));
  }

  /** With every number in one spelling: for some keywords of the library 1 and 1.0 are two. */
  private static JsonValue plain(JsonValue value) {
    return switch (value) {
      case JsonNumber number ->
          new JsonNumber(
              number.decimal().signum() == 0
                  ? "0"
                  : number.decimal().stripTrailingZeros().toPlainString());
      case JsonArray array ->
          new JsonArray(array.elements().stream().map(SchemaDifferentialTest::plain).toList());
      case JsonObject object -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        object.members().forEach((name, member) -> members.put(name, plain(member)));
        yield new JsonObject(members);
      }
      case JsonValue other -> other;
    };
  }
}
