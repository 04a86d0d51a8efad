// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.proxy.docker.socket.SocketTransport;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The engine of this machine, through its socket (T125). */
@SuppressWarnings("DesignForExtension") // the same cases on another engine
class DockerWorkloadsIT extends EngineCases {
  Path socket() {
    return Path.of("/var/run/docker.sock");
  }

  @Override
  protected EngineTransport transport() {
    return new SocketTransport(socket());
  }

  @Test
  void saysThatThereIsNoEngine() {
    try (var nowhere =
        new DockerWorkloads(
            new DockerSettings(engine(), Map.of(), false, ""),
            new SocketTransport(Path.of("/nowhere.sock")))) {
      Failed failed =
          assertInstanceOf(Failed.class, nowhere.stop(vllm, List.of(vllm), STOP, TIMEOUT));
      assertTrue(
          failed.why().startsWith(engine() + " cannot be reached at /nowhere.sock: "),
          failed.why());
      assertTrue(failed.why().endsWith("; nothing was changed"), failed.why());
    }
  }

  @Test
  void tellsTheTruthInBoundedTimeWhenTheEngineIsGoneInTheMiddle() throws Exception {
    String id = docker.run(vllm.name());
    try (var between = new SocketBetween(socket(), "/stop");
        var through =
            new DockerWorkloads(
                new DockerSettings(engine(), Map.of(), false, ""),
                new SocketTransport(between.socket()))) {
      assertNow(1, through.look(vllm, TIMEOUT));
      long begun = System.nanoTime();
      WorkloadOutcome outcome = through.stop(vllm, List.of(vllm), STOP, Duration.ofSeconds(3));
      assertTrue(System.nanoTime() - begun < Duration.ofSeconds(6).toNanos());
      Failed failed = assertInstanceOf(Failed.class, outcome);
      assertTrue(
          failed
              .why()
              .startsWith(engine() + " did not answer, so whether it was stopped is not known"),
          failed.why());
    }
    assertEquals("running", docker.status(id), "the request never arrived");
  }
}
