// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.testkit.cluster.Artefacts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./mcp-policy} as people start it. */
final class LauncherIT {
  private static final Path REPOSITORY = Path.of(System.getProperty("repository"));
  private static final long CACHE_SECONDS_MAX = 120;

  @TempDir private Path folder;

  private Ran run(String program, String... arguments) throws Exception {
    var builder =
        new ProcessBuilder(Stream.concat(Stream.of(program), Stream.of(arguments)).toList());
    builder.environment().put("MCP_POLICY_CACHE", folder.resolve("cache").toString());
    return Ran.run(builder, new byte[0]);
  }

  private Optional<Path> cache() throws IOException {
    Path caches = folder.resolve("cache/aot");
    if (!Files.isDirectory(caches)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(caches)) {
      List<Path> found = files.toList();
      return found.size() == 1 && found.getFirst().toString().endsWith(".aot")
          ? Optional.of(found.getFirst()) // and no lock beside it
          : Optional.empty();
    }
  }

  @Test
  void makesACacheInTheBackgroundAndRunsWithoutItWhereItDoesNotFit() throws Exception {
    String mcpPolicy = REPOSITORY.resolve("mcp-policy").toString();
    String policy = REPOSITORY.resolve("examples/laptop/policy.json").toString();
    Ran first = run(mcpPolicy, "check", policy);
    assertEquals(0, first.exitCode(), first.err());
    assertEquals("", first.err());

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CACHE_SECONDS_MAX);
    while (cache().isEmpty()) {
      assertTrue(System.nanoTime() < deadline, "no cache was made");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    Path cache = cache().orElseThrow();
    assertTrue(Files.size(cache) > 1 << 20);
    assertEquals(first, run(mcpPolicy, "check", policy));

    Files.writeString(cache, "not a cache");
    assertEquals(first, run(mcpPolicy, "check", policy));
  }

  @Test
  void isAPluginOfKubectl() throws Exception {
    Path kubectl = Artefacts.toolsBin().resolve("kubectl");
    var builder = new ProcessBuilder(kubectl.toString(), "mcp-policy", "tools", "vllm_status");
    builder
        .environment()
        .merge("PATH", REPOSITORY.toString(), (path, more) -> more + File.pathSeparator + path);
    builder.environment().put("MCP_POLICY_AOT", "off");
    Ran ran = Ran.run(builder, new byte[0]);
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().startsWith("vllm_status  read, low risk\n"), ran.out());
  }
}
