// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and names that people did not mean, or that somebody else chose. */
final class HostileFilesTest {
  private static final String POLICY = "version: \"1\"\ndefault: deny\n";
  private static final String MANIFEST =
      """
      apiVersion: mcppolicy.dev/v1alpha1
      kind: McpPolicy
      metadata: {name: p}
      spec: {servers: [{name: vllm}], version: "1", default: deny}
      """;

  @TempDir private Path folder;

  private static Ran check(String text) {
    return InProcess.run(text, List.of("check", "-"));
  }

  @Test
  void readsAPolicyBehindALongComment() {
    Ran ran = check("# a line of a licence\n".repeat(5_000) + " \n".repeat(5_000) + POLICY);
    assertEquals(0, ran.exitCode(), ran::toString);
    assertTrue(ran.out().contains("valid"), ran.out());
  }

  @Test
  void endsSoonWithAFileOfManyDocuments() {
    String many = "---\na: 1\n".repeat(400_000);
    Ran ran = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> check(many));
    assertEquals(2, ran.exitCode());
    assertTrue(ran.out().contains("more than 500 documents; split it"), ran.out());
  }

  @Test
  void namesTheLineInALaterDocument() {
    Ran ran = check(MANIFEST + "---\n# a\n---\n\n" + MANIFEST.replace("deny", "dney"));
    assertEquals(2, ran.exitCode());
    assertTrue(ran.out().contains("standard input:12: error: spec.default: "), ran.out());
  }

  /** The API server keeps doubles, so another number than the one that was checked would hold. */
  @ParameterizedTest
  @CsvSource({
    "0.10000000000000000001, 0.1",
    "36893488147419103233, 3.6893488147419103E19",
    "9223372036854775809, 9.223372036854776E18",
  })
  void refusesANumberThatTheApiServerWouldChange(String number, String kept) {
    String rule = "{require: [{path: args.a, op: lt, value: " + number + "}]}";
    Ran ran = check(MANIFEST.replace("default: deny", "default: deny, tools: {t: " + rule + "}"));
    assertEquals(2, ran.exitCode(), ran::toString);
    assertTrue(
        ran.out()
            .contains(
                "standard input:4: error: spec.tools.t.require[0].value: `"
                    + number
                    + "` is `"
                    + kept
                    + "` once the API server has read it"),
        ran.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "1e3", "1.50", "9223372036854775807", "9007199254740993", "-0"})
  void takesANumberThatTheApiServerKeeps(String number) {
    String rule = "{require: [{path: args.a, op: lt, value: " + number + "}]}";
    Ran ran = check(MANIFEST.replace("default: deny", "default: deny, tools: {t: " + rule + "}"));
    assertEquals(0, ran.exitCode(), ran::toString);
  }

  /** There it is compared as it stands. */
  @Test
  void takesAnyNumberInAFileOfItsOwn() {
    Ran ran =
        check(
            POLICY
                + "tools: {t: {require: [{path: args.a, op: lt, value: 0.10000000000000000001}]}}");
    assertEquals(0, ran.exitCode(), ran::toString);
  }

  /** It would not be there in the cluster either, where nobody looks for it. */
  @ParameterizedTest
  @ValueSource(strings = {"McpPolciy", "McpPolicies", "mcppolicy"})
  void isNoPolicyByAKindThatDoesNotExist(String kind) {
    Ran ran = check(MANIFEST + "---\n" + MANIFEST.replace("kind: McpPolicy", "kind: " + kind));
    assertEquals(2, ran.exitCode(), ran::toString);
    assertTrue(
        ran.out()
            .contains(
                "standard input:7: error: kind: `"
                    + kind
                    + "` is not a kind of mcppolicy.dev; use McpPolicy, McpServer, McpGrant"),
        ran.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mcppolicy.dev/v1", "mcpolicy.dev/v1alpha1", "v1"})
  void isNoPolicyByAVersionThatDoesNotExist(String version) {
    Ran ran =
        check(
            MANIFEST
                + "---\n"
                + MANIFEST.replace("apiVersion: mcppolicy.dev/v1alpha1", "apiVersion: " + version));
    assertEquals(2, ran.exitCode(), ran::toString);
    assertTrue(
        ran.out()
            .contains(
                "standard input:6: error: apiVersion: `"
                    + version
                    + "` is not the version of an McpPolicy; use `mcppolicy.dev/v1alpha1`"),
        ran.out());
  }

  @Test
  void leavesManifestsOfOthersAlone() {
    Ran ran =
        check(
            MANIFEST
                + "---\napiVersion: mcppolicy.dev/v1alpha1\nkind: McpServer\nspec: &a {}\n"
                + "---\napiVersion: v1\nkind: Pod\nspec: &b {}\n");
    assertEquals(0, ran.exitCode(), ran::toString);
  }

  /** A line of the output is a line of ours, in terminals and in workflows. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "github", "sarif", "json"})
  void printsNoControlCharacterOfAFileName(String format) throws IOException {
    Path file = folder.resolve("a\n::error::b\u001b[2J.yaml");
    Files.writeString(file, POLICY.replace("deny", "no"));
    Ran ran = InProcess.run("check", "--format", format, file.toString());
    assertEquals(2, ran.exitCode());
    assertFalse(ran.out().contains("\u001b"), ran.out());
    assertFalse(ran.out().lines().anyMatch(line -> line.startsWith("::error::b")), ran.out());
  }

  @Test
  void writesFileNamesAsUrisInSarif() throws IOException {
    Path file = folder.resolve("a#b?c d:e[\u00e9]%.yaml");
    Files.writeString(file, "version: 1");
    Ran ran = InProcess.run("check", "--format", "sarif", file.toString());
    assertTrue(ran.out().contains("/a%23b%3Fc%20d%3Ae%5B%C3%A9%5D%25.yaml\""), ran.out());
  }

  @Test
  void saysThatAReportCannotBeWritten() throws IOException {
    Path policy = Files.writeString(folder.resolve("p.yaml"), POLICY);
    String report = folder.resolve("none/x.xml").toString();
    Ran ran = InProcess.run("test", policy.toString(), "--junit", report);
    assertEquals(2, ran.exitCode());
    assertEquals("mcp-policy: " + report + ": there is no such file or folder\n", ran.err());
  }

  /** So far away that no calendar has it; an error inside would be called a denial. */
  @ParameterizedTest
  @ValueSource(strings = {"+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "9999-01-01"})
  void takesNoTimeThatIsTooFarAway(String time) throws IOException {
    Path policy = Files.writeString(folder.resolve("p.yaml"), POLICY);
    Ran ran =
        InProcess.run(
            "{\"name\": \"stop_vllm\"}",
            List.of("decide", "--policy", policy.toString(), "--call", "-", "--at=" + time));
    assertEquals(2, ran.exitCode(), ran::toString);
    assertTrue(ran.err().contains("is not a time"), ran.err());
  }

  /** As kubectl prints all policies of a cluster: together longer than one may be. */
  @Test
  void readsAListThatIsLongerThanOnePolicyMayBe() {
    var list = new StringBuilder("apiVersion: v1\nkind: List\nitems:\n");
    for (int i = 0; i < 100; i++) {
      list.append("- apiVersion: mcppolicy.dev/v1alpha1\n  kind: McpPolicy\n  metadata: {name: p");
      list.append(i).append(", annotations: {note: ").append("x".repeat(4_000)).append("}}\n");
      list.append("  spec: {servers: [{name: vllm}], version: \"1\", default: deny}\n");
    }
    Ran ran = check(list.toString());
    assertEquals(0, ran.exitCode(), ran::toString);
    assertTrue(ran.out().contains("p99: valid"), ran.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"decide --call -", "who-can vllm stop_vllm"})
  void tellsFilesOfTheSameNameApart(String command) throws IOException {
    var arguments = new ArrayList<>(List.of(command.split(" ")));
    for (String name : List.of("a", "b")) {
      Path file = Files.createDirectory(folder.resolve(name)).resolve("policy.yaml");
      arguments.addAll(List.of("--policy", Files.writeString(file, POLICY).toString()));
    }
    Ran ran = InProcess.run("{\"name\": \"stop_vllm\"}", arguments);
    assertEquals("", ran.err());
    assertTrue(ran.out().contains("is not among the tools that this grant may call"), ran.out());
  }
}
