// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;

/**
 * Stands on 127.0.0.1 between the sidecar's code and a real API server, lets requests through, and
 * breaks one as it is told. Speaks plain HTTP in front and TLS behind.
 */
final class FaultyApiServer implements AutoCloseable {

  /** What becomes of a request. */
  enum Fault {
    /** The connection ends before the API server has seen it. */
    NOT_SENT,
    /** The API server carries it out, and the connection ends without its answer. */
    ANSWER_LOST,
    /** The API server never sees it, and nothing is answered. */
    HELD,
    /** The API server carries it out, and nothing is answered. */
    ANSWER_HELD,
    /** A server in front of the API server says that there is none. */
    UNAVAILABLE
  }

  /**
   * One fault.
   *
   * @param first what has to be answered before; empty once it was
   */
  private record Plan(
      Optional<String> first,
      String request,
      Fault fault,
      boolean goneAfter,
      CountDownLatch reached) {

    boolean breaks(String asked) {
      return first.isEmpty() && isMeant(request, asked);
    }

    Plan answered(String asked) {
      return first.isPresent() && isMeant(first.get(), asked)
          ? new Plan(Optional.empty(), request, fault, goneAfter, reached)
          : this;
    }
  }

  private final URI target;
  private final HttpClient client;
  private final HttpServer front;
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<Optional<Plan>> plan = new AtomicReference<>(Optional.empty());
  private volatile boolean gone;

  /**
   * @param trust the authority of the API server
   */
  FaultyApiServer(URI target, SSLContext trust) throws IOException {
    this.target = target;
    this.client =
        HttpClient.newBuilder().sslContext(trust).version(HttpClient.Version.HTTP_1_1).build();
    this.front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    front.createContext("/", this::handle);
    front.start();
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + front.getAddress().getPort());
  }

  /**
   * Breaks the next request of this kind, once the API server has answered one of another kind.
   *
   * @param request method and end of the path, such as {@code PATCH /scale}; after {@code " after
   *     "} the kind that comes before, if any
   * @param goneAfter whether every later request finds the connection closed
   */
  Broken breakNext(String request, Fault fault, boolean goneAfter) {
    var reached = new CountDownLatch(1);
    gone = false;
    String[] words = request.split(" after ", 2);
    Optional<String> first = words.length == 2 ? Optional.of(words[1]) : Optional.empty();
    plan.set(Optional.of(new Plan(first, words[0], fault, goneAfter, reached)));
    return () -> reached.await(30, TimeUnit.SECONDS);
  }

  /** A fault that was ordered. */
  interface Broken {
    /** Waits until it has come about; false when it has not in time. */
    boolean await() throws InterruptedException;
  }

  /** Lets everything through from now on. */
  void heal() {
    plan.set(Optional.empty());
    gone = false;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      Optional<Plan> now = plan.get();
      if (now.isPresent()
          && now.get().breaks(request)
          && plan.compareAndSet(now, Optional.empty())) {
        broken(exchange, now.get());
      } else if (!gone) {
        HttpResponse<byte[]> answer = forward(exchange);
        plan.updateAndGet(known -> known.map(p -> p.answered(request)));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isMeant(String kind, String request) {
    int space = kind.indexOf(' ');
    return request.startsWith(kind.substring(0, space + 1))
        && request.endsWith(kind.substring(space + 1));
  }

  private void broken(HttpExchange exchange, Plan now) throws IOException, InterruptedException {
    gone = now.goneAfter();
    switch (now.fault()) {
      case NOT_SENT -> now.reached().countDown();
      case ANSWER_LOST -> {
        forward(exchange);
        now.reached().countDown();
      }
      case HELD -> {
        now.reached().countDown();
        end.await();
      }
      case ANSWER_HELD -> {
        forward(exchange);
        now.reached().countDown();
        end.await();
      }
      case UNAVAILABLE -> {
        now.reached().countDown();
        byte[] text = "no healthy upstream".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(503, text.length);
        exchange.getResponseBody().write(text);
      }
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    for (String header : new String[] {"Authorization", "Content-Type", "Accept", "User-Agent"}) {
      String value = exchange.getRequestHeaders().getFirst(header);
      if (value != null) {
        request.header(header, value);
      }
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    end.countDown();
    front.stop(0);
    client.shutdownNow();
  }
}
