// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.ProtocolVersion;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.proxy.upstream.PendingCall;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.upstream.UpstreamListener;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import dev.mcppolicy.proxy.upstream.UpstreamState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A guarded server in memory: writes every request down and answers calls at once, by echoing them,
 * unless a test tells it otherwise.
 */
public final class FakeUpstream implements Upstream {
  /** One request that arrived. */
  public record Sent(String method, JsonObject params, Consumer<UpstreamReply> reply) {
    /** What would have been on the wire. */
    public String text() {
      return JsonText.string(params);
    }
  }

  private final List<Sent> calls = new CopyOnWriteArrayList<>();
  private final List<String> cancelled = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<Sent> held = new LinkedBlockingQueue<>();
  private volatile List<String> tools = List.of("stop_vllm", "start_vllm", "vllm_status");
  private volatile Function<JsonObject, UpstreamReply> answer = FakeUpstream::echo;
  private volatile JsonObject capabilities = JsonObject.EMPTY;
  private final Map<String, Function<JsonObject, UpstreamReply>> answers =
      new ConcurrentHashMap<>();
  private volatile boolean holding;
  private volatile boolean silent;
  private volatile Optional<UpstreamListener> listener = Optional.empty();

  /** The tool calls so far. */
  public List<Sent> calls() {
    return List.copyOf(calls);
  }

  public List<String> cancelled() {
    return List.copyOf(cancelled);
  }

  /** From now on calls wait in {@link #nextHeld}. */
  public void hold() {
    holding = true;
  }

  public Sent nextHeld() throws InterruptedException {
    Sent next = held.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no call arrived");
    }
    return next;
  }

  public void answerWith(Function<JsonObject, UpstreamReply> changed) {
    answer = changed;
  }

  /** Answers that method in this way, whatever is said of calls. */
  public void answer(String method, Function<JsonObject, UpstreamReply> with) {
    answers.put(method, with);
  }

  /** What it says that it can do when it is connected to. */
  public FakeUpstream with(String... capability) {
    var all = JsonObject.builder();
    for (String name : capability) {
      all.put(name, JsonObject.EMPTY);
    }
    capabilities = all.build();
    return this;
  }

  /** Does not answer tools/list, nor connect, until {@link #connect}. */
  public FakeUpstream unconnected() {
    silent = true;
    return this;
  }

  public void connect() {
    silent = false;
    JsonObject result = JsonObject.builder().put("capabilities", capabilities).build();
    listener().connected(new UpstreamState.Connected(1, ProtocolVersion.LATEST, result));
  }

  public void disconnect(String why) {
    listener().disconnected(new UpstreamState.Disconnected(why));
  }

  /** Other tools, and the notification that says so. */
  public void changeTools(String... names) {
    tools = List.of(names);
    listener()
        .notified(new Message.Notification("notifications/tools/list_changed", Optional.empty()));
  }

  private UpstreamListener listener() {
    return listener.orElseThrow();
  }

  @Override
  public void start(UpstreamListener hears) {
    listener = Optional.of(hears);
    if (!silent) {
      connect();
    }
  }

  @Override
  public PendingCall call(
      String method, Optional<JsonObject> params, Duration timeout, Consumer<UpstreamReply> reply) {
    if (method.equals("tools/list")) {
      reply.accept(new UpstreamReply.Result(list()));
      return reason -> {};
    }
    var sent = new Sent(method, params.orElse(JsonObject.EMPTY), reply);
    calls.add(sent);
    if (holding) {
      held.add(sent);
    } else {
      reply.accept(answers.getOrDefault(method, answer).apply(sent.params));
    }
    return reason -> {
      cancelled.add(reason);
      reply.accept(new UpstreamReply.Failed(true, reason));
    };
  }

  private JsonObject list() {
    return JsonObject.builder()
        .put("tools", new JsonArray(tools.stream().<JsonValue>map(FakeUpstream::tool).toList()))
        .build();
  }

  private static JsonObject tool(String name) {
    JsonObject string = JsonObject.builder().put("type", "string").build();
    JsonObject number = JsonObject.builder().put("type", "number").build();
    return JsonObject.builder()
        .put("name", name)
        .put("title", "the tool " + name)
        .put(
            "inputSchema",
            JsonObject.builder()
                .put("type", "object")
                .put(
                    "properties",
                    JsonObject.builder()
                        .put("container_name", string)
                        .put("model", string)
                        .put("units", number)
                        .build())
                .build())
        .build();
  }

  /** A result whose text is what was sent. */
  public static UpstreamReply echo(JsonObject params) {
    return new UpstreamReply.Result(Replies.toolText(JsonText.string(params), false));
  }

  @Override
  public void sendNotification(String method, Optional<JsonObject> params) {}

  @Override
  public UpstreamState state() {
    return new UpstreamState.Disconnected("fake");
  }

  @Override
  public void close() {}
}
