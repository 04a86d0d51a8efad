// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The engine behind a socket of this machine: requests that end in bounded time, whatever the
 * engine does. Safe for use by many threads.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">Docker Engine API</a>
 */
final class Engine implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 4 << 20;
  private static final int CONNECTIONS_MAX = 32;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final JsonLimits LIMITS =
      new JsonLimits(ANSWER_BYTES_MAX, 64, 1024, ANSWER_BYTES_MAX, 64, 200_000);

  private final Path socket;
  private final DockerHttpClient client;
  private final StrictJson json = new StrictJson(LIMITS);

  /** Reading a socket on the JDK's channels ends when its thread is interrupted. */
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

  Engine(Path socket) {
    this.socket = socket;
    this.client =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(URI.create("unix://" + socket.toAbsolutePath()))
            .maxConnections(CONNECTIONS_MAX)
            .connectionTimeout(CONNECT_TIMEOUT)
            .build();
  }

  Path socket() {
    return socket;
  }

  /** Makes a value of a body. */
  interface BodyReader<T> {
    T read(InputStream body) throws IOException;
  }

  /** An answer that is an object; empty where it is something else, or nothing. */
  EngineReply<Optional<JsonObject>> json(String method, String path, Duration timeout) {
    return send(method, path, timeout, body -> object(body.readNBytes(ANSWER_BYTES_MAX)));
  }

  <T> EngineReply<T> send(String method, String path, Duration timeout, BodyReader<T> reader) {
    Future<EngineReply<T>> reply = requests.submit(() -> exchange(method, path, reader));
    try {
      return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      reply.cancel(true);
      return new EngineReply.NoAnswer<>("no answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new EngineReply.NoAnswer<>(cause(e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException e) {
      reply.cancel(true);
      Thread.currentThread().interrupt();
      return new EngineReply.NoAnswer<>("interrupted");
    }
  }

  private <T> EngineReply<T> exchange(String method, String path, BodyReader<T> reader)
      throws IOException {
    Request request = Request.builder().method(method).path(path).build();
    try (Response response = client.execute(request);
        InputStream body = response.getBody()) {
      int status = response.getStatusCode();
      if (status < 400) {
        return new EngineReply.Done<>(status, reader.read(body));
      }
      String message =
          object(body.readNBytes(1 << 16))
              .flatMap(error -> error.string("message"))
              .orElse("status " + status);
      return new EngineReply.Denied<>(status, Printable.of(message));
    }
  }

  private Optional<JsonObject> object(byte[] text) {
    if (text.length == 0) {
      return Optional.empty();
    }
    try {
      JsonValue value = json.read(text);
      return value instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    } catch (MalformedJsonException e) {
      return Optional.empty();
    }
  }

  private static String cause(Throwable e) {
    Throwable root = e;
    for (int depth = 0; depth < 8 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return Printable.of(message == null ? root.getClass().getSimpleName() : message);
  }

  @Override
  public void close() {
    requests.shutdownNow();
    try {
      client.close();
    } catch (IOException e) {
      throw new IllegalStateException("the connections to the engine could not be closed", e);
    }
  }

  /** Text of the engine in a message of ours. */
  static final class Printable {
    private static final int CHARS_MAX = 300;

    private Printable() {}

    static String of(String text) {
      var safe = new StringBuilder();
      for (int i = 0; i < Math.min(text.length(), CHARS_MAX); i++) {
        char c = text.charAt(i);
        safe.append(c >= 0x20 && c < 0x7F ? c : ' ');
      }
      return safe.toString().strip();
    }
  }
}
