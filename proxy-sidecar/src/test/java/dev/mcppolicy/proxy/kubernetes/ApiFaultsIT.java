// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.proxy.kubernetes.FaultyApiServer.Fault;
import dev.mcppolicy.proxy.workload.StopOptions;
import dev.mcppolicy.proxy.workload.StopOptions.Removal;
import dev.mcppolicy.proxy.workload.WorkloadOutcome;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.AlreadyThere;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Changed;
import dev.mcppolicy.proxy.workload.WorkloadOutcome.Failed;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import dev.mcppolicy.testkit.cluster.TestCluster;
import dev.mcppolicy.testkit.cluster.TestNamespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stop whose API server is slow, refusing or gone at each of its moments, or whose sidecar is
 * killed there: what the caller is told is true and comes in time, and nothing is done twice
 * afterwards (T124). Each write of the Deployment's spec counts in its generation.
 */
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiFaultsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(6);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);
  private static final StopOptions SOON = new StopOptions(Duration.ofSeconds(2), Removal.UNSAID);
  private static final Workload VLLM =
      new Workload(
          "vllm", true, new Workload.Target("apps/v1", "Deployment", "vllm"), Optional.empty());
  private static final String READ = "GET /scale";
  private static final String KEEP = "PATCH /mcpserverstates/server";
  private static final String SCALE = "PATCH /scale";
  private static final String LOOK = "GET /deployments/vllm after PATCH /scale";

  private final TestNamespace namespace;
  private final KubernetesClient client;
  private final FaultyApiServer between;
  private final ApiServer api;
  private final SidecarOfANamespace sidecar;
  private final WorkloadsByKind workloads;

  ApiFaultsIT(TestCluster cluster) throws IOException, GeneralSecurityException {
    this.namespace = new TestNamespace(cluster, "faults");
    this.client = cluster.client();
    this.sidecar =
        new SidecarOfANamespace(
            namespace,
            "{apiGroups: [apps], resources: [deployments], resourceNames: [vllm], verbs: [get]}",
            "{apiGroups: [apps], resources: [deployments/scale], resourceNames: [vllm], verbs: [get, patch]}",
            "{apiGroups: [events.k8s.io], resources: [events], verbs: [create]}");
    this.between = new FaultyApiServer(URI.create(client.getMasterUrl().toString()), trust(client));
    this.api =
        new ApiServer(
            new ApiServerSettings(
                between.base(), sidecar.token(), Optional.empty(), REQUEST_TIMEOUT));
    this.workloads = sidecar.workloads(api, new HttpPodMetrics());
  }

  private static SSLContext trust(KubernetesClient client)
      throws IOException, GeneralSecurityException {
    byte[] pem = Base64.getDecoder().decode(client.getConfiguration().getCaCertData());
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  /** Anew for each: two replicas that no node runs, of generation 1. */
  @BeforeEach
  void twoReplicas() {
    between.heal();
    client.apps().deployments().inNamespace(namespace.name()).withName("vllm").delete();
    namespace.await(
        "the Deployment of before is gone",
        () ->
            client.apps().deployments().inNamespace(namespace.name()).withName("vllm").get()
                == null);
    client
        .genericKubernetesResources("mcppolicy.dev/v1alpha1", "McpServerState")
        .inNamespace(namespace.name())
        .withName("server")
        .delete();
    sidecar.makeState();
    namespace.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: vllm}
        spec:
          replicas: 2
          selector: {matchLabels: {app: vllm}}
          template:
            metadata: {labels: {app: vllm}}
            spec: {schedulerName: nobody, containers: [{name: main, image: "docker.io/local/none:1"}]}
        """);
    namespace.await(
        "its pods are counted",
        () -> Integer.valueOf(2).equals(deployment().getStatus().getReplicas()));
  }

  @AfterAll
  void disconnect() {
    api.close();
    between.close();
    sidecar.close();
  }

  private Deployment deployment() {
    return client.apps().deployments().inNamespace(namespace.name()).withName("vllm").require();
  }

  /** How it stands, and how often its spec was written since it was made. */
  private void assertStands(int replicas, int writes) {
    Deployment now = deployment();
    assertEquals(replicas, now.getSpec().getReplicas());
    assertEquals(writes, now.getMetadata().getGeneration() - 1, "writes");
  }

  private OptionalInt kept() {
    Object kept =
        client
            .genericKubernetesResources("mcppolicy.dev/v1alpha1", "McpServerState")
            .inNamespace(namespace.name())
            .withName("server")
            .require()
            .get("spec", "workloads", "vllm", "previousReplicas");
    return kept instanceof Integer replicas ? OptionalInt.of(replicas) : OptionalInt.empty();
  }

  private WorkloadOutcome stop() {
    long begun = System.nanoTime();
    WorkloadOutcome outcome = workloads.stop(VLLM, List.of(VLLM), SOON, TIMEOUT);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertTrue(took.compareTo(TIMEOUT.plusSeconds(2)) < 0, "it took " + took);
    return outcome;
  }

  private void assertUnchanged(WorkloadOutcome outcome) {
    Failed failed = assertInstanceOf(Failed.class, outcome);
    assertFalse(failed.mayHaveChanged(), failed.toString());
    assertStands(2, 0);
  }

  /** What a caller does next: a stop works, once, and a start brings back what there was. */
  private void assertGoesOn(int writesBefore) {
    between.heal();
    switch (stop()) {
      case Changed changed -> assertEquals(OptionalInt.of(2), changed.previousReplicas());
      case AlreadyThere there -> assertEquals(OptionalInt.of(2), there.keptReplicas());
      case Failed failed -> throw new AssertionError(failed.toString());
      case WorkloadOutcome.Refused refused -> throw new AssertionError(refused.toString());
    }
    assertStands(0, Math.max(1, writesBefore));
    assertInstanceOf(Changed.class, workloads.start(VLLM, TIMEOUT));
    assertStands(2, Math.max(1, writesBefore) + 1);
  }

  @ParameterizedTest
  @CsvSource({"NOT_SENT, true", "HELD, false", "UNAVAILABLE, false"})
  void beforeTheScaleIsReadNothingIsChanged(Fault fault, boolean goneAfter) {
    between.breakNext(READ, fault, goneAfter);
    assertUnchanged(stop());
    assertEquals(OptionalInt.empty(), kept());
    assertGoesOn(0);
  }

  @ParameterizedTest
  @EnumSource
  void beforeTheCountIsKeptNothingIsChanged(Fault fault) {
    between.breakNext(KEEP, fault, false);
    assertUnchanged(stop());
    assertInstanceOf(AlreadyThere.class, workloads.start(VLLM, TIMEOUT), "it runs");
    assertGoesOn(0);
  }

  /** The scale is not sent, or not answered by an API server: it is made again, once. */
  @ParameterizedTest
  @EnumSource(names = {"NOT_SENT", "HELD", "UNAVAILABLE"})
  void aScaleThatDoesNotArriveIsMadeAgain(Fault fault) {
    between.breakNext(SCALE, fault, false);
    assertInstanceOf(Changed.class, stop());
    assertStands(0, 1);
    assertGoesOn(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"ANSWER_LOST", "ANSWER_HELD"})
  void aScaleWhoseAnswerIsLostIsNotMadeTwice(Fault fault) {
    between.breakNext(SCALE, fault, false);
    Changed changed = assertInstanceOf(Changed.class, stop());
    assertEquals(OptionalInt.of(2), changed.previousReplicas());
    assertStands(0, 1);
    assertGoesOn(1);
  }

  /** From the scale on the API server is gone, which may have come about or not. */
  @ParameterizedTest
  @CsvSource({"NOT_SENT, 2, 0", "ANSWER_LOST, 0, 1"})
  void whatCannotBeKnownIsCalledSo(Fault fault, int replicas, int writes) {
    between.breakNext(SCALE, fault, true);
    Failed failed = assertInstanceOf(Failed.class, stop());
    assertTrue(failed.mayHaveChanged());
    assertTrue(
        failed.why().startsWith("whether it was scaled from 2 to 0 is not known"), failed.why());
    assertStands(replicas, writes);
    assertEquals(OptionalInt.of(2), kept());
    assertGoesOn(writes);
  }

  @ParameterizedTest
  @CsvSource({"NOT_SENT, true", "HELD, true", "UNAVAILABLE, true"})
  void aStopThatLosesSightWhileItWaitsSaysSo(Fault fault, boolean goneAfter) {
    between.breakNext(LOOK, fault, goneAfter);
    Changed changed = assertInstanceOf(Changed.class, stop());
    assertTrue(
        changed.remarks().getFirst().startsWith("How many are left is as it was last seen: "),
        changed.remarks().toString());
    assertStands(0, 1);
    assertGoesOn(1);
  }

  @Test
  void aRestartBringsItBackAlthoughTheApiServerIsAwayForAWhile() throws Exception {
    between.breakNext(LOOK, Fault.NOT_SENT, true);
    var away =
        CompletableFuture.runAsync(
            () -> {
              namespace.await("scaled down", () -> deployment().getSpec().getReplicas() == 0);
              LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
              between.heal();
            });
    WorkloadOutcome outcome = workloads.restart(VLLM, List.of(VLLM), Duration.ofSeconds(20));
    away.get(60, TimeUnit.SECONDS);
    assertInstanceOf(Changed.class, outcome);
    assertStands(2, 2);
  }

  /** The process of a sidecar is killed at each moment, and another one is called then. */
  @ParameterizedTest
  @CsvSource({
    "GET /scale, HELD, 2, 0, false",
    "PATCH /mcpserverstates/server, HELD, 2, 0, false",
    "PATCH /mcpserverstates/server, ANSWER_HELD, 2, 0, true",
    "PATCH /scale, HELD, 2, 0, true",
    "PATCH /scale, ANSWER_HELD, 0, 1, true",
    "GET /deployments/vllm after PATCH /scale, HELD, 0, 1, true"
  })
  void aSidecarThatIsKilledLeavesNothingHalfDone(
      String moment, Fault fault, int replicas, int writes, boolean isKept) throws Exception {
    var broken = between.breakNext(moment, fault, false);
    Process killed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StopInAProcess.class.getName(),
                between.base().toString(),
                sidecar.token().toString(),
                namespace.name(),
                "vllm")
            .inheritIO()
            .start();
    try {
      assertTrue(broken.await(), "it never came to " + moment);
    } finally {
      killed.destroyForcibly();
    }
    assertTrue(killed.waitFor(10, TimeUnit.SECONDS));
    assertStands(replicas, writes);
    assertEquals(isKept ? OptionalInt.of(2) : OptionalInt.empty(), kept());
    assertGoesOn(writes);
  }
}
