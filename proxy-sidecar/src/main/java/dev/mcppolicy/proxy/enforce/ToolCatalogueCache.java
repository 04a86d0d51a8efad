// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.ToolDefinition;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.ToolList;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.upstream.UpstreamListener;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import dev.mcppolicy.proxy.upstream.UpstreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guarded server's tools, all pages of them, loaded in the background: after every connection,
 * when the server says that they changed, and again after a failure.
 *
 * <p>What was loaded holds until it is replaced. While something newer is on its way the cache is
 * <i>unsettled</i>, and a call may wait for it, for a bounded time. Safe for use by many threads.
 */
public final class ToolCatalogueCache implements ToolCatalogue, UpstreamListener {
  private static final Logger LOG = LoggerFactory.getLogger(ToolCatalogueCache.class);
  private static final String LIST_CHANGED = "notifications/tools/list_changed";
  private static final int PAGES_MAX = 64;
  private static final int TOOLS_MAX = 2_000;
  private static final int BYTES_MAX = 16 << 20;
  private static final int WAITING_MAX = 1_024;
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

  /** However often a server says that its tools changed, they are loaded a few times a second. */
  private static final Duration CHANGE_DELAY = Duration.ofMillis(250);

  private sealed interface Tools {
    record NotLoaded(String why) implements Tools {}

    record Loaded(Map<String, ToolDefinition> byName) implements Tools {
      public Loaded {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
      }
    }
  }

  private final Upstream upstream;
  private final ScheduledExecutorService timer;
  private final List<Waiting> waiting = new ArrayList<>();
  private volatile Tools tools = new Tools.NotLoaded("it is being connected to");
  private volatile boolean settled;
  private volatile Optional<JsonObject> serverCapabilities = Optional.empty();
  private final AtomicBoolean reloadPlanned = new AtomicBoolean();
  private long load;
  private boolean connectedBefore;

  /**
   * @param timer runs short tasks; must outlive this
   */
  public ToolCatalogueCache(Upstream upstream, ScheduledExecutorService timer) {
    this.upstream = upstream;
    this.timer = timer;
  }

  @Override
  public ToolLookup find(String name) {
    return switch (tools) {
      case Tools.NotLoaded(String why) -> new ToolLookup.NotLoaded(why);
      case Tools.Loaded(Map<String, ToolDefinition> byName) -> {
        ToolDefinition found = byName.get(name);
        yield found == null ? new ToolLookup.Unknown() : new ToolLookup.Known(found);
      }
    };
  }

  /** The tools in the server's order; empty while they are not known. */
  Optional<List<ToolDefinition>> all() {
    return switch (tools) {
      case Tools.NotLoaded _ -> Optional.empty();
      case Tools.Loaded(Map<String, ToolDefinition> byName) ->
          Optional.of(List.copyOf(byName.values()));
    };
  }

  /** Why the tools are not known; empty when they are. */
  Optional<String> missing() {
    return tools instanceof Tools.NotLoaded(String why) ? Optional.of(why) : Optional.empty();
  }

  /** Whether nothing newer is on its way. */
  boolean isSettled() {
    return settled;
  }

  /** Runs the task once: when the cache is settled, or after the timeout, or at once when full. */
  void whenSettled(Duration timeout, Runnable task) {
    var entry = new Waiting(task);
    synchronized (this) {
      if (!settled && waiting.size() < WAITING_MAX) {
        waiting.add(entry);
        later(timeout, () -> expire(entry));
        return;
      }
    }
    task.run();
  }

  /** What the server last said that it can do; empty before it was connected to. */
  Optional<JsonObject> serverCapabilities() {
    return serverCapabilities;
  }

  @Override
  public void connected(UpstreamState.Connected server) {
    synchronized (this) {
      connectedBefore = true;
    }
    serverCapabilities =
        Optional.of(server.initializeResult().object("capabilities").orElse(JsonObject.EMPTY));
    reload();
  }

  /** The first loss after a connection is waited out; a failed attempt to connect is not. */
  @Override
  public void disconnected(UpstreamState.Disconnected cause) {
    boolean lost;
    synchronized (this) {
      load++;
      lost = connectedBefore;
      connectedBefore = false;
      settled = false;
      if (tools instanceof Tools.NotLoaded) {
        tools = new Tools.NotLoaded(cause.why());
      }
    }
    if (!lost) {
      settle();
    }
  }

  @Override
  public void notified(Message.Notification notification) {
    if (notification.method().equals(LIST_CHANGED) && reloadPlanned.compareAndSet(false, true)) {
      later(CHANGE_DELAY, this::reloadAfterChange);
    }
  }

  private void reloadAfterChange() {
    reloadPlanned.set(false);
    reload();
  }

  private void reload() {
    Loading loading;
    synchronized (this) {
      settled = false;
      loading = new Loading(++load);
    }
    loading.page(Optional.empty());
  }

  private void loaded(long number, Map<String, ToolDefinition> byName) {
    synchronized (this) {
      if (number != load) {
        return;
      }
      tools = new Tools.Loaded(byName);
    }
    settle();
  }

  private void failed(long number, String why) {
    synchronized (this) {
      if (number != load) {
        return;
      }
      if (tools instanceof Tools.NotLoaded) {
        tools = new Tools.NotLoaded(why);
      }
    }
    LOG.warn("the tools of the MCP server are not known: {}; trying again", why);
    settle();
    later(RETRY_DELAY, () -> retry(number));
  }

  private void retry(long number) {
    synchronized (this) {
      if (number != load) {
        return;
      }
    }
    reload();
  }

  private void later(Duration delay, Runnable task) {
    var _ =
        timer.schedule(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                LOG.error("a task about the tools of the MCP server broke", e);
              }
            },
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void settle() {
    List<Waiting> ready;
    synchronized (this) {
      settled = true;
      ready = List.copyOf(waiting);
      waiting.clear();
    }
    for (Waiting entry : ready) {
      try {
        entry.task.run();
      } catch (RuntimeException e) { // the others wait all the same
        LOG.error("a message that waited for the tools of the MCP server broke", e);
      }
    }
  }

  private void expire(Waiting entry) {
    boolean still;
    synchronized (this) {
      still = waiting.remove(entry);
    }
    if (still) {
      entry.task.run();
    }
  }

  /** By identity: each is its own. */
  private static final class Waiting {
    private final Runnable task;

    Waiting(Runnable task) {
      this.task = task;
    }
  }

  /** One pass through the pages. Replies come one after the other, so it needs no lock. */
  private final class Loading {
    private final long number;
    private final Map<String, ToolDefinition> byName = new LinkedHashMap<>();
    private final Set<String> cursors = new HashSet<>();
    private int pages;
    private long bytes;

    Loading(long number) {
      this.number = number;
    }

    void page(Optional<String> cursor) {
      Optional<JsonObject> params =
          cursor.map(text -> JsonObject.builder().put("cursor", text).build());
      upstream.call("tools/list", params, PAGE_TIMEOUT, this::reply);
    }

    private void reply(UpstreamReply reply) {
      switch (reply) {
        case UpstreamReply.Result(JsonObject result) -> list(result);
        case UpstreamReply.Refused refused ->
            failed(number, "it refused tools/list with error " + refused.error().code());
        case UpstreamReply.Failed failed -> failed(number, failed.why());
      }
    }

    private void list(JsonObject result) {
      Optional<ToolList> page = ToolList.read(result);
      bytes += JsonText.bytes(result).length;
      if (page.isEmpty()) {
        failed(number, "its answer to tools/list is not a list of tools");
        return;
      }
      for (JsonObject tool : page.get().tools()) {
        String name = ToolList.name(tool);
        byName.putIfAbsent(name, new ToolDefinition(name, tool));
      }
      Optional<String> next = page.get().nextCursor();
      if (next.isEmpty()) {
        loaded(number, byName);
      } else if (++pages >= PAGES_MAX || byName.size() > TOOLS_MAX || bytes > BYTES_MAX) {
        failed(number, "its list of tools is too long");
      } else if (!cursors.add(next.get())) {
        failed(number, "its list of tools never ends");
      } else {
        page(next);
      }
    }
  }
}
