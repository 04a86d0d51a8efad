// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.LineFramer;
import dev.mcppolicy.proxy.bundle.Activation;
import dev.mcppolicy.proxy.bundle.BundleReceiver;
import dev.mcppolicy.proxy.bundle.BundleSource;
import dev.mcppolicy.proxy.upstream.BackOff;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundle Secret of one server, read once and then watched. A lost connection, an expired
 * resource version, a refused or deleted bundle change nothing about the one in use.
 */
public final class SecretBundleSource implements BundleSource {
  private static final Logger LOG = LoggerFactory.getLogger(SecretBundleSource.class);
  private static final String DATA_KEY = "bundle.json.gz";
  private static final int GONE = 410;

  /**
   * @param watch the server ends a watch after this
   * @param silence a watch without a byte for this long after that is taken for dead
   */
  public record Settings(Duration watch, Duration silence, BackOff.Settings backOff) {
    public static final Settings DEFAULT =
        new Settings(
            Duration.ofSeconds(120),
            Duration.ofSeconds(15),
            new BackOff.Settings(
                Duration.ofMillis(200), Duration.ofSeconds(15), Duration.ofSeconds(5)));
  }

  private final ApiServer api;
  private final ServerStateAcks acks;
  private final Settings settings;
  private final String secret;
  private final String objectPath;
  private final String watchPath;
  private final BackOff backOff;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile InputStream watched = InputStream.nullInputStream();
  private byte[] offered = {};
  private String resourceVersion = "";
  private boolean inContact = true;

  public SecretBundleSource(
      ApiServer api, String namespace, String server, ServerStateAcks acks, Settings settings) {
    this.api = api;
    this.acks = acks;
    this.settings = settings;
    this.secret = server + "-mcp";
    String secrets = "/api/v1/namespaces/" + namespace + "/secrets";
    this.objectPath = secrets + "/" + secret;
    this.watchPath =
        secrets
            + "?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D"
            + secret
            + "&timeoutSeconds="
            + settings.watch().toSeconds();
    this.backOff = new BackOff(settings.backOff(), RandomGenerator.getDefault());
  }

  @Override
  public void start(BundleReceiver receiver) {
    acks.start();
    Thread.ofVirtual().name("bundle-watch").start(() -> run(receiver));
  }

  @Override
  public void close() {
    closing.countDown();
    acks.close();
    close(watched);
  }

  private void run(BundleReceiver receiver) {
    try {
      while (closing.getCount() > 0) {
        Duration lived = round(receiver);
        closing.await(backOff.next(lived).toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever breaks in it, the next round reads anew: without it no revocation would arrive. */
  private Duration round(BundleReceiver receiver) {
    try {
      return !resourceVersion.isEmpty() || read(receiver) ? watch(receiver) : Duration.ZERO;
    } catch (RuntimeException e) {
      LOG.error("watching the bundle broke; it is read anew", e);
      resourceVersion = "";
      return Duration.ZERO;
    }
  }

  /** Reads the Secret as it is now; whether a watch may follow. */
  private boolean read(BundleReceiver receiver) {
    return switch (api.get(objectPath)) {
      case ApiAnswer.Ok(JsonObject object) -> {
        take(object, receiver);
        contact();
        yield true;
      }
      case ApiAnswer.Denied(int status, String _) when status == 404 -> {
        contact();
        yield true; // a watch tells when it is made
      }
      case ApiAnswer.Denied(int status, String message) -> {
        lost("status " + status + ": " + message);
        yield false;
      }
      case ApiAnswer.Unreachable(String why) -> {
        lost(why);
        yield false;
      }
    };
  }

  /** Follows the Secret until the watch ends, and says how long that was of use. */
  private Duration watch(BundleReceiver receiver) {
    long begun = System.nanoTime();
    String from = resourceVersion.isEmpty() ? "" : "&resourceVersion=" + resourceVersion;
    switch (api.open(watchPath + from)) {
      case ApiServer.Opening.Not(ApiAnswer answer) -> {
        switch (answer) {
          case ApiAnswer.Denied(int status, String message) -> {
            resourceVersion = ""; // too old, or newer than a restored etcd has: it is read anew
            if (status != GONE) {
              lost("status " + status + ": " + message);
            }
          }
          case ApiAnswer.Unreachable(String why) -> lost(why);
          case ApiAnswer.Ok _ -> lost("no stream was answered");
        }
        return Duration.ZERO;
      }
      case ApiServer.Opening.Stream(InputStream body) -> {
        contact();
        follow(body, receiver);
        return Duration.ofNanos(System.nanoTime() - begun);
      }
    }
  }

  private void follow(InputStream body, BundleReceiver receiver) {
    var lastByteNanos = new AtomicLong(System.nanoTime());
    var ended = new CountDownLatch(1);
    watched = body;
    if (closing.getCount() == 0) {
      close(body);
    }
    Thread.ofVirtual().name("bundle-watchdog").start(() -> guard(body, lastByteNanos, ended));
    var lines = new WatchLines(receiver);
    var framer = new LineFramer(ApiServer.LIMITS.documentBytesMax(), lines);
    byte[] buffer = new byte[1 << 15];
    try (body) {
      for (int count = body.read(buffer); count >= 0 && !lines.over; count = body.read(buffer)) {
        lastByteNanos.set(System.nanoTime());
        framer.feed(ByteBuffer.wrap(buffer, 0, count));
        if (lines.over) {
          return;
        }
      }
    } catch (IOException e) {
      if (closing.getCount() > 0) {
        lost("the watch broke off");
      }
    } finally {
      ended.countDown();
    }
  }

  /** Closes a stream on which nothing came for longer than the server keeps a watch open. */
  private void guard(InputStream body, AtomicLong lastByteNanos, CountDownLatch ended) {
    long limit = settings.watch().plus(settings.silence()).toNanos();
    try {
      while (true) {
        long silent = System.nanoTime() - lastByteNanos.get();
        if (silent >= limit) {
          close(body);
          return;
        }
        if (ended.await(limit - silent, TimeUnit.NANOSECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class WatchLines implements LineFramer.Sink {
    private final BundleReceiver receiver;
    private boolean over;

    WatchLines(BundleReceiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void line(byte[] line) {
      Optional<JsonObject> event = api.object(line);
      Optional<JsonObject> object = event.flatMap(e -> e.object("object"));
      String type = event.flatMap(e -> e.string("type")).orElse("");
      if (object.isEmpty()) {
        beginAnew("the watch carried something else than an event");
        return;
      }
      switch (type) {
        case "ADDED", "MODIFIED" -> take(object.get(), receiver);
        case "BOOKMARK" -> version(object.get());
        case "DELETED" -> {
          version(object.get());
          LOG.warn("the bundle Secret `{}` was deleted; the bundle in use stays", secret);
        }
        case "ERROR" -> {
          boolean gone =
              object.get().get("code").equals(Optional.of(new JsonNumber(Integer.toString(GONE))));
          beginAnew(gone ? "" : "the watch ended with an error");
        }
        default -> beginAnew("the watch carried an event of no known type");
      }
    }

    @Override
    public void overlong(byte[] head) {
      beginAnew("the watch carried an event that is too large");
    }

    private void beginAnew(String why) {
      over = true;
      resourceVersion = "";
      if (!why.isEmpty()) {
        lost(why);
      }
    }
  }

  private void version(JsonObject object) {
    object
        .object("metadata")
        .flatMap(metadata -> metadata.string("resourceVersion"))
        .filter(version -> version.chars().allMatch(c -> c >= '0' && c <= '9'))
        .ifPresent(version -> resourceVersion = version);
  }

  private void take(JsonObject object, BundleReceiver receiver) {
    version(object);
    boolean ours =
        object
            .object("metadata")
            .flatMap(metadata -> metadata.string("name"))
            .equals(Optional.of(secret));
    Optional<byte[]> content =
        object
            .object("data")
            .flatMap(data -> data.string(DATA_KEY))
            .flatMap(SecretBundleSource::decoded);
    if (!ours || content.isEmpty()) {
      LOG.warn("Secret `{}` has no bundle in `{}`; the bundle in use stays", secret, DATA_KEY);
      return;
    }
    if (Arrays.equals(content.get(), offered)) {
      return;
    }
    Activation activation = receiver.offer(content.get());
    offered = content.get(); // and not before: what broke is offered again
    switch (activation) {
      case Activation.Activated activated -> acks.acknowledge(activated);
      case Activation.Refused(String why) ->
          LOG.warn("a bundle was refused, the one in use stays: {}", why);
    }
  }

  private static Optional<byte[]> decoded(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void lost(String why) {
    if (inContact) {
      inContact = false;
      LOG.warn("no contact to the API server, the bundle in use stays: {}", why);
    }
  }

  private void contact() {
    if (!inContact) {
      inContact = true;
      LOG.info("the API server is reached again");
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // it is closed all the same
    }
  }
}
