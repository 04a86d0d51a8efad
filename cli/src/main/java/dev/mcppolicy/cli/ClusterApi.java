// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An API server, asked with the rights of the person whose kubeconfig it is. Objects go in and out
 * as JSON, each request ends in bounded time.
 */
final class ClusterApi implements AutoCloseable {
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;

  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final StrictJson JSON = new StrictJson(JsonLimits.RESPONSE);
  private static final int OK_MIN = 200;
  private static final int OK_MAX = 299;

  private final KubernetesClient client;

  private ClusterApi(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @param context null: the current one, or the pod's own rights inside a cluster
   */
  static ClusterApi open(@Nullable String context) {
    Config config = Config.autoConfigure(context);
    config.setUserAgent(
        "kubectl-mcp_policy"); // who writes, in managed fields: a person with kubectl
    return new ClusterApi(new KubernetesClientBuilder().withConfig(config).build());
  }

  /** What the API server said. */
  sealed interface Reply {
    record Done(JsonObject object) implements Reply {}

    /**
     * @param message the API server's own
     */
    record Denied(int status, String message) implements Reply {}
  }

  /** That of the context when none is given. */
  String namespace(@Nullable String given) {
    String in = given != null ? given : client.getNamespace();
    return in == null ? "default" : in;
  }

  Reply get(String path) throws IOException {
    return send(path, request -> request);
  }

  /** A JSON merge patch (RFC 7396). */
  Reply patch(String path, JsonObject patch) throws IOException {
    return send(
        path, request -> request.patch("application/merge-patch+json", JsonText.string(patch)));
  }

  Reply post(String path, JsonObject object) throws IOException {
    return send(path, request -> request.post("application/json", JsonText.string(object)));
  }

  /**
   * @throws IOException when there is no answer: whether it had an effect is then not known
   */
  private Reply send(String path, UnaryOperator<HttpRequest.Builder> method) throws IOException {
    String base = client.getMasterUrl().toString();
    HttpRequest.Builder request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path)
            .header("Accept", "application/json");
    try {
      HttpResponse<byte[]> response =
          client
              .getHttpClient()
              .sendAsync(method.apply(request).build(), byte[].class)
              .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      return reply(response.code(), response.body());
    } catch (TimeoutException e) {
      throw new IOException(
          "the cluster did not answer within " + TIMEOUT.toSeconds() + " seconds", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("the cluster cannot be reached: " + cause.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Reply reply(int status, byte[] body) throws IOException {
    Optional<JsonObject> object = Optional.empty();
    try {
      if (JSON.read(body) instanceof JsonObject read) {
        object = Optional.of(read);
      }
    } catch (MalformedJsonException e) {
      if (status >= OK_MIN && status <= OK_MAX) {
        throw new IOException("the cluster's answer cannot be read: " + e.getMessage(), e);
      }
    }
    if (status >= OK_MIN && status <= OK_MAX && object.isPresent()) {
      return new Reply.Done(object.get());
    }
    return new Reply.Denied(
        status, object.flatMap(o -> o.string("message")).orElse("status " + status));
  }

  @Override
  public void close() {
    client.close();
  }
}
