// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import static dev.mcppolicy.proxy.kubernetes.FakeApiServer.secret;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.bundle.Activation;
import dev.mcppolicy.proxy.bundle.BundleReceiver;
import dev.mcppolicy.proxy.upstream.BackOff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretBundleSourceTest {
  private static final String SECRET = "/api/v1/namespaces/inference/secrets/vllm-mcp";
  private static final String STATE =
      "/apis/mcppolicy.dev/v1alpha1/namespaces/inference/mcpserverstates/vllm";
  private static final ObjectWatch.Settings SETTINGS =
      new ObjectWatch.Settings(
          Duration.ofSeconds(20),
          Duration.ofSeconds(1),
          new BackOff.Settings(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ZERO));
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @TempDir Path folder;
  private final BlockingQueue<String> offered = new LinkedBlockingQueue<>();
  private FakeApiServer api;
  private ApiServer client;
  private SecretBundleSource source;

  @BeforeEach
  void connect() throws IOException {
    api = new FakeApiServer(folder);
    api.put(STATE, JsonObject.EMPTY);
    client = new ApiServer(api.settings());
    source = source(SETTINGS);
  }

  private SecretBundleSource source(ObjectWatch.Settings settings) {
    var state = new ServerState(client, "inference", "vllm");
    var acks =
        new ServerStateAcks(
            state, "vllm-0", "uid-0", InstantSource.fixed(NOW), SETTINGS, Duration.ofMillis(1));
    return new SecretBundleSource(client, "inference", "vllm", acks, settings);
  }

  @AfterEach
  void disconnect() {
    source.close();
    client.close();
    api.close();
  }

  /** Activates a bundle by its text, whose length is its sequence; `bad` is refused. */
  private Activation offer(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    assertTrue(
        acknowledged().stream().noneMatch(body -> body.contains(text)),
        "acknowledged before it was activated");
    offered.add(text);
    return text.equals("bad")
        ? new Activation.Refused("it is bad")
        : new Activation.Activated(text.length(), "sha256:" + text);
  }

  private BundleReceiver receiver(Function<byte[], Activation> taking) {
    return new BundleReceiver() {
      @Override
      public Activation offer(byte[] content) {
        return taking.apply(content);
      }

      @Override
      public void withdraw(String why) {
        offered.add("withdrawn: " + why);
      }
    };
  }

  private List<String> acknowledged() {
    return api.requests("PATCH", "mcpserverstates").stream()
        .map(FakeApiServer.Request::body)
        .toList();
  }

  /** The next offer or withdrawal. */
  private String nextOffer() throws InterruptedException {
    String text = offered.poll(20, TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("nothing was offered within 20 s");
    }
    return text;
  }

  private JsonObject versioned(String content, int version) {
    return withVersion(secret("vllm-mcp", content), version);
  }

  private static JsonObject withVersion(JsonObject object, int version) {
    JsonObject metadata =
        object
            .object("metadata")
            .orElseThrow()
            .with("resourceVersion", JsonValue.of(Integer.toString(version)));
    return object.with("metadata", metadata);
  }

  private JsonObject stored() {
    return Optional.ofNullable(api.objects.get(STATE)).orElseThrow();
  }

  private void awaitAcknowledged(String digest) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      Optional<String> found =
          Optional.ofNullable(api.objects.get(STATE))
              .flatMap(state -> state.object("spec"))
              .flatMap(spec -> spec.object("pods"))
              .flatMap(pods -> pods.object("vllm-0"))
              .flatMap(pod -> pod.string("digest"));
      if (found.equals(Optional.of(digest))) {
        return;
      }
      assertTrue(System.nanoTime() < deadline, "acknowledged within 20 s: " + found);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  @Test
  void offersTheSecretAndAcknowledgesItOnceActivated() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    awaitAcknowledged("sha256:one");
    assertEquals(
        "{\"spec\":{\"pods\":{\"vllm-0\":{\"uid\":\"uid-0\",\"sequence\":3,\"digest\":\"sha256:one\","
            + "\"acknowledgedAt\":\"2026-01-02T03:04:05.678Z\"}}}}",
        acknowledged().getFirst());
    String query = api.nextWatch().query;
    assertTrue(query.contains("fieldSelector=metadata.name%3Dvllm-mcp"), query);
    assertTrue(query.contains("resourceVersion=102"), query);
    assertTrue(query.contains("timeoutSeconds=20"), query);
  }

  @Test
  void offersEachChangeOnce() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    FakeApiServer.Watch watch = api.nextWatch();
    watch.event("MODIFIED", versioned("one", 201));
    watch.event("MODIFIED", versioned("three", 202));
    assertEquals("three", nextOffer());
    awaitAcknowledged("sha256:three");
  }

  @Test
  void neverAcknowledgesARefusedBundle() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "bad"));
    source.start(receiver(this::offer));
    assertEquals("bad", nextOffer());
    api.nextWatch().event("MODIFIED", versioned("good", 201));
    assertEquals("good", nextOffer());
    awaitAcknowledged("sha256:good");
    assertEquals(1, acknowledged().size());
  }

  @Test
  void waitsForASecretThatDoesNotExistYet() throws Exception {
    source.start(receiver(this::offer));
    FakeApiServer.Watch watch = api.nextWatch();
    assertTrue(nextOffer().startsWith("withdrawn"));
    assertFalse(watch.query.contains("resourceVersion"), watch.query);
    watch.event("ADDED", versioned("made", 7));
    assertEquals("made", nextOffer());
  }

  @Test
  void keepsTheBundleWhenTheSecretIsForeignOrEmpty() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    FakeApiServer.Watch watch = api.nextWatch();
    watch.event("MODIFIED", withVersion(secret("other-mcp", "foreign"), 202));
    watch.event("MODIFIED", versioned("x", 203).without("data"));
    watch.event("MODIFIED", versioned("again", 204));
    assertEquals("again", nextOffer());
  }

  @Test
  void withdrawsTheBundleOfASecretThatIsDeletedAndTakesTheNext() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(
        receiver(
            content -> {
              offered.add(new String(content, StandardCharsets.UTF_8));
              return new Activation.Activated(1, "sha256:x");
            }));
    assertEquals("one", nextOffer());
    FakeApiServer.Watch watch = api.nextWatch();
    api.objects.remove(SECRET);
    watch.event("DELETED", versioned("one", 201));
    String why = nextOffer();
    assertTrue(why.startsWith("withdrawn: its bundle Secret `vllm-mcp` does not exist"), why);
    assertTrue(why.contains("create the McpServer again"), why);
    watch.event("ADDED", versioned("one", 202));
    assertEquals("one", nextOffer(), "the same bundle made again counts");
  }

  @Test
  void withdrawsWhenTheRightsWentWithTheSecret() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    FakeApiServer.Watch watch = api.nextWatch();
    api.fault("GET " + SECRET, 401, "Unauthorized");
    watch.event("DELETED", versioned("one", 201));
    assertTrue(nextOffer().startsWith("withdrawn"));
  }

  @Test
  void withdrawsWhenTheDeletionWasMissed() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    FakeApiServer.Watch watch = api.nextWatch();
    api.objects.remove(SECRET);
    watch.event(
        "ERROR", FakeApiServer.json("{\"kind\":\"Status\",\"code\":410,\"message\":\"Expired\"}"));
    assertTrue(nextOffer().startsWith("withdrawn"));
  }

  @Test
  void keepsTheBundleWhileADeletionCannotBeConfirmed_T116() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    FakeApiServer.Watch watch = api.nextWatch();
    for (int i = 0; i < 3; i++) {
      api.fault("GET " + SECRET, 503, "no endpoint");
    }
    watch.event("DELETED", versioned("one", 201));
    api.nextWatch().event("MODIFIED", versioned("two", 202)); // read again, and it is there
    assertEquals("two", nextOffer(), "withdrawn without a proof");
    assertEquals(5, api.requests("GET", SECRET).size());
  }

  @Test
  void keepsTheBundleWhenItMayNoLongerBeReadOrSomethingElseAnswers_T116() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    FakeApiServer.Watch watch = api.nextWatch();
    api.fault("GET " + SECRET, 403, "no right");
    api.fault("GET " + SECRET, 401, "no such account");
    api.fault("GET " + SECRET, new FakeApiServer.Fault(404, "", Duration.ZERO));
    api.put(SECRET, secret("vllm-mcp", "two"));
    watch.raw("<html>502</html>\n"); // so it is read anew
    assertEquals("two", nextOffer());
  }

  @Test
  void acknowledgesAgainWhenTheStateWasMadeAnew() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    awaitAcknowledged("sha256:one");
    FakeApiServer.Watch watch = api.nextStateWatch();
    JsonObject made = api.put(STATE, JsonObject.EMPTY); // by the operator, after it was deleted
    watch.event("ADDED", made);
    awaitAcknowledged("sha256:one");
    assertEquals(2, acknowledged().size());
    watch.event("MODIFIED", made); // an old event: what is there now is looked at
    watch.event("MODIFIED", stored());
    api.nextWatch().event("MODIFIED", versioned("two", 900));
    assertEquals("two", nextOffer());
    awaitAcknowledged("sha256:two");
    assertEquals(3, acknowledged().size(), "written once for each");
  }

  /** Its acknowledgement arrived, the state was made anew, and only then the answer comes. */
  @Test
  void acknowledgesAgainWhenTheStateWasMadeAnewBeforeTheAnswer() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    AtomicBoolean isFirst = new AtomicBoolean(true);
    api.afterPatch.put(
        STATE,
        () -> {
          if (isFirst.getAndSet(false)) {
            makeAnew();
          }
        });
    source.start(receiver(this::offer));
    nextOffer();
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (acknowledged().size() < 2) {
      assertTrue(System.nanoTime() < deadline, "acknowledged again within 20 s");
      TimeUnit.MILLISECONDS.sleep(2);
    }
    awaitAcknowledged("sha256:one");
  }

  /** Returns once the sidecar has seen it: after a deletion, a watch reads the object. */
  private void makeAnew() {
    try {
      FakeApiServer.Watch watch = api.nextStateWatch();
      JsonObject made = api.put(STATE, JsonObject.EMPTY);
      int reads = api.requests("GET", STATE).size();
      watch.event("ADDED", made);
      watch.event("DELETED", made); // an old event: what is there now is looked at
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (api.requests("GET", STATE).size() == reads) {
        assertTrue(System.nanoTime() < deadline, "read within 20 s");
        TimeUnit.MILLISECONDS.sleep(2);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void acknowledgesAgainOnceADeletedStateIsThereAgain() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    awaitAcknowledged("sha256:one");
    FakeApiServer.Watch watch = api.nextStateWatch();
    JsonObject before = stored();
    api.objects.remove(STATE);
    watch.event("DELETED", before);
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (acknowledged().size() < 2) { // refused: it does not exist
      assertTrue(System.nanoTime() < deadline);
      TimeUnit.MILLISECONDS.sleep(2);
    }
    watch.event("ADDED", api.put(STATE, JsonObject.EMPTY));
    awaitAcknowledged("sha256:one");
  }

  @Test
  void goesOnFromTheLastVersionAfterATruncatedWatch() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    FakeApiServer.Watch watch = api.nextWatch();
    watch.event("BOOKMARK", versioned("one", 305).without("data"));
    watch.raw("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"vllm-m");
    watch.end();
    FakeApiServer.Watch next = api.nextWatch();
    assertTrue(next.query.contains("resourceVersion=305"), next.query);
    next.event("MODIFIED", versioned("two", 306));
    assertEquals("two", nextOffer());
    assertEquals(1, api.requests("GET", SECRET).size());
  }

  @Test
  void readsAnewWhenTheVersionHasExpired() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    api.fault("secrets?watch=true", 410, "too old resource version");
    source.start(receiver(this::offer));
    nextOffer();
    FakeApiServer.Watch watch = api.nextWatch(); // after the 410
    assertEquals(2, api.requests("GET", SECRET).size());
    api.put(SECRET, secret("vllm-mcp", "missed"));
    watch.event(
        "ERROR", FakeApiServer.json("{\"kind\":\"Status\",\"code\":410,\"message\":\"Expired\"}"));
    assertEquals("missed", nextOffer());
    assertEquals(3, api.requests("GET", SECRET).size());
  }

  @Test
  void survivesNonsenseOnTheWatch() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    for (String nonsense :
        List.of("<html>502</html>\n", "[]\n", "{\"type\":\"NEW\",\"object\":{}}\n")) {
      api.nextWatch().raw(nonsense);
    }
    api.nextWatch().event("MODIFIED", versioned("two", 900));
    assertEquals("two", nextOffer());
  }

  @Test
  void offersABundleAgainWhenTakingItBroke() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    var times = new AtomicInteger();
    source.start(
        receiver(
            content -> {
              if (times.getAndIncrement() == 0) {
                throw new IllegalStateException("out of something");
              }
              return offer(content);
            }));
    assertEquals("one", nextOffer());
    api.nextWatch().event("MODIFIED", versioned("two", 201));
    assertEquals("two", nextOffer());
  }

  @Test
  void readsAnewWhenTheVersionIsNewerThanARestoredEtcd() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    FakeApiServer.Watch watch = api.nextWatch();
    api.fault("secrets?watch=true", 504, "Too large resource version: 900, current: 12");
    api.put(SECRET, secret("vllm-mcp", "restored"));
    watch.end();
    assertEquals("restored", nextOffer());
  }

  @Test
  void triesAgainUntilTheApiServerAnswers_T138() throws Exception {
    api.fault("GET " + SECRET, 500, "etcd is not there");
    api.fault("GET " + SECRET, 403, "no right");
    api.fault("secrets?watch=true", 500, "etcd is not there");
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    assertEquals("one", nextOffer());
    api.nextWatch();
  }

  @Test
  void opensAnotherWatchWhenOneFallsSilent() throws Exception {
    source.close();
    source =
        source(new ObjectWatch.Settings(Duration.ZERO, Duration.ofMillis(100), SETTINGS.backOff()));
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    api.nextWatch(); // says nothing
    FakeApiServer.Watch next = api.nextWatch();
    next.event("MODIFIED", versioned("two", 201));
    assertEquals("two", nextOffer());
  }

  @Test
  void readsTheTokenAnewAfterARotation() throws Exception {
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    FakeApiServer.Watch watch = api.nextWatch();
    api.token("token-2");
    watch.end();
    api.nextWatch();
    assertEquals(
        List.of("Bearer token-1", "Bearer token-2"),
        api.requests.stream()
            .filter(r -> r.query().contains("watch") && r.path().endsWith("/secrets"))
            .map(FakeApiServer.Request::token)
            .toList());
  }

  @Test
  void acknowledgesTheLatestBundleUntilItIsWritten() throws Exception {
    for (int i = 0; i < 3; i++) {
      api.fault("PATCH " + STATE, 500, "etcd is not there");
    }
    api.put(SECRET, secret("vllm-mcp", "one"));
    source.start(receiver(this::offer));
    nextOffer();
    api.nextWatch().event("MODIFIED", versioned("second", 201));
    nextOffer();
    awaitAcknowledged("sha256:second");
    assertTrue(acknowledged().getLast().contains("\"sequence\":6"), acknowledged().getLast());
  }
}
