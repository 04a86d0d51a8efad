// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.proxy.workload.Deadline;
import dev.mcppolicy.proxy.workload.LastBytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A small client of the Kubernetes API: JSON requests that end in bounded time, and streams.
 *
 * <p>Safe for use by many threads. Blocks: for virtual threads.
 */
public final class ApiServer implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 4 << 20;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int TOKEN_CHARS_MAX = 16_384;

  /** An object of the API with the largest Secret in it; names include those of managedFields. */
  static final JsonLimits LIMITS =
      new JsonLimits(ANSWER_BYTES_MAX, 64, 1024, ANSWER_BYTES_MAX, 64, 200_000);

  private final ApiServerSettings settings;
  private final StrictJson json = new StrictJson(LIMITS);
  private @Nullable Trusting trusting;

  /** A client and the certificates that it was made with. */
  @SuppressWarnings("ArrayRecordComponent") // compared by its content where it is
  private record Trusting(byte[] ca, HttpClient client) {}

  public ApiServer(ApiServerSettings settings) {
    this.settings = settings;
  }

  ApiAnswer get(String path) {
    return get(path, settings.requestTimeout());
  }

  ApiAnswer get(String path, Duration timeout) {
    return send(path, request -> request.GET(), timeout);
  }

  /** A JSON merge patch (RFC 7396). */
  ApiAnswer patch(String path, JsonObject patch, Duration timeout) {
    return send(
        path,
        request ->
            request
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(JsonText.bytes(patch))),
        timeout);
  }

  /** Creates an object, or asks what a review asks. */
  ApiAnswer post(String path, JsonObject body, Duration timeout) {
    return send(
        path,
        request ->
            request
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JsonText.bytes(body))),
        timeout);
  }

  /** Deletes an object under the conditions that the options state. */
  ApiAnswer delete(String path, JsonObject options, Duration timeout) {
    return send(
        path,
        request ->
            request
                .header("Content-Type", "application/json")
                .method("DELETE", HttpRequest.BodyPublishers.ofByteArray(JsonText.bytes(options))),
        timeout);
  }

  /** A text as it was read. */
  sealed interface Text {
    record Read(LastBytes last) implements Text {}

    record Not(ApiAnswer answer) implements Text {}
  }

  /** The end of a text: what came last, in bounded memory and time. */
  Text text(String path, int bytesMax, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    try {
      HttpResponse<InputStream> response =
          await(request(path).GET().build(), BodyHandlers.ofInputStream(), deadline.left());
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          return new Text.Not(answer(response.statusCode(), body.readNBytes(1 << 16)));
        }
        try (var _ = deadline.closing(body)) {
          return new Text.Read(LastBytes.of(body, bytesMax));
        }
      }
    } catch (IOException e) {
      return new Text.Not(new ApiAnswer.Unreachable(cause(e)));
    }
  }

  /** At most this, and at most what the settings say. */
  Duration within(Duration timeout) {
    return timeout.compareTo(settings.requestTimeout()) < 0 ? timeout : settings.requestTimeout();
  }

  /** What a stream began with. */
  sealed interface Opening {
    /** The body, to be closed; reading it blocks without a bound. */
    record Stream(InputStream body) implements Opening {}

    record Not(ApiAnswer answer) implements Opening {}
  }

  /** Opens a response that does not end soon. */
  Opening open(String path) {
    try {
      HttpResponse<InputStream> response =
          await(
              request(path).GET().build(), BodyHandlers.ofInputStream(), settings.requestTimeout());
      if (response.statusCode() == 200) {
        return new Opening.Stream(response.body());
      }
      try (InputStream body = response.body()) {
        return new Opening.Not(answer(response.statusCode(), body.readNBytes(1 << 16)));
      }
    } catch (IOException e) {
      return new Opening.Not(new ApiAnswer.Unreachable(cause(e)));
    }
  }

  private interface Method {
    HttpRequest.Builder of(HttpRequest.Builder request);
  }

  private ApiAnswer send(String path, Method method, Duration timeout) {
    try {
      HttpResponse<byte[]> response =
          await(
              method.of(request(path)).build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX),
              timeout);
      return answer(response.statusCode(), response.body());
    } catch (IOException e) {
      return new ApiAnswer.Unreachable(cause(e));
    }
  }

  private ApiAnswer answer(int status, byte[] body) {
    Optional<JsonObject> object = object(body);
    if (status >= 200 && status <= 202) {
      return object
          .<ApiAnswer>map(ApiAnswer.Ok::new)
          .orElseGet(
              () -> new ApiAnswer.Unreachable("the API server answered something else than JSON"));
    }
    String message = object.flatMap(o -> o.string("message")).orElse("status " + status);
    String reason =
        object
            .filter(o -> o.string("kind").equals(Optional.of("Status")))
            .flatMap(o -> o.string("reason"))
            .orElse("");
    return new ApiAnswer.Denied(status, Printable.of(reason), Printable.of(message));
  }

  /** The object that these bytes are, when they are one. */
  Optional<JsonObject> object(byte[] text) {
    try {
      JsonValue value = json.read(text);
      return value instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    } catch (MalformedJsonException e) {
      return Optional.empty();
    }
  }

  private HttpRequest.Builder request(String path) throws IOException {
    String token = Files.readString(settings.token()).strip();
    if (token.isEmpty() || token.length() > TOKEN_CHARS_MAX) {
      throw new IOException("the token file `" + settings.token() + "` holds no token");
    }
    return HttpRequest.newBuilder(URI.create(settings.base() + path))
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/json")
        .header("User-Agent", "mcp-policy-proxy");
  }

  /** Waits for the whole response, or for its head where the body is a stream. */
  private <T> HttpResponse<T> await(HttpRequest request, BodyHandler<T> handler, Duration timeout)
      throws IOException {
    CompletableFuture<HttpResponse<T>> response = client().sendAsync(request, handler);
    try {
      return response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(cause(e.getCause() == null ? e : e.getCause()), e);
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The client, made anew when the certificates to trust have changed. */
  private synchronized HttpClient client() throws IOException {
    byte[] ca = settings.ca().isPresent() ? Files.readAllBytes(settings.ca().get()) : new byte[0];
    Trusting now = trusting;
    if (now != null && Arrays.equals(now.ca(), ca)) {
      return now.client();
    }
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // a watch has a connection of its own
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    if (settings.ca().isPresent()) {
      builder.sslContext(trusting(settings.ca().get()));
    }
    HttpClient client = builder.build();
    trusting = new Trusting(ca, client);
    if (now != null) {
      now.client().shutdown(); // what runs on it ends by itself
    }
    return client;
  }

  private static SSLContext trusting(Path ca) throws IOException {
    try (InputStream pem = Files.newInputStream(ca)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new IOException("`" + ca + "` holds no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("`" + ca + "` holds no usable certificate", e);
    }
  }

  private static String cause(Throwable e) {
    String message = e.getMessage();
    return Printable.of(message == null ? e.getClass().getSimpleName() : message);
  }

  @Override
  public synchronized void close() {
    if (trusting != null) {
      trusting.client().shutdownNow();
      trusting = null;
    }
  }

  /** Text of the API server in a message of ours. */
  static final class Printable {
    private static final int CHARS_MAX = 300;

    private Printable() {}

    static String of(String text) {
      byte[] ascii =
          text.substring(0, Math.min(text.length(), CHARS_MAX)).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < ascii.length; i++) {
        if (ascii[i] < 0x20 || ascii[i] == 0x7F) {
          ascii[i] = ' ';
        }
      }
      return new String(ascii, StandardCharsets.US_ASCII);
    }
  }
}
