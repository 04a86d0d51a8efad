// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.proxy.local.FakeUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ToolCatalogueCacheTest {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final FakeUpstream upstream = new FakeUpstream().unconnected();
  private final ToolCatalogueCache cache = new ToolCatalogueCache(upstream, timer);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void letsEveryoneGoOnWhoWaitedWhenOneOfThemBreaks() {
    List<String> ran = new ArrayList<>();
    upstream.start(cache);
    cache.whenSettled(Duration.ofMinutes(1), () -> ran.add("first"));
    cache.whenSettled(
        Duration.ofMinutes(1),
        () -> {
          throw new IllegalStateException("on purpose");
        });
    cache.whenSettled(Duration.ofMinutes(1), () -> ran.add("third"));
    assertFalse(cache.isSettled());
    assertEquals(List.of(), ran);
    upstream.connect();
    assertEquals(List.of("first", "third"), ran);
    assertTrue(cache.isSettled());
  }
}
