// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ItemList;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.enforce.Gate.Entered;
import dev.mcppolicy.proxy.enforce.Gate.Entry;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.upstream.UpstreamReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the lists of resources, their templates and prompts: what the grant may ever use, in the
 * server's order, on one page. A grant that may use nothing of a kind gets an empty list, and the
 * server is not asked.
 *
 * <p>A template is a text that rules could name like any URI: it is listed when one does, or when
 * the default allows. That it is listed allows no read.
 */
public final class ItemLists {
  private static final Logger LOG = LoggerFactory.getLogger(ItemLists.class);
  private static final int PAGES_MAX = 64;
  private static final int ITEMS_MAX = 2_000;
  private static final int BYTES_MAX = 16 << 20;
  private static final int LISTS_MAX = 32;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Upstream upstream;
  private final Semaphore places = new Semaphore(LISTS_MAX);

  public ItemLists(Upstream upstream) {
    this.upstream = upstream;
  }

  /** What policies call the items of a list. */
  static Subject.Kind kind(ItemList.Of of) {
    return switch (of) {
      case RESOURCES, RESOURCE_TEMPLATES -> Subject.Kind.RESOURCE;
      case PROMPTS -> Subject.Kind.PROMPT;
    };
  }

  /** The answer arrives exactly once, in bounded time. */
  void answer(
      Entered entered,
      Supplier<Entry> again,
      Message.Request request,
      ItemList.Of of,
      Consumer<Answer> answer) {
    if (request.params().map(params -> params.has("cursor")).orElse(false)) {
      answer.accept(
          Answer.error(
              request.id(),
              new RpcError(
                  RpcError.INVALID_PARAMS, "the cursor is not known; the list has a single page")));
    } else if (!entered.policy().policies().listsAny(kind(of), entered.grant())) {
      answer.accept(Answer.result(request.id(), of.result(List.of())));
    } else if (places.tryAcquire()) {
      new Loading(of, request.id(), again, answer).page(Optional.empty());
    } else {
      answer.accept(failed(request.id(), "too many lists are being read"));
    }
  }

  private static Answer failed(RequestId id, String why) {
    return Answer.error(id, new RpcError(RpcError.INTERNAL_ERROR, why + "; try again"));
  }

  /** One pass through the pages. Replies come one after the other, so it needs no lock. */
  private final class Loading {
    private final ItemList.Of of;
    private final RequestId id;
    private final Supplier<Entry> again;
    private final Consumer<Answer> answer;
    private final long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    private final List<JsonObject> items = new ArrayList<>();
    private final Set<String> cursors = new HashSet<>();
    private int pages;
    private long bytes;

    Loading(ItemList.Of of, RequestId id, Supplier<Entry> again, Consumer<Answer> answer) {
      this.of = of;
      this.id = id;
      this.again = again;
      this.answer = answer;
    }

    void page(Optional<String> cursor) {
      long leftNanos = deadlineNanos - System.nanoTime();
      if (leftNanos <= 0) {
        end(failed(id, "the MCP server took too long to list its " + of.word()));
        return;
      }
      upstream.call(
          of.method().text(),
          cursor.map(text -> JsonObject.builder().put("cursor", text).build()),
          Duration.ofNanos(leftNanos),
          this::reply);
    }

    private void reply(UpstreamReply reply) {
      switch (reply) {
        case UpstreamReply.Result(JsonObject result) -> page(result);
        case UpstreamReply.Refused(RpcError error) -> end(Answer.error(id, error));
        case UpstreamReply.Failed(boolean _, String why) -> end(failed(id, why));
      }
    }

    private void page(JsonObject result) {
      Optional<ItemList> page = ItemList.read(of, result);
      bytes += JsonText.bytes(result).length;
      if (page.isEmpty()) {
        end(failed(id, "the MCP server's answer is not a list of " + of.word()));
        return;
      }
      items.addAll(page.get().items());
      Optional<String> next = page.get().nextCursor();
      if (next.isEmpty()) {
        end(listed());
      } else if (++pages >= PAGES_MAX || items.size() > ITEMS_MAX || bytes > BYTES_MAX) {
        end(failed(id, "the MCP server's list of " + of.word() + " is too long"));
      } else if (!cursors.add(next.get())) {
        end(failed(id, "the MCP server's list of " + of.word() + " never ends"));
      } else {
        page(next);
      }
    }

    /** By the policy that holds now: reading the list took a while. */
    private Answer listed() {
      try {
        return filtered();
      } catch (RuntimeException e) {
        LOG.error("a list of {} broke", of.word(), e);
        return failed(id, "the list broke inside the proxy");
      }
    }

    private Answer filtered() {
      return switch (again.get()) {
        case Entry.Closed(Answer closed) -> closed;
        case Entry.Open(Entered entered) ->
            Answer.result(
                id,
                of.result(
                    items.stream()
                        .filter(
                            item ->
                                entered
                                    .policy()
                                    .policies()
                                    .lists(new Subject(kind(of), of.name(item)), entered.grant()))
                        .toList()));
      };
    }

    private void end(Answer last) {
      places.release();
      answer.accept(last);
    }
  }
}
