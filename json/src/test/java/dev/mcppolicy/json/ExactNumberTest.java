// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However two numbers are written, they compare as the decimals that they are. */
final class ExactNumberTest {
  private static final List<String> EDGES =
      List.of(
          "0",
          "-0",
          "0.0",
          "-0.000",
          "1",
          "1.0",
          "1e0",
          "10e-1",
          "0.1",
          "0.10",
          "1e-1",
          "0.3",
          "0.30000000000000000001",
          "999999999999999999",
          "1000000000000000000",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "-9223372036854775809",
          "0.999999999999999999",
          "0.000000000000000001",
          "0.0000000000000000001",
          "123456789012345678.5",
          "12345678901234567.5",
          "1e18",
          "1E+3",
          "1e308",
          "1e-308",
          "-1.5e3");

  private static void compares(String a, String b) {
    var left = new JsonNumber(a);
    var right = new JsonNumber(b);
    int expected = left.decimal().compareTo(right.decimal());
    assertEquals(
        expected, Integer.signum(new ExactNumber(right).compareOther(left)), a + " with " + b);
    assertEquals(expected == 0, ExactNumber.equal(left, right), a + " with " + b);
  }

  @Test
  void comparesEveryEdgeWithEveryOther() {
    for (String a : EDGES) {
      for (String b : EDGES) {
        compares(a, b);
      }
    }
  }

  @Test
  void comparesDecimalsThatAreNearEachOther() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      String a = number(random);
      compares(a, number(random));
      compares(a, a + (a.indexOf('.') < 0 ? ".0" : "0"));
      compares(a, a + (a.indexOf('.') < 0 ? ".1" : "1"));
    }
  }

  private static String number(Random random) {
    String sign = random.nextInt(4) == 0 ? "-" : "";
    String whole = Long.toString(random.nextLong(random.nextBoolean() ? 3 : Long.MAX_VALUE));
    int places = random.nextInt(20);
    return places == 0
        ? sign + whole
        : sign + whole + "." + "0".repeat(random.nextInt(places)) + random.nextInt(1, 10);
  }
}
