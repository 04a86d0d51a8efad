// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A namespace of one test class and what a test does in it as an administrator. Thread-safe. */
public final class TestNamespace implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long TOKEN_SECONDS = 3600;

  private final KubernetesClient client;
  private final String name;

  /** Makes one of a new name with this prefix. */
  public TestNamespace(TestCluster cluster, String prefix) {
    this.client = cluster.client();
    this.name = cluster.createNamespace(prefix);
  }

  public String name() {
    return name;
  }

  /** Of the cluster, which closes it. */
  public KubernetesClient client() {
    return client;
  }

  /** Makes or changes objects, given in YAML. */
  public void apply(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(name)
        .forceConflicts()
        .serverSideApply();
  }

  /** The same for a kind whose definition was just made: it is served a moment later. */
  public void applyOnceServed(String yaml) {
    await(
        "it is served",
        () -> {
          apply(yaml);
          return true;
        });
  }

  /**
   * Waits for up to 90 seconds. A condition that the API server refuses to answer does not hold
   * yet.
   *
   * @throws AssertionError when it does not come to hold
   */
  public void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (KubernetesClientException notYet) {
      return false;
    }
  }

  /** Reads an object, which has to be there. */
  public GenericKubernetesResource find(String apiVersion, String kind, String object) {
    return client
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(name)
        .withName(object)
        .require();
  }

  /** Sets members of an object's status, as its controller would. */
  public void status(String apiVersion, String kind, String object, String status) {
    client
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(name)
        .withName(object)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":" + status + "}");
  }

  /** A token of a ServiceAccount, good for an hour. */
  public String token(String serviceAccount) {
    return client
        .serviceAccounts()
        .inNamespace(name)
        .withName(serviceAccount)
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(TOKEN_SECONDS)
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  /** Deletes it without waiting for its end. */
  @Override
  public void close() {
    client.namespaces().withName(name).delete();
  }
}
