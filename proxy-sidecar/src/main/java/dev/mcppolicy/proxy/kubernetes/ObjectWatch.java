// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.LineFramer;
import dev.mcppolicy.proxy.upstream.BackOff;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One object of the API, read once and then watched until this is closed. A lost connection and an
 * expired resource version are made good by reading anew; neither says anything about the object.
 */
final class ObjectWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectWatch.class);
  private static final int GONE = 410;

  /**
   * @param watch the server ends a watch after this
   * @param silence a watch without a byte for this long after that is taken for dead
   */
  record Settings(Duration watch, Duration silence, BackOff.Settings backOff) {
    static final Settings DEFAULT =
        new Settings(
            Duration.ofSeconds(120),
            Duration.ofSeconds(15),
            new BackOff.Settings(
                Duration.ofMillis(200), Duration.ofSeconds(15), Duration.ofSeconds(5)));
  }

  /** Hears of the object, on the watch's one thread. May block; what it throws is logged. */
  interface Sink {

    /** The object as it is, at first and after each change; some changes may be left out. */
    void present(JsonObject object);

    /**
     * The API server says that the object does not exist. Never called for a server that is not
     * reached, or that fails or refuses to answer about an object of which nothing else is known.
     */
    void absent();
  }

  private final ApiServer api;
  private final Settings settings;
  private final String what;
  private final String objectPath;
  private final String watchPath;
  private final BackOff backOff;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile InputStream watched = InputStream.nullInputStream();
  private String resourceVersion = "";
  private boolean sawDeletion;
  private boolean inContact = true;

  /**
   * @param collection path of the objects of that kind in their namespace
   * @param what names the object in the log
   */
  ObjectWatch(ApiServer api, String collection, String name, String what, Settings settings) {
    this.api = api;
    this.settings = settings;
    this.what = what;
    this.objectPath = collection + "/" + name;
    this.watchPath =
        collection
            + "?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D"
            + name
            + "&timeoutSeconds="
            + settings.watch().toSeconds();
    this.backOff = new BackOff(settings.backOff(), RandomGenerator.getDefault());
  }

  /** Called once. */
  void start(Sink sink) {
    Thread.ofVirtual().name("watch of " + what).start(() -> run(sink));
  }

  @Override
  public void close() {
    closing.countDown();
    close(watched);
  }

  private void run(Sink sink) {
    try {
      while (closing.getCount() > 0) {
        Duration lived = round(sink);
        closing.await(backOff.next(lived).toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever breaks in it, the next round reads anew: without it no revocation would arrive. */
  private Duration round(Sink sink) {
    try {
      return !resourceVersion.isEmpty() || read(sink) ? watch(sink) : Duration.ZERO;
    } catch (RuntimeException e) {
      LOG.error("watching {} broke; it is read anew", what, e);
      resourceVersion = "";
      return Duration.ZERO;
    }
  }

  /** Reads the object as it is now; whether a watch may follow. */
  private boolean read(Sink sink) {
    switch (api.get(objectPath)) {
      case ApiAnswer.Ok(JsonObject object) -> {
        contact();
        present(object, sink);
        return true;
      }
      case ApiAnswer.Denied denied when isAbsent(denied) -> {
        contact();
        sawDeletion = false;
        sink.absent();
        return true; // a watch tells when it is made
      }
      case ApiAnswer.Denied(int status, String _, String message) -> {
        lost("status " + status + ": " + message);
        return false;
      }
      case ApiAnswer.Unreachable(String why) -> {
        lost(why);
        return false;
      }
    }
  }

  /**
   * Whether there provably is no such object: the server says so; or it was seen to be deleted, and
   * nobody here may read it any more, because the rights went with it.
   */
  private boolean isAbsent(ApiAnswer.Denied denied) {
    return switch (denied.status()) {
      case 404 -> denied.reason().equals("NotFound");
      case 401, 403 -> sawDeletion;
      default -> false;
    };
  }

  private void present(JsonObject object, Sink sink) {
    version(object);
    sawDeletion = false;
    sink.present(object);
  }

  /** Follows the object until the watch ends, and says how long that was of use. */
  private Duration watch(Sink sink) {
    long begun = System.nanoTime();
    String from = resourceVersion.isEmpty() ? "" : "&resourceVersion=" + resourceVersion;
    switch (api.open(watchPath + from)) {
      case ApiServer.Opening.Not(ApiAnswer answer) -> {
        switch (answer) {
          case ApiAnswer.Denied(int status, String _, String message) -> {
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
        follow(body, sink);
        return Duration.ofNanos(System.nanoTime() - begun);
      }
    }
  }

  private void follow(InputStream body, Sink sink) {
    var lastByteNanos = new AtomicLong(System.nanoTime());
    var ended = new CountDownLatch(1);
    watched = body;
    if (closing.getCount() == 0) {
      close(body);
    }
    Thread.ofVirtual().name("watchdog of " + what).start(() -> guard(body, lastByteNanos, ended));
    var lines = new WatchLines(sink);
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
    private final Sink sink;
    private boolean over;

    WatchLines(Sink sink) {
      this.sink = sink;
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
        case "ADDED", "MODIFIED" -> present(object.get(), sink);
        case "BOOKMARK" -> version(object.get());
        case "DELETED" -> {
          version(object.get());
          sawDeletion = true;
          if (!read(sink)) { // it may be there again; what cannot be confirmed is asked again
            beginAnew("");
          }
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

  private void lost(String why) {
    if (inContact) {
      inContact = false;
      LOG.warn("no contact to the API server about {}, what is known of it stays: {}", what, why);
    }
  }

  private void contact() {
    if (!inContact) {
      inContact = true;
      LOG.info("the API server is reached again about {}", what);
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
