// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Waits for one reply and counts how often it came. */
final class Reply implements Consumer<UpstreamReply> {
  private final CompletableFuture<UpstreamReply> first = new CompletableFuture<>();
  private final AtomicInteger count = new AtomicInteger();

  @Override
  public void accept(UpstreamReply reply) {
    count.incrementAndGet();
    first.complete(reply);
  }

  UpstreamReply get() throws Exception {
    return first.get(20, TimeUnit.SECONDS);
  }

  boolean arrived() {
    return first.isDone();
  }

  JsonObject result() throws Exception {
    return assertInstanceOf(UpstreamReply.Result.class, get()).result();
  }

  UpstreamReply.Failed failed() throws Exception {
    return assertInstanceOf(UpstreamReply.Failed.class, get());
  }

  void cameOnce() {
    assertEquals(1, count.get(), "replies to one call");
  }
}
