// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.proxy.workload.VllmMetrics;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads metrics by plain HTTP: no credentials go along, no redirect and no proxy is taken, and
 * neither a long body nor a slow one is waited for.
 */
final class HttpPodMetrics implements PodMetrics, AutoCloseable {
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(CONNECT_TIMEOUT)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  @Override
  public VllmMetrics read(InetSocketAddress pod, String path, Duration timeout) {
    String host = pod.getAddress().getHostAddress();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://"
                        + (pod.getAddress() instanceof Inet6Address ? "[" + host + "]" : host)
                        + ":"
                        + pod.getPort()
                        + path))
            .header("Accept", "text/plain;version=0.0.4")
            .header("User-Agent", "mcp-policy-proxy")
            .GET()
            .build();
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_BYTES_MAX));
    try {
      HttpResponse<byte[]> answer = response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return answer.statusCode() == OK
          ? VllmMetrics.of(new String(answer.body(), StandardCharsets.UTF_8))
          : new VllmMetrics.Unreadable("answered with status " + answer.statusCode());
    } catch (TimeoutException e) {
      response.cancel(true);
      return new VllmMetrics.Unreadable("did not answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new VllmMetrics.Unreadable(
          e.getCause() instanceof IOException ? "did not answer" : "could not be asked");
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      return new VllmMetrics.Unreadable("was not waited for");
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
