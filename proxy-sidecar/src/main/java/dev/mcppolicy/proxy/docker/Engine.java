// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.docker;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A container engine: requests that end in bounded time and memory, whatever the engine does. Safe
 * for use by many threads.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">Docker Engine API</a>
 */
final class Engine implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 4 << 20;
  private static final int NOT_MODIFIED = 304;
  private static final JsonLimits LIMITS =
      new JsonLimits(ANSWER_BYTES_MAX, 64, 1024, ANSWER_BYTES_MAX, 64, 200_000);

  private final EngineTransport transport;
  private final StrictJson json = new StrictJson(LIMITS);

  /** A transport ends when its thread is interrupted. */
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

  Engine(EngineTransport transport) {
    this.transport = transport;
  }

  /** For people. */
  String where() {
    return transport.where();
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
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return cause instanceof EngineTransport.NotSentException
          ? new EngineReply.NotSent<>(cause(cause))
          : new EngineReply.NoAnswer<>(cause(cause));
    } catch (InterruptedException e) {
      reply.cancel(true);
      Thread.currentThread().interrupt();
      return new EngineReply.NoAnswer<>("interrupted");
    }
  }

  private <T> EngineReply<T> exchange(String method, String path, BodyReader<T> reader)
      throws IOException {
    try (EngineTransport.Answer answer = transport.send(method, path)) {
      int status = answer.status();
      if (status / 100 == 2 || status == NOT_MODIFIED) {
        return new EngineReply.Done<>(status, reader.read(answer.body()));
      }
      String message =
          object(answer.body().readNBytes(1 << 16))
              .flatMap(error -> error.string("message"))
              .orElseGet(() -> withoutMessage(status));
      return new EngineReply.Denied<>(status, Printable.of(message));
    }
  }

  private static String withoutMessage(int status) {
    return status / 100 == 3
        ? "status %d, a redirect, which is not followed; give the address of the engine itself"
            .formatted(status)
        : "status %d, without a message as engines write it".formatted(status);
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

  /** What a transport says in its own words is said so; else the cause of all. */
  private static String cause(Throwable e) {
    Throwable root = e;
    for (int depth = 0; depth < 8 && root.getCause() != null && !isOwn(root); depth++) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return Printable.of(message == null ? root.getClass().getSimpleName() : message);
  }

  private static boolean isOwn(Throwable e) {
    return e instanceof EngineTransport.NotSentException
        || e instanceof EngineTransport.NoAnswerException;
  }

  @Override
  public void close() {
    requests.shutdownNow();
    transport.close();
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
