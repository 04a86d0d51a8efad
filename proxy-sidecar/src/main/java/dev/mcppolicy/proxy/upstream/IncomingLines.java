// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.InvalidMessageException;
import dev.mcppolicy.mcp.LineFramer;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.mcp.Message.Request;
import dev.mcppolicy.mcp.Message.Response;
import dev.mcppolicy.mcp.Messages;
import dev.mcppolicy.mcp.Replies;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RequestId.IntegerId;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Failed;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Refused;
import dev.mcppolicy.proxy.upstream.UpstreamReply.Result;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a server writes to its stdout and hands each message to whom it belongs. */
final class IncomingLines implements LineFramer.Sink {
  private static final Pattern RESPONSE_HEAD =
      Pattern.compile("\\{\"jsonrpc\": ?\"2\\.0\", ?\"id\": ?(\\d{1,15}),");

  private final StdioSettings settings;
  private final StdioConnection connection;
  private final Consumer<Notification> notified;
  private final Dropped dropped;
  private final StrictJson json;
  private int junkLines;

  IncomingLines(
      StdioSettings settings,
      StdioConnection connection,
      Consumer<Notification> notified,
      Dropped dropped) {
    this.settings = settings;
    this.connection = connection;
    this.notified = notified;
    this.dropped = dropped;
    this.json = new StrictJson(JsonLimits.RESPONSE.withDocumentBytesMax(settings.lineBytesMax()));
  }

  @Override
  public void line(byte[] line) {
    try {
      switch (Messages.read(json.read(line))) {
        case Response response -> answer(response);
        case Notification notification -> notified.accept(notification);
        case Request request -> refuse(request);
      }
    } catch (MalformedJsonException e) {
      junk("a line that is not JSON");
    } catch (InvalidMessageException e) {
      e.id().ifPresent(id -> fail(id, "the MCP server sent an answer that is not valid"));
      junk("JSON that is not a message");
    }
  }

  /** The call that the line answers is told at once, where the line begins as servers begin it. */
  @Override
  public void overlong(byte[] head) {
    Matcher response = RESPONSE_HEAD.matcher(new String(head, StandardCharsets.ISO_8859_1));
    if (response.lookingAt()) {
      fail(
          RequestId.of(Long.parseLong(response.group(1))),
          "the MCP server sent an answer of more than " + settings.lineBytesMax() + " bytes");
    }
    junk("a line of more than " + settings.lineBytesMax() + " bytes");
  }

  private void answer(Response response) {
    UpstreamReply reply =
        response
            .result()
            .<UpstreamReply>map(Result::new)
            .orElseGet(() -> new Refused(response.error().orElseThrow()));
    if (!(response.id() instanceof IntegerId(long id)) || !connection.answer(id, reply)) {
      dropped.unknownResponse();
    }
  }

  private void fail(RequestId id, String why) {
    if (id instanceof IntegerId(long number)) {
      connection.answer(number, new Failed(true, why));
    }
  }

  private void refuse(Request request) {
    if (request.method().equals("ping")) {
      connection.send(Replies.result(request.id(), JsonObject.EMPTY));
      return;
    }
    dropped.refusedRequest();
    connection.send(
        Replies.error(
            request.id(),
            new RpcError(
                RpcError.METHOD_NOT_FOUND,
                "requests to the client are not served: the client declared no capabilities")));
  }

  private void junk(String what) {
    dropped.junkLine(what);
    if (++junkLines > settings.junkLinesMax()) {
      connection.end("it wrote " + junkLines + " lines to its stdout that are not MCP messages");
    }
  }
}
