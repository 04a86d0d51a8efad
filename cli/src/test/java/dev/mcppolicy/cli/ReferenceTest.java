// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/reference/cli.md} names every command with every option. */
final class ReferenceTest {
  private static final Path REFERENCE = Path.of("../docs/reference/cli.md");
  private static final Pattern OPTION = Pattern.compile("(?m)^ +(?:-., )?(--[a-z-]+)");
  private static final Set<String> COMMON = Set.of("--help", "--version");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tools", "init", "scan", "check", "test", "decide", "explain", "who-can", "restore"
      })
  void namesEveryOption(String command) throws Exception {
    String reference = Files.readString(REFERENCE);
    var missing = new TreeSet<String>();
    Matcher option = OPTION.matcher(InProcess.run(command, "--help").out());
    while (option.find()) {
      if (!COMMON.contains(option.group(1)) && !reference.contains(option.group(1))) {
        missing.add(option.group(1));
      }
    }
    assertTrue(reference.contains("`" + command + "`"), command);
    assertTrue(missing.isEmpty(), () -> command + ": " + missing);
  }
}
