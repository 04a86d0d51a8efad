// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * A running Docker container: commands and files in it. Every wait is at most {@link
 * #WAIT_SECONDS}.
 */
record NodeContainer(DockerClient docker, String id) {
  private static final int WAIT_SECONDS = 120;
  private static final int TAR_BLOCK_BYTES = 512;

  /** Runs a command and returns its standard output; a failure carries its standard error. */
  String run(String... command) throws IOException {
    var exec =
        docker
            .execCreateCmd(id)
            .withCmd(command)
            .withAttachStdout(true)
            .withAttachStderr(true)
            .exec();
    var output = new Output();
    await(docker.execStartCmd(exec.getId()).exec(output), String.join(" ", command));
    var exitCode = docker.inspectExecCmd(exec.getId()).exec().getExitCodeLong();
    if (exitCode == null || exitCode != 0) {
      throw new IOException(
          "`"
              + String.join(" ", command)
              + "` in the node ended with "
              + exitCode
              + ": "
              + output.text(StreamType.STDERR).strip());
    }
    return output.text(StreamType.STDOUT);
  }

  /** Copies a file into the container's {@code /tmp} and returns its path there. */
  String copyIn(Path file) throws IOException {
    var name = file.getFileName().toString();
    var entry = new TarArchiveEntry(name);
    entry.setSize(Files.size(file));
    var header = new byte[TAR_BLOCK_BYTES];
    entry.writeEntryHeader(header);
    var end = new byte[(int) (-entry.getSize() & (TAR_BLOCK_BYTES - 1)) + 2 * TAR_BLOCK_BYTES];
    // docker-java's own way to copy a file compresses it first, which takes longer than all the
    // rest.
    try (var content = Files.newInputStream(file);
        var tar =
            new SequenceInputStream(
                Collections.enumeration(
                    List.of(
                        new ByteArrayInputStream(header),
                        content,
                        new ByteArrayInputStream(end))))) {
      docker.copyArchiveToContainerCmd(id).withTarInputStream(tar).withRemotePath("/tmp").exec();
    }
    return "/tmp/" + name;
  }

  /** Container port to port on this machine. */
  Map<Integer, Integer> hostPorts() {
    var ports = new HashMap<Integer, Integer>();
    docker
        .inspectContainerCmd(id)
        .exec()
        .getNetworkSettings()
        .getPorts()
        .getBindings()
        .forEach(
            (port, bindings) -> {
              if (bindings != null && bindings.length > 0) {
                ports.put(port.getPort(), Integer.parseInt(bindings[0].getHostPortSpec()));
              }
            });
    return ports;
  }

  String log() throws IOException {
    var output = new Output();
    await(docker.logContainerCmd(id).withStdOut(true).withStdErr(true).exec(output), "docker logs");
    return output.text(StreamType.STDOUT) + output.text(StreamType.STDERR);
  }

  void remove() {
    docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
  }

  private static void await(Output output, String what) throws IOException {
    try {
      if (!output.awaitCompletion(WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(
            "`" + what + "` in the node did not end within " + WAIT_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during `" + what + "`", e);
    }
  }

  private static final class Output extends ResultCallback.Adapter<Frame> {
    private final Map<StreamType, ByteArrayOutputStream> streams = new HashMap<>();

    @Override
    public synchronized void onNext(Frame frame) {
      streams
          .computeIfAbsent(frame.getStreamType(), type -> new ByteArrayOutputStream())
          .writeBytes(frame.getPayload());
    }

    synchronized String text(StreamType type) {
      var stream = streams.get(type);
      return stream == null ? "" : stream.toString(StandardCharsets.UTF_8);
    }
  }
}
