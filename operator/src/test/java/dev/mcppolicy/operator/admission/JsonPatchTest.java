// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Held against another implementation, which applies what is written here. */
final class JsonPatchTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final StrictJson JSON = new StrictJson(JsonLimits.REQUEST);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {}",
        "{} | {'a':{'b':[1]}}",
        "{'a':1,'b':2} | {'b':3}",
        "{'a':{'b':{'c':1,'d':2}}} | {'a':{'b':{'d':2,'e':null}}}",
        "{'a':[1,2,3]} | {'a':[3]}",
        "{'a':{'b':1}} | {'a':[{'b':1}]}",
        "{'m/n~o':{'/':1}} | {'m/n~o':{'/':2,'x~':3}}",
        "{'a':null} | {'a':false}",
      })
  void turnsOneDocumentIntoTheOther(String before, String after) throws Exception {
    JsonArray operations = JsonPatch.between(object(before), object(after));
    JsonNode applied =
        io.fabric8.zjsonpatch.JsonPatch.apply(
            JACKSON.readTree(JsonText.bytes(operations)), tree(before));
    assertEquals(tree(after), applied, operations::toString);
  }

  @Test
  void leavesAloneWhatIsEqual() throws Exception {
    assertEquals(
        JsonArray.EMPTY, JsonPatch.between(object("{'a':{'b':[1]}}"), object("{'a':{'b':[1]}}")));
  }

  private static JsonObject object(String text) throws Exception {
    return (JsonObject) JSON.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode tree(String text) throws Exception {
    return JACKSON.readTree(text.replace('\'', '"'));
  }
}
