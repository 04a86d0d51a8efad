// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A controller of somebody else that keeps the replicas of a Deployment, under a field manager of
 * its own, until it is closed. A thread of this process: to the API server that is no difference.
 */
final class ReplicaKeeper implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final GuardedNamespace namespace;
  private final String deployment;
  private final String fieldManager;
  private final Supplier<OptionalInt> wanted;
  private final Duration tolerance;
  private final AtomicLong looks = new AtomicLong();
  private final Thread thread;
  private volatile boolean isClosed;

  private ReplicaKeeper(
      GuardedNamespace namespace,
      String deployment,
      String fieldManager,
      Supplier<OptionalInt> wanted,
      Duration tolerance) {
    this.namespace = namespace;
    this.deployment = deployment;
    this.fieldManager = fieldManager;
    this.wanted = wanted;
    this.tolerance = tolerance;
    this.thread = Thread.ofVirtual().name("replica-keeper").start(this::run);
  }

  /**
   * Looks every second.
   *
   * @param wanted asked at each look; empty for whatever there is
   * @param tolerance how long it lets another number stand
   */
  static ReplicaKeeper start(
      GuardedNamespace namespace,
      String deployment,
      String fieldManager,
      Supplier<OptionalInt> wanted,
      Duration tolerance) {
    return new ReplicaKeeper(namespace, deployment, fieldManager, wanted, tolerance);
  }

  /** How often it has looked and found or made what it wants. */
  long looks() {
    return looks.get();
  }

  private void run() {
    long agreedNanos = System.nanoTime();
    try {
      while (!isClosed) {
        try {
          OptionalInt replicas = wanted.get();
          if (replicas.isEmpty() || namespace.specReplicas(deployment) == replicas.getAsInt()) {
            agreedNanos = System.nanoTime();
          } else if (System.nanoTime() - agreedNanos >= tolerance.toNanos()) {
            set(replicas.getAsInt());
          }
          looks.incrementAndGet();
        } catch (KubernetesClientException later) {
          // as any controller it tries again
        }
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void set(int replicas) {
    namespace
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace.name())
        .withName(deployment)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(fieldManager)
                .build(),
            "{\"spec\":{\"replicas\":%d}}".formatted(replicas));
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
