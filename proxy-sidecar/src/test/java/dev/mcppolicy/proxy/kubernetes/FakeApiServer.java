// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * As much of an API server as the sidecar uses, on 127.0.0.1: objects by path, merge patches with a
 * resource version as precondition, and a watch whose bytes the test writes.
 */
final class FakeApiServer implements AutoCloseable {
  record Request(String method, String path, String query, String token, String body) {}

  /** As a fault's status: what is asked for is done, and nothing is answered. */
  static final int LOST = 0;

  /** What to answer instead of the truth, once. */
  record Fault(int status, String message, Duration delay) {}

  final Map<String, JsonObject> objects = new ConcurrentHashMap<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Faults of a path that contains the key, in order. */
  final Map<String, BlockingQueue<Fault>> faults = new ConcurrentHashMap<>();

  /** The watches that were opened and the test has not taken yet. */
  final BlockingQueue<Watch> watches = new LinkedBlockingQueue<>();

  /** The same of McpServerStates. */
  final BlockingQueue<Watch> stateWatches = new LinkedBlockingQueue<>();

  /** Texts by path and query, such as a pod's log. */
  final Map<String, String> texts = new ConcurrentHashMap<>();

  /** What was posted, in the order of arrival. */
  final BlockingQueue<JsonObject> posted = new LinkedBlockingQueue<>();

  /** What to do once an object was patched, as a controller would, by path. */
  final Map<String, Runnable> afterPatch = new ConcurrentHashMap<>();

  private final HttpServer http;
  private final Path token;
  private long version = 100;

  /** One open watch. */
  static final class Watch {
    final String query;
    private final HttpExchange exchange;

    private Watch(HttpExchange exchange) {
      this.exchange = exchange;
      this.query = String.valueOf(exchange.getRequestURI().getRawQuery());
    }

    void raw(String text) throws IOException {
      OutputStream body = exchange.getResponseBody();
      body.write(text.getBytes(StandardCharsets.UTF_8));
      body.flush();
    }

    void event(String type, JsonObject object) throws IOException {
      raw(
          JsonText.string(JsonObject.builder().put("type", type).put("object", object).build())
              + "\n");
    }

    void end() {
      exchange.close();
    }
  }

  FakeApiServer(Path folder) throws IOException {
    token = folder.resolve("token");
    token("token-1");
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", this::handle);
    http.start();
  }

  void token(String text) throws IOException {
    Files.writeString(token, text + "\n");
  }

  ApiServerSettings settings() {
    return new ApiServerSettings(
        URI.create("http://127.0.0.1:" + http.getAddress().getPort()),
        token,
        Optional.empty(),
        Duration.ofSeconds(5));
  }

  void fault(String path, int status, String message) {
    fault(path, new Fault(status, message, Duration.ZERO));
  }

  void fault(String path, Fault fault) {
    faults.computeIfAbsent(path, _ -> new LinkedBlockingQueue<>()).add(fault);
  }

  Watch nextWatch() throws InterruptedException {
    return next(watches);
  }

  Watch nextStateWatch() throws InterruptedException {
    return next(stateWatches);
  }

  private static Watch next(BlockingQueue<Watch> opened) throws InterruptedException {
    Watch watch = opened.poll(20, TimeUnit.SECONDS);
    if (watch == null) {
      throw new AssertionError("no watch was opened within 20 s");
    }
    return watch;
  }

  List<Request> requests(String method, String pathPart) {
    return requests.stream()
        .filter(r -> r.method().equals(method) && r.path().contains(pathPart))
        .toList();
  }

  synchronized JsonObject put(String path, JsonObject object) {
    JsonObject metadata =
        object
            .object("metadata")
            .orElse(JsonObject.EMPTY)
            .with("resourceVersion", JsonValue.of(Long.toString(++version)));
    JsonObject stored = object.with("metadata", metadata);
    objects.put(path, stored);
    return stored;
  }

  JsonObject object(String path) {
    JsonObject object = objects.get(path);
    if (object == null) {
      throw new AssertionError("there is no `" + path + "`");
    }
    return object;
  }

  JsonObject spec(String path) {
    return object(path).object("spec").orElseThrow();
  }

  String version(String path) {
    return object(path)
        .object("metadata")
        .flatMap(metadata -> metadata.string("resourceVersion"))
        .orElseThrow();
  }

  /** A bundle Secret of that name, as a watch or a get carries it. */
  static JsonObject secret(String name, String content) {
    String base64 = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
    return JsonObject.builder()
        .put("kind", "Secret")
        .put("metadata", JsonObject.builder().put("name", name).build())
        .put("data", JsonObject.builder().put("bundle.json.gz", base64).build())
        .build();
  }

  static JsonObject json(String text) {
    try {
      return (JsonObject)
          new StrictJson(ApiServer.LIMITS).read(text.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            path,
            query,
            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
            body));
    for (Map.Entry<String, BlockingQueue<Fault>> entry : faults.entrySet()) {
      boolean matches =
          (exchange.getRequestMethod() + " " + path + "?" + query).contains(entry.getKey());
      Fault fault = matches ? entry.getValue().poll() : null;
      if (fault != null && fault.status() == LOST) {
        lose(exchange, path, body);
        return;
      }
      if (fault != null) {
        pause(fault.delay());
        status(exchange, fault.status(), fault.message());
        return;
      }
    }
    if (query.contains("watch=true")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      (path.endsWith("/mcpserverstates") ? stateWatches : watches).add(new Watch(exchange));
    } else if (exchange.getRequestMethod().equals("PATCH")) {
      patch(exchange, path, json(body));
    } else if (exchange.getRequestMethod().equals("POST")) {
      posted.add(json(body));
      answer(exchange, 201, json(body));
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      delete(exchange, path, json(body));
    } else if (texts.containsKey(path + "?" + query)) {
      text(exchange, texts.getOrDefault(path + "?" + query, ""));
    } else {
      JsonObject object = objects.get(path);
      if (object == null) {
        status(exchange, 404, "`" + path + "` not found");
      } else {
        answer(exchange, 200, selected(object, exchange.getRequestURI()));
      }
    }
  }

  /** Of a list, those that carry all labels that are asked for. */
  private static JsonObject selected(JsonObject object, URI uri) {
    String query = String.valueOf(uri.getQuery());
    int selector = query.indexOf("labelSelector=");
    if (selector < 0) {
      return object;
    }
    List<String> labels =
        List.of(query.substring(selector + "labelSelector=".length()).split("&")[0].split(","));
    return object.with(
        "items",
        new JsonArray(
            object.array("items").orElse(JsonArray.EMPTY).elements().stream()
                .filter(item -> labels.stream().allMatch(label -> carries(item, label)))
                .toList()));
  }

  private static boolean carries(JsonValue item, String label) {
    String[] parts = label.split("=");
    return ((JsonObject) item)
        .object("metadata")
        .flatMap(metadata -> metadata.object("labels"))
        .flatMap(labels -> labels.string(parts[0]))
        .equals(Optional.of(parts[1]));
  }

  private void patch(HttpExchange exchange, String path, JsonObject patch) throws IOException {
    if (!objects.containsKey(path)) {
      status(exchange, 404, "`" + path + "` not found");
      return;
    }
    Optional<JsonObject> patched = patched(path, patch);
    if (patched.isPresent()) {
      answer(exchange, 200, patched.get());
    } else {
      status(exchange, 409, "the object has been modified");
    }
  }

  /** Empty when the resource version that is asked for is not the one that is there. */
  private synchronized Optional<JsonObject> patched(String path, JsonObject patch) {
    JsonObject before = objects.getOrDefault(path, JsonObject.EMPTY);
    Optional<String> wanted = patch.object("metadata").flatMap(m -> m.string("resourceVersion"));
    Optional<String> found = before.object("metadata").flatMap(m -> m.string("resourceVersion"));
    if (wanted.isPresent() && !wanted.equals(found)) {
      return Optional.empty();
    }
    JsonObject patched = put(path, merge(before, patch));
    afterPatch.getOrDefault(path, () -> {}).run();
    return Optional.of(patched);
  }

  private void lose(HttpExchange exchange, String path, String body) {
    if (exchange.getRequestMethod().equals("PATCH")) {
      patched(path, json(body));
    }
    exchange.close();
  }

  /** Takes an object out of the list that its collection is, under the preconditions. */
  private void delete(HttpExchange exchange, String path, JsonObject options) throws IOException {
    String collection = path.substring(0, path.lastIndexOf('/'));
    String name = path.substring(path.lastIndexOf('/') + 1);
    JsonObject found = JsonObject.EMPTY;
    synchronized (this) {
      JsonObject list = objects.getOrDefault(collection, JsonObject.EMPTY);
      var left = new ArrayList<JsonValue>();
      for (JsonValue item : list.array("items").orElse(JsonArray.EMPTY).elements()) {
        JsonObject metadata = ((JsonObject) item).object("metadata").orElseThrow();
        if (metadata.string("name").equals(Optional.of(name))) {
          found = metadata;
        } else {
          left.add(item);
        }
      }
      JsonObject wanted = options.object("preconditions").orElse(JsonObject.EMPTY);
      for (String member : wanted.members().keySet()) {
        if (!found.equals(JsonObject.EMPTY) && !wanted.get(member).equals(found.get(member))) {
          status(exchange, 409, "the " + member + " in the precondition does not match");
          return;
        }
      }
      objects.put(collection, list.with("items", new JsonArray(left)));
    }
    if (found.equals(JsonObject.EMPTY)) {
      status(exchange, 404, "`" + path + "` not found");
    } else {
      answer(exchange, 200, JsonObject.builder().put("metadata", found).build());
    }
  }

  private static JsonObject merge(JsonObject into, JsonObject patch) {
    JsonObject merged = into;
    for (Map.Entry<String, JsonValue> member : patch.members().entrySet()) {
      JsonValue value = member.getValue();
      merged =
          switch (value) {
            case JsonNull _ -> merged.without(member.getKey());
            case JsonObject object ->
                merged.with(
                    member.getKey(),
                    merge(into.object(member.getKey()).orElse(JsonObject.EMPTY), object));
            default -> merged.with(member.getKey(), value);
          };
    }
    return merged;
  }

  private static void status(HttpExchange exchange, int status, String message) throws IOException {
    answer(
        exchange,
        status,
        JsonObject.builder()
            .put("kind", "Status")
            .put("reason", message.isEmpty() ? "" : reason(status))
            .put("message", message)
            .put("code", status)
            .build());
  }

  private static String reason(int status) {
    return switch (status) {
      case 403 -> "Forbidden";
      case 404 -> "NotFound";
      case 409 -> "Conflict";
      case 429 -> "TooManyRequests";
      case 500 -> "InternalError";
      case 503 -> "ServiceUnavailable";
      default -> "";
    };
  }

  private static void text(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, JsonObject body)
      throws IOException {
    byte[] bytes = JsonText.bytes(body);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void pause(Duration delay) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
