// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.VllmMetrics;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/**
 * A sidecar in the namespace {@code inference} of a {@link FakeApiServer}, with the McpServerState
 * of its server, and pods that answer for their requests as the test says.
 */
final class SidecarOfAFake implements AutoCloseable, PodMetrics {
  static final String STATE =
      "/apis/mcppolicy.dev/v1alpha1/namespaces/inference/mcpserverstates/server";

  final FakeApiServer api;
  final ApiServer client;

  /** What a pod answers, by its address, port and path; what is not here does not answer. */
  private final Map<String, Supplier<VllmMetrics>> metrics = new ConcurrentHashMap<>();

  SidecarOfAFake(Path folder) throws IOException {
    api = new FakeApiServer(folder);
    api.put(STATE, JsonObject.EMPTY);
    client = new ApiServer(api.settings());
  }

  WorkloadsByKind workloads(InstantSource clock) {
    return workloads(new NoContainers(), clock);
  }

  WorkloadsByKind workloads(WorkloadControl engine, InstantSource clock) {
    return new WorkloadsByKind(
        client,
        new ServerState(client, "inference", "server"),
        new WorkloadEvents(client, "pod-1", clock),
        engine,
        this,
        "inference",
        clock);
  }

  /**
   * Lets a pod answer.
   *
   * @param url such as {@code 10.0.0.1:8000/metrics}
   */
  void answers(String url, Supplier<VllmMetrics> answer) {
    metrics.put(url, answer);
  }

  /** Lets a pod answer these in turn; the last one stays. */
  void answers(String url, List<VllmMetrics> answers) {
    var left = new ConcurrentLinkedDeque<>(answers);
    answers(url, () -> left.size() > 1 ? left.removeFirst() : left.getFirst());
  }

  @Override
  public VllmMetrics read(InetSocketAddress pod, String path, Duration timeout) {
    return metrics
        .getOrDefault(
            pod.getAddress().getHostAddress() + ":" + pod.getPort() + path,
            () -> new VllmMetrics.Unreadable("did not answer"))
        .get();
  }

  @Override
  public void close() {
    client.close();
    api.close();
  }
}
