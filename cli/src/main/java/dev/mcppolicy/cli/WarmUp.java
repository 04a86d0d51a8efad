// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.catalogue.PolicyTemplate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the quick commands once, so that a JVM that records an ahead-of-time cache sees the classes
 * that they load. Started by the launcher alone; writes nothing that stays.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514</a>
 */
final class WarmUp {
  private WarmUp() {}

  static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("mcp-policy");
    List<Path> files = new ArrayList<>();
    try {
      for (PolicyTemplate template : PolicyTemplate.values()) {
        Path file = folder.resolve(template.word() + ".yaml");
        files.add(Files.writeString(file, template.text()));
        run("", "init", "vllm:" + template.word());
        run("", "check", file.toString());
        run("", "check", "--format", "json", file.toString());
        run("", "test", file.toString());
        for (String call : List.of("{\"name\": \"stop_vllm\"}", "{\"name\": \"vllm_status\"}")) {
          run(call, "decide", "--policy", file.toString(), "--call", "-");
          run(call, "explain", "--policy", file.toString(), "--call", "-", "--json");
        }
        run("", "who-can", "vllm", "stop_vllm", "--policy", file.toString());
      }
      Path wrong = folder.resolve("wrong.json");
      files.add(Files.writeString(wrong, "{\"version\": 1, \"default\": \"x\", \"tools\": []}"));
      run("", "check", wrong.toString());
      run("", "tools", "--json");
      run("", "--help");
    } finally {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    }
  }

  private static void run(String in, String... arguments) {
    var nowhere = Terminal.writer(OutputStream.nullOutputStream());
    McpPolicy.run(
        new Terminal(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), nowhere, nowhere),
        InstantSource.system(),
        arguments);
  }
}
