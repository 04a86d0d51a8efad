// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import dev.mcppolicy.testkit.cluster.Artefacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** An engine of this machine by its own command, beside what is under test. */
public final class Docker implements AutoCloseable {
  private final List<String> program;
  private final String image;
  private final List<String> made = new ArrayList<>();
  private final String mark = Long.toHexString(ThreadLocalRandom.current().nextLong());

  public Docker() throws IOException {
    this(List.of("docker"), "local/vllm-standin:1");
    Artefacts.vllmStandinImage();
  }

  /**
   * @param program with options, such as where its engine is
   * @param image of the stand-in, which the engine has
   */
  public Docker(List<String> program, String image) {
    this.program = program;
    this.image = image;
  }

  /** A name that no other run has. */
  public String name(String name) {
    return "mcp-policy-it-" + mark + "-" + name;
  }

  /** Runs the stand-in under that name. Returns its id. */
  public String run(String name, String... options) throws IOException {
    var command = new ArrayList<>(List.of("run", "--detach", "--network=none", "--name", name));
    command.addAll(List.of(options));
    command.add(image);
    made.add(name);
    return docker(command.toArray(String[]::new)).strip();
  }

  public String status(String nameOrId) throws IOException {
    return docker("inspect", "--format", "{{.State.Status}}", nameOrId).strip();
  }

  public String startedAt(String nameOrId) throws IOException {
    return docker("inspect", "--format", "{{.State.StartedAt}}", nameOrId).strip();
  }

  public boolean exists(String name) throws IOException {
    return !docker("ps", "--all", "--quiet", "--filter", "name=^/?" + name + "$").isBlank();
  }

  public String docker(String... arguments) throws IOException {
    var command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    for (String name : made) {
      if (exists(name)) {
        docker("rm", "--force", name);
      }
    }
  }
}
