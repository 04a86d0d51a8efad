// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundleFormat;
import dev.mcppolicy.bundle.BundleReading;
import dev.mcppolicy.operator.certificate.AuthoritySecret;
import dev.mcppolicy.operator.contested.ContestedSettings;
import dev.mcppolicy.operator.rights.GrantableRights;
import dev.mcppolicy.testkit.cluster.TestCluster;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The reconcilers in this process, against a real API server, in one namespace of it. Pods are made
 * without a node, so that a test says itself what their kubelet and their sidecar would say.
 */
final class OperatorUnderTest implements AutoCloseable {
  private static final List<String> KINDS =
      List.of("mcpservers", "mcppolicies", "mcpgrants", "mcpserverstates");
  private static final int WAIT_SECONDS = 30;

  final KubernetesClient client;
  final String namespace;
  private final List<CustomResourceDefinition> madeHere = new ArrayList<>();
  private final KubernetesClient own;

  /** Method and path of each change that the operator asked the API server for. */
  final Queue<String> writes = new ConcurrentLinkedQueue<>();

  private Reconciliation reconciliation;

  OperatorUnderTest(TestCluster cluster) {
    client = cluster.client();
    own =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("writes", new Recorder()))
            .build();
    namespace = cluster.createNamespace("operator");
    KINDS.forEach(this::define);
    reconciliation = started(false);
  }

  private void define(String plural) {
    String path = "/crds/" + plural + "." + Api.GROUP + ".yaml";
    try (InputStream yaml = Objects.requireNonNull(getClass().getResourceAsStream(path), path)) {
      CustomResourceDefinition definition =
          client.getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
      if (client.resource(definition).get() == null) {
        client.resource(definition).create();
        madeHere.add(definition);
      }
      client
          .resource(definition)
          .waitUntilCondition(
              crd ->
                  crd.getStatus() != null
                      && crd.getStatus().getConditions().stream()
                          .anyMatch(
                              c ->
                                  c.getType().equals("Established")
                                      && c.getStatus().equals("True")),
              WAIT_SECONDS,
              TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reconciliation started(boolean leaderElection) {
    InstantSource clock = InstantSource.system();
    Reconciliation made =
        new Reconciliation(
            own,
            AuthoritySecret.loadOrCreate(own, namespace, clock),
            new OperatorSettings(namespace, List.of(namespace), "cluster.local", leaderElection),
            new GrantableRights(true, true, true, true, List.of(), List.of()),
            new ContestedSettings(true, true, true, true, true, "argocd"),
            Duration.ofSeconds(1),
            clock);
    made.start();
    return made;
  }

  /** Stops the operator, as an upgrade does. */
  void stop() {
    reconciliation.close();
  }

  void startAgain() {
    reconciliation = started(false);
  }

  /** Applies YAML of one or more objects. */
  void apply(String yaml) {
    for (HasMetadata object : client.load(stream(yaml)).items()) {
      client
          .resource(object)
          .inNamespace(namespace)
          .fieldManager("a-person")
          .forceConflicts()
          .serverSideApply();
    }
  }

  void delete(String yaml) {
    client.load(stream(yaml)).inNamespace(namespace).delete();
  }

  private static InputStream stream(String text) {
    return new java.io.ByteArrayInputStream(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
    return Optional.ofNullable(client.resources(type).inNamespace(namespace).withName(name).get());
  }

  /** The object once it is as wanted; fails after half a minute. */
  <T extends HasMetadata> T await(Class<T> type, String name, Predicate<T> wanted) {
    return client
        .resources(type)
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            object -> object != null && wanted.test(object), WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** The published bundle once it is as wanted. */
  Bundle awaitBundle(String server, Predicate<Bundle> wanted) {
    Secret secret =
        await(Secret.class, Api.objectName(server), s -> bundle(s).filter(wanted).isPresent());
    return bundle(secret).orElseThrow();
  }

  static Optional<Bundle> bundle(Secret secret) {
    return BundleFormat.decode(
                Base64.getDecoder().decode(secret.getData().get(BundleFormat.DATA_KEY)))
            instanceof BundleReading.Accepted(Bundle bundle, String _)
        ? Optional.of(bundle)
        : Optional.empty();
  }

  /** A pod of a server whose kubelet says that the sidecar has started. */
  Pod startPod(String name, String server) {
    Pod pod =
        client
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .addToLabels(Api.SERVER_LABEL, server)
                    .endMetadata()
                    .withNewSpec()
                    .withSchedulerName("nobody")
                    .addNewInitContainer()
                    .withName("mcp-policy-proxy")
                    .withImage("none.invalid/proxy")
                    .withRestartPolicy("Always")
                    .endInitContainer()
                    .addNewContainer()
                    .withName("server")
                    .withImage("none.invalid/server")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    return client
        .resource(pod)
        .editStatus(
            p ->
                new PodBuilder(p)
                    .editOrNewStatus()
                    .withPhase("Running")
                    .withInitContainerStatuses(
                        new ContainerStatusBuilder()
                            .withName("mcp-policy-proxy")
                            .withImage("none.invalid/proxy")
                            .withImageID("")
                            .withStarted(true)
                            .withReady(true)
                            .withRestartCount(0)
                            .build())
                    .endStatus()
                    .build());
  }

  /** Acknowledges a bundle as the sidecar of a pod does. */
  void acknowledge(Pod pod, String server, Bundle bundle) {
    await(McpServerState.class, server, _ -> true); // made after the bundle
    client
        .resources(McpServerState.class)
        .inNamespace(namespace)
        .withName(server)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"spec": {"pods": {"%s": {"uid": "%s", "sequence": %d, "digest": "%s", "acknowledgedAt": "2026-05-01T12:00:00Z"}}}}
            """
                .formatted(
                    pod.getMetadata().getName(),
                    pod.getMetadata().getUid(),
                    bundle.sequence(),
                    BundleFormat.digest(bundle)));
  }

  @Override
  public void close() {
    reconciliation.close();
    own.close();
    client.namespaces().withName(namespace).delete();
    madeHere.forEach(definition -> client.resource(definition).delete());
  }

  private final class Recorder implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (!request.method().equals("GET")) {
        writes.add(request.method() + " " + request.uri().getPath());
      }
    }
  }
}
