// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Cause;
import dev.mcppolicy.proxy.workload.LogLimits;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WorkloadLogs;
import dev.mcppolicy.proxy.workload.WorkloadLook;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.testkit.cluster.Artefacts;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import dev.mcppolicy.testkit.cluster.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The life of workloads on a real API server with real pods, which take two seconds to end; with
 * the rights of a sidecar and no more (T122, T124).
 */
@ExtendWith(SharedCluster.class)
final class ScaledWorkloadsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(50);
  private static final StopOptions AT_ONCE = new StopOptions(Duration.ZERO, Removal.UNSAID);
  private static final StopOptions PATIENT =
      new StopOptions(Duration.ofSeconds(45), Removal.UNSAID);
  private static final Workload DEPLOYMENT = workload("Deployment", "vllm");
  private static final Workload STATEFUL_SET = workload("StatefulSet", "set");

  private final KubernetesClient client;
  private final TestNamespace place;
  private final String namespace;
  private final Path kubeconfig;
  private SidecarOfANamespace sidecar;
  private WorkloadsByKind workloads;

  ScaledWorkloadsIT(TestCluster cluster) {
    this.client = cluster.client();
    this.kubeconfig = cluster.kubeconfig();
    this.place = new TestNamespace(cluster, "workloads");
    this.namespace = place.name();
  }

  private static Workload workload(String kind, String name) {
    return new Workload(name, true, new Workload.Target("apps/v1", kind, name), Optional.empty());
  }

  @BeforeEach
  void connect() throws IOException {
    sidecar =
        new SidecarOfANamespace(
            place,
            "{apiGroups: [apps], resources: [deployments], resourceNames: [vllm], verbs: [get]}",
            "{apiGroups: [apps], resources: [deployments/scale], resourceNames: [vllm], verbs: [get, patch]}",
            "{apiGroups: [apps], resources: [statefulsets], resourceNames: [set], verbs: [get]}",
            "{apiGroups: [apps], resources: [statefulsets/scale], resourceNames: [set], verbs: [get, patch]}",
            "{apiGroups: [events.k8s.io], resources: [events], verbs: [create]}");
    workloads = sidecar.workloads();
  }

  @AfterEach
  void disconnect() {
    sidecar.close();
  }

  private void mayReadLogs() {
    sidecar.may("{apiGroups: [''], resources: [pods], verbs: [list]}");
    sidecar.may("{apiGroups: [''], resources: [pods/log], verbs: [get]}");
  }

  /** Pods that say something and take two seconds to end. */
  private void running(Workload workload, int replicas) {
    place.apply(
        """
        apiVersion: apps/v1
        kind: %1$s
        metadata: {name: %2$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata: {labels: {app: %2$s}}
            spec:
              terminationGracePeriodSeconds: 2
              containers:
              - name: model
                image: docker.io/local/pause:1
                imagePullPolicy: IfNotPresent
                command: [/bin/busybox, sh, -c, "echo loading; echo ready; trap : TERM; while true; do sleep 1; done"]
        """
            .formatted(workload.target().kind(), workload.target().name(), replicas));
    awaitReady(workload, replicas);
  }

  private void awaitReady(Workload workload, int replicas) {
    place.await(
        "they are ready",
        () ->
            workloads.look(workload, TIMEOUT) instanceof WorkloadLook.Seen seen
                && seen.replicas().ready().equals(OptionalInt.of(replicas)));
  }

  private Set<String> pods(Workload workload) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app", workload.name())
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(Pod::getMetadata)
        .map(meta -> meta.getUid())
        .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
  }

  private static Changed changed(WorkloadOutcome outcome) {
    return assertInstanceOf(Changed.class, outcome);
  }

  @Test
  void stopWaitsForTheEndAndAStartComesBack() {
    mayReadLogs();
    running(DEPLOYMENT, 2);
    Changed stopped = changed(workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), PATIENT, TIMEOUT));
    assertTrue(stopped.now().isGone(), stopped.toString());
    assertEquals(OptionalInt.of(0), stopped.now().ending());
    assertEquals(0, pods(DEPLOYMENT).size());
    AlreadyThere again =
        assertInstanceOf(
            AlreadyThere.class, workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), PATIENT, TIMEOUT));
    assertEquals(OptionalInt.of(2), again.keptReplicas());
    assertEquals(2, changed(workloads.start(DEPLOYMENT, TIMEOUT)).now().requested());
    awaitReady(DEPLOYMENT, 2);
  }

  @Test
  void stopWhilePodsOfTheLastOneEndSaysHowMany() {
    mayReadLogs();
    running(DEPLOYMENT, 2);
    changed(workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), AT_ONCE, TIMEOUT));
    AlreadyThere again =
        assertInstanceOf(
            AlreadyThere.class, workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), PATIENT, TIMEOUT));
    assertTrue(again.now().isGone(), again.toString());
  }

  @Test
  void startWithinASecondOfAStopWinsAndTheStopSaysSo() throws Exception {
    mayReadLogs();
    running(DEPLOYMENT, 2);
    var stopping =
        CompletableFuture.supplyAsync(
            () -> workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), PATIENT, TIMEOUT));
    place.await(
        "it is scaled down",
        () ->
            workloads.look(DEPLOYMENT, TIMEOUT) instanceof WorkloadLook.Seen seen
                && seen.replicas().requested() == 0);
    assertEquals(2, changed(workloads.start(DEPLOYMENT, TIMEOUT)).now().requested());
    assertEquals(2, changed(stopping.get()).now().requested());
    awaitReady(DEPLOYMENT, 2);
  }

  @Test
  void ofTwoStopsAtOnceOneScales() throws Exception {
    running(DEPLOYMENT, 2);
    var first =
        CompletableFuture.supplyAsync(
            () -> workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), AT_ONCE, TIMEOUT));
    WorkloadOutcome second = workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), AT_ONCE, TIMEOUT);
    long scaled = List.of(first.get(), second).stream().filter(Changed.class::isInstance).count();
    assertEquals(1, scaled, first.get() + " " + second);
    assertEquals(2, changed(workloads.start(DEPLOYMENT, TIMEOUT)).now().requested());
  }

  @Test
  void stopDuringARolloutEndsItAndAStartBringsTheNewVersion() {
    running(DEPLOYMENT, 2);
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("vllm")
        .edit(
            deployment -> {
              deployment.getSpec().getTemplate().getMetadata().getLabels().put("version", "2");
              return deployment;
            });
    changed(workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), PATIENT, TIMEOUT));
    place.await("they are gone", () -> pods(DEPLOYMENT).isEmpty());
    changed(workloads.start(DEPLOYMENT, TIMEOUT));
    awaitReady(DEPLOYMENT, 2);
    assertEquals( // one that the rollout had begun with may still be ending
        2,
        client.pods().inNamespace(namespace).withLabel("version", "2").list().getItems().stream()
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .count());
  }

  @Test
  void restartBringsOtherPods() {
    running(DEPLOYMENT, 2);
    Set<String> before = pods(DEPLOYMENT);
    Changed restarted = changed(workloads.restart(DEPLOYMENT, List.of(DEPLOYMENT), TIMEOUT));
    assertEquals(2, restarted.now().requested());
    awaitReady(DEPLOYMENT, 2);
    Set<String> after = pods(DEPLOYMENT);
    assertEquals(2, after.size());
    after.retainAll(before);
    assertEquals(0, after.size(), "none of the old ones");
  }

  @Test
  void restartFinishesOneThatWasCutShort() {
    running(DEPLOYMENT, 2);
    changed(
        workloads.stop(
            DEPLOYMENT, List.of(DEPLOYMENT), AT_ONCE, TIMEOUT)); // as far as a killed sidecar came
    assertEquals(
        2, changed(workloads.restart(DEPLOYMENT, List.of(DEPLOYMENT), TIMEOUT)).now().requested());
  }

  @Test
  void aStatefulSetStopsStartsAndRestarts() {
    mayReadLogs();
    running(STATEFUL_SET, 2);
    Set<String> before = pods(STATEFUL_SET);
    changed(workloads.restart(STATEFUL_SET, List.of(STATEFUL_SET), TIMEOUT));
    place.await(
        "all are other pods",
        () -> {
          Set<String> now = pods(STATEFUL_SET);
          boolean allThere = now.size() == 2;
          now.retainAll(before);
          return allThere && now.isEmpty();
        });
    awaitReady(STATEFUL_SET, 2);
    assertTrue(isUndone(STATEFUL_SET), "the stop in it");
    Changed stopped =
        changed(workloads.stop(STATEFUL_SET, List.of(STATEFUL_SET), PATIENT, TIMEOUT));
    assertTrue(stopped.now().isGone(), stopped.toString());
    assertFalse(isUndone(STATEFUL_SET));
    assertEquals(2, changed(workloads.start(STATEFUL_SET, TIMEOUT)).now().requested());
    assertTrue(isUndone(STATEFUL_SET));
  }

  private boolean isUndone(Workload workload) {
    Object undoneAt =
        client
            .genericKubernetesResources("mcppolicy.dev/v1alpha1", "McpServerState")
            .inNamespace(namespace)
            .withName("server")
            .require()
            .get("spec", "workloads", workload.name(), "undoneAt");
    return undoneAt != null;
  }

  @Test
  void readsLogsOnlyWithTheCapability() {
    running(DEPLOYMENT, 1);
    WorkloadLogs refused = workloads.logs(DEPLOYMENT, new LogLimits(5, 1000), TIMEOUT);
    assertTrue(
        assertInstanceOf(WorkloadLogs.Refused.class, refused).why().contains("[Logs]"),
        refused.toString());
    assertTrue(workloads.platform(TIMEOUT).text().contains("cannot be read"));
    mayReadLogs();
    place.await(
        "it may read logs",
        () ->
            workloads.logs(DEPLOYMENT, new LogLimits(1, 1000), TIMEOUT)
                instanceof WorkloadLogs.Read);
    WorkloadLogs read = workloads.logs(DEPLOYMENT, new LogLimits(1, 1000), TIMEOUT);
    assertEquals(
        "ready\n", assertInstanceOf(WorkloadLogs.Read.class, read).sources().getFirst().text());
    assertTrue(workloads.platform(TIMEOUT).text().contains("can be read"));
  }

  @Test
  void aStopIsAnEventThatDescribeShows_T122() throws Exception {
    running(DEPLOYMENT, 1);
    var act =
        new ActRecord(
            new Cause(
                "d-7", "stop_vllm", "ops-agent", "/tools/stop_vllm", Optional.of("inference/ops")));
    changed(act.of(() -> workloads.stop(DEPLOYMENT, List.of(DEPLOYMENT), AT_ONCE, TIMEOUT)));
    String note =
        "scaled 1 -> 0 by stop_vllm for grant ops-agent, rule /tools/stop_vllm of policy"
            + " inference/ops, decision d-7";
    place.await("it is described", () -> describe("deployment", "vllm").contains(note));
    String line =
        describe("deployment", "vllm").lines().filter(l -> l.contains(note)).findFirst().get();
    assertTrue(line.matches(" *Normal +ScaledDown +\\S+ +mcppolicy\\.dev/sidecar.*"), line);
    WorkloadChange change = act.changes().getFirst();
    var after = client.apps().deployments().inNamespace(namespace).withName("vllm").require();
    assertEquals(after.getMetadata().getUid(), change.uid());
  }

  private String describe(String kind, String name) {
    try {
      Process kubectl =
          new ProcessBuilder(
                  Artefacts.toolsBin().resolve("kubectl").toString(),
                  "--kubeconfig",
                  kubeconfig.toString(),
                  "--namespace",
                  namespace,
                  "describe",
                  kind,
                  name)
              .redirectErrorStream(true)
              .start();
      return new String(
          kubectl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aWorkloadOfSomebodyElseCannotBeTouched_T122() {
    running(DEPLOYMENT, 1);
    Failed failed =
        assertInstanceOf(
            Failed.class,
            workloads.stop(workload("Deployment", "other"), List.of(), AT_ONCE, TIMEOUT));
    assertTrue(failed.why().contains("forbidden"), failed.why());
  }
}
