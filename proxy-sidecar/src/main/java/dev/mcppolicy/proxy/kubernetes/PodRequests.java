// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.VllmMetrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The requests that a workload's pods have, each pod asked by its own address, a few at the same
 * time over all workloads, because each may answer with a long text. A pod that is told to end, or
 * has no address, is not asked; one that is not ready and does not answer gets no requests either.
 */
final class PodRequests {
  private static final Duration POD_TIMEOUT = Duration.ofSeconds(3);

  /** Pods that are asked at the same time. */
  static final int ASKED_MAX = 16;

  private final Semaphore places = new Semaphore(ASKED_MAX, true);
  private final WorkloadPods pods;
  private final PodMetrics metrics;

  PodRequests(WorkloadPods pods, PodMetrics metrics) {
    this.pods = pods;
    this.metrics = metrics;
  }

  /** What could be seen. */
  sealed interface Seen {

    /**
     * @param pods that were asked
     */
    record Counted(int running, int waiting, int pods) implements Seen {
      int all() {
        return running + waiting;
      }
    }

    /**
     * @param why a clause that names the pod, or says why there are none to ask
     */
    record NotKnown(String why) implements Seen {}

    /** This sidecar may not list pods. */
    record Forbidden() implements Seen {}
  }

  /** Whether it is worth asking: a refusal of the API server is remembered for a while. */
  boolean mayBeSeen() {
    return pods.mayBeSeen();
  }

  /** Looks once. */
  Seen look(WorkloadPods.Listed listed, int port, String path, Deadline deadline) {
    return switch (listed) {
      case WorkloadPods.Listed.Forbidden _ -> new Seen.Forbidden();
      case WorkloadPods.Listed.Failed _ -> new Seen.NotKnown("its pods could not be listed");
      case WorkloadPods.Listed.Unselected _ ->
          new Seen.NotKnown("its scale names no selector, so its pods cannot be found");
      case WorkloadPods.Listed.Pods(List<JsonObject> all) -> ask(all, port, path, deadline);
    };
  }

  private record Asked(JsonObject pod, Future<VllmMetrics> metrics) {}

  /** Asks these pods. */
  Seen ask(List<JsonObject> all, int port, String path, Deadline deadline) {
    var asked = new ArrayList<Asked>();
    long running = 0;
    long waiting = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (JsonObject pod : all) { // as many as one list holds
        Optional<InetAddress> address = address(pod);
        if (WorkloadPods.isEnding(pod) || (address.isEmpty() && !WorkloadPods.isReady(pod))) {
          continue;
        }
        if (address.isEmpty()) {
          return notKnown(pod, "is ready and has no address that could be asked");
        }
        Callable<VllmMetrics> ask =
            () -> inPlace(new InetSocketAddress(address.get(), port), path, deadline);
        asked.add(new Asked(pod, threads.submit(ask)));
      }
      for (Asked each : asked) {
        switch (each.metrics().get()) {
          case VllmMetrics.Counted(int itsRunning, int itsWaiting) -> {
            running += itsRunning;
            waiting += itsWaiting;
          }
          case VllmMetrics.Unreadable(String why) when WorkloadPods.isReady(each.pod()) -> {
            return notKnown(each.pod(), "%s (port %d, %s)".formatted(why, port, path));
          }
          case VllmMetrics.Unreadable _ -> {}
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("asking a pod broke", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Seen.NotKnown("looking was interrupted");
    }
    return running + waiting > VllmMetrics.REQUESTS_MAX
        ? new Seen.NotKnown("its pods say that more requests run than can be")
        : new Seen.Counted((int) running, (int) waiting, asked.size());
  }

  private VllmMetrics inPlace(InetSocketAddress pod, String path, Deadline deadline)
      throws InterruptedException {
    if (!places.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
      return new VllmMetrics.Unreadable("could not be asked in time: too many pods are");
    }
    try {
      return metrics.read(pod, path, deadline.within(POD_TIMEOUT).left());
    } finally {
      places.release();
    }
  }

  private static Seen notKnown(JsonObject pod, String why) {
    return new Seen.NotKnown("pod `" + WorkloadPods.name(pod) + "` " + why);
  }

  /** An address that a pod can have: never one of this machine or of a machine's own services. */
  private static Optional<InetAddress> address(JsonObject pod) {
    Optional<String> ip = pod.object("status").flatMap(status -> status.string("podIP"));
    if (ip.isEmpty()) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.ofLiteral(ip.get());
      boolean isPods =
          !address.isAnyLocalAddress()
              && !address.isLoopbackAddress()
              && !address.isLinkLocalAddress()
              && !address.isMulticastAddress();
      return isPods ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
