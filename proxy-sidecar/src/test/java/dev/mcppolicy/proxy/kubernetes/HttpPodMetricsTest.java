// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcppolicy.proxy.workload.VllmMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpPodMetricsTest {
  private static final String QUIET = "vllm:num_requests_running 0\nvllm:num_requests_waiting 0\n";

  private final HttpPodMetrics metrics = new HttpPodMetrics();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
  private HttpServer pod;

  @BeforeEach
  void start() throws IOException {
    pod = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pod.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    pod.createContext("/metrics", exchange -> answer(exchange, 200, QUIET));
    pod.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/metrics");
          answer(exchange, 302, "");
        });
    pod.createContext("/long", exchange -> answer(exchange, 200, "#".repeat(1 << 20) + QUIET));
    pod.createContext(
        "/slow",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(QUIET.getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    pod.start();
  }

  @AfterEach
  void stop() {
    done.countDown();
    metrics.close();
    pod.stop(0);
  }

  private void answer(HttpExchange exchange, int status, String text) throws IOException {
    seen.putAll(exchange.getRequestHeaders());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private VllmMetrics read(String path, Duration timeout) {
    return metrics.read(pod.getAddress(), path, timeout);
  }

  @Test
  void readsWithoutAnyCredentials() {
    assertEquals(new VllmMetrics.Counted(0, 0), read("/metrics", Duration.ofSeconds(5)));
    assertTrue(!seen.containsKey("Authorization") && !seen.containsKey("Cookie"), seen.toString());
  }

  @Test
  void followsNoRedirect() {
    assertEquals(
        new VllmMetrics.Unreadable("answered with status 302"),
        read("/moved", Duration.ofSeconds(5)));
  }

  @Test
  void readsNoLongBody() {
    assertInstanceOf(VllmMetrics.Unreadable.class, read("/long", Duration.ofSeconds(5)));
  }

  @Test
  void waitsForNoSlowBody() {
    assertEquals(
        new VllmMetrics.Unreadable("did not answer within 200 ms"),
        read("/slow", Duration.ofMillis(200)));
  }

  @Test
  void saysWhenNobodyAnswers() {
    pod.stop(0);
    assertEquals(
        new VllmMetrics.Unreadable("did not answer"), read("/metrics", Duration.ofSeconds(5)));
  }
}
