// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Policies change while calls run every 20 ms. Goal: the time from `kubectl apply` returning to the
 * first call decided by the new policy; every call is decided by one policy as a whole (T146);
 * `kubectl wait --for=condition=Enforced` never returns early.
 *
 * <p>Method: change N denies two tools with the reason "change N", so every answer names the policy
 * that decided it, and its decision record the generation.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
final class PolicyChangeE2E {
  private static final Pattern CHANGE = Pattern.compile("change (\\d+)\\b");
  private static final int CHANGES =
      System.getProperty("numbers", "small").equals("full") ? 100 : 20;

  /** One answered call: which change decided it, by its text, and the generation in its record. */
  private record Observation(long startedNanos, long endedNanos, int change, long generation) {}

  private final Product product;

  PolicyChangeE2E(Product product) {
    this.product = product;
  }

  private static void apply(GuardedNamespace namespace, int change) {
    namespace.apply(
        """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpPolicy
        metadata: {name: changing}
        spec:
          servers: [{name: vllm}]
          version: "1"
          default: deny
          tools:
            vllm_status: {action: deny, reason: "change %d"}
            stop_vllm: {action: deny, reason: "change %d"}
        """
            .formatted(change, change));
  }

  @Test
  void changesArriveWholeAndWaitIsNeverEarly() throws Exception {
    try (GuardedNamespace namespace = GuardedNamespace.create(product, "policy-change")) {
      changesArriveWhole(namespace);
    }
  }

  private static void changesArriveWhole(GuardedNamespace namespace) throws Exception {
    namespace.apply(Manifests.server("vllm", "vllm"), Manifests.grant("agent", "vllm"));
    apply(namespace, 0);
    namespace.awaitEnforced("changing");
    URI url = namespace.publish("vllm", 30081);

    var observations = Collections.synchronizedList(new ArrayList<Observation>());
    var stop = new AtomicBoolean();
    var failure = new AtomicReference<Throwable>();
    var appliedNanos = new ConcurrentSkipListMap<Integer, Long>();
    try (McpClient caller = namespace.connect(url, "agent");
        McpClient afterWait = namespace.connect(url, "agent")) {
      Waiting.until(
          "the server's own tools are known",
          Duration.ofSeconds(60),
          () -> observe(caller, "vllm_status").change() == 0);
      Thread calls =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; !stop.get(); i++) {
                        observations.add(observe(caller, i % 2 == 0 ? "vllm_status" : "stop_vllm"));
                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                      }
                    } catch (Exception | AssertionError unexpected) {
                      failure.set(unexpected);
                    }
                  });
      for (int change = 1; change <= CHANGES && failure.get() == null; change++) {
        apply(namespace, change);
        appliedNanos.put(change, System.nanoTime());
        if (change % 2 == 0) {
          namespace.awaitEnforced("changing");
          assertEquals(
              change,
              observe(afterWait, "stop_vllm").change(),
              "kubectl wait returned before the policy was enforced");
        } else {
          int expected = change;
          Waiting.until(
              "change " + change + " decides",
              Duration.ofSeconds(10),
              () -> failure.get() != null || observations.getLast().change() == expected);
        }
      }
      stop.set(true);
      calls.join();
      assertNull(failure.get(), () -> "a call failed: " + failure.get());
    }
    assertEachIsOnePolicy(observations);
    report(observations, appliedNanos);
  }

  private static Observation observe(McpClient client, String tool) throws Exception {
    long startedNanos = System.nanoTime();
    ToolAnswer answer = client.call(tool);
    Matcher change = CHANGE.matcher(answer.text());
    assertTrue(
        answer.isError() && change.find(),
        () -> "a call was not decided by the changing policy: " + answer.result());
    long generation =
        answer
            .result()
            .object("_meta")
            .flatMap(meta -> meta.object("dev.mcppolicy/decision"))
            .flatMap(decision -> decision.get("generation"))
            .map(value -> Long.parseLong(dev.mcppolicy.json.JsonText.string(value)))
            .orElseThrow(() -> new AssertionError("no generation in " + answer.result()));
    return new Observation(
        startedNanos, System.nanoTime(), Integer.parseInt(change.group(1)), generation);
  }

  /** One generation has one reason, and no caller goes back to an older policy. */
  private static void assertEachIsOnePolicy(List<Observation> observations) {
    long offset = observations.getFirst().generation() - observations.getFirst().change();
    int newest = 0;
    for (Observation each : observations) {
      assertEquals(
          offset,
          each.generation() - each.change(),
          () -> "text and record name different policies: " + each);
      assertTrue(
          each.change() >= newest,
          "a call was decided by change " + each.change() + " after one decided by " + newest);
      newest = each.change();
    }
  }

  private static void report(
      List<Observation> observations, ConcurrentSkipListMap<Integer, Long> appliedNanos) {
    var delaysMillis =
        new ArrayList<>(
            appliedNanos.entrySet().stream()
                .map(
                    applied ->
                        observations.stream()
                            .filter(each -> each.change() >= applied.getKey())
                            .mapToLong(
                                each ->
                                    Math.max(0, each.endedNanos() - applied.getValue()) / 1_000_000)
                            .findFirst()
                            .orElseThrow())
                .sorted()
                .toList());
    long p50 = delaysMillis.get(delaysMillis.size() / 2);
    long p99 = delaysMillis.get((int) Math.ceil(delaysMillis.size() * 0.99) - 1);
    System.out.printf(
        "%d policy changes, %d calls: kubectl apply returned -> first call decided by the new policy: p50 %d ms, p99 %d ms, worst %d ms%n",
        delaysMillis.size(), observations.size(), p50, p99, delaysMillis.getLast());
    assertTrue(p99 < 1000, "p99 is " + p99 + " ms");
  }
}
