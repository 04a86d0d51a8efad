// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.Message.Notification;
import dev.mcppolicy.mcp.Message.Request;
import dev.mcppolicy.mcp.Message.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class McpProperties {
  private static final StrictJson JSON = new StrictJson(JsonLimits.REQUEST);

  /** Values whose member names are mostly those of messages, in every shape. */
  @Provide
  Arbitrary<JsonValue> values() {
    return values(4);
  }

  private static Arbitrary<JsonValue> values(int depth) {
    Arbitrary<JsonValue> leaves =
        Arbitraries.oneOf(
            Arbitraries.of("2.0", "tools/call", "ping", "initialize", "x", "", "1")
                .map(JsonValue::of),
            Arbitraries.longs().map(JsonValue::of),
            Arbitraries.of(true, false).map(JsonValue::of),
            Arbitraries.of(JsonNull.NULL, JsonObject.EMPTY, JsonArray.EMPTY));
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<String> names =
        Arbitraries.of(
            "jsonrpc",
            "id",
            "method",
            "params",
            "result",
            "error",
            "code",
            "message",
            "name",
            "arguments",
            "_meta",
            "progressToken",
            "traceparent",
            "cursor",
            "tools",
            "Name",
            "x");
    Arbitrary<JsonValue> objects =
        Arbitraries.maps(names, values(depth - 1))
            .ofMaxSize(6)
            .map(members -> new JsonObject(new LinkedHashMap<>(members)));
    Arbitrary<JsonValue> requests =
        objects.map(
            params ->
                JsonObject.builder()
                    .put("jsonrpc", "2.0")
                    .put("id", 1)
                    .put("method", "tools/call")
                    .put("params", params)
                    .build());
    return Arbitraries.oneOf(
        leaves, objects, requests, values(depth - 1).list().ofMaxSize(3).map(JsonArray::new));
  }

  @Property(tries = 3000)
  void everyValueIsReadOrRefusedWithATypedException(@ForAll("values") JsonValue value) {
    try {
      Message message = Messages.read(value);
      assertEquals(message, Messages.read(message.json()));
      Optional<JsonObject> params =
          switch (message) {
            case Request request -> request.params();
            case Notification notification -> notification.params();
            case Response response -> response.result();
          };
      for (ClientMethod method : ClientMethod.values()) {
        readParams(method, params);
      }
      params.ifPresent(ToolList::read);
      for (ItemList.Of of : ItemList.Of.values()) {
        params.ifPresent(result -> ItemList.read(of, result));
      }
    } catch (InvalidMessageException e) {
      assertTrue(e.error().message().length() < 400);
    }
  }

  private static void readParams(ClientMethod method, Optional<JsonObject> params) {
    try {
      JsonObject kept = method.params(params);
      assertEquals(kept, method.params(Optional.of(kept)), "cleaning again changes nothing");
    } catch (InvalidParamsException e) {
      assertTrue(e.error().message().length() < 400);
    }
    reads(() -> ToolsCall.read(params));
    reads(() -> InitializeParams.read(params));
    reads(() -> ResourceRead.read(params).isNormal());
    reads(() -> PromptGet.read(params));
  }

  private interface Reading {
    Object read() throws InvalidParamsException;
  }

  private static void reads(Reading reading) {
    try {
      reading.read();
    } catch (InvalidParamsException e) {
      assertTrue(e.error().message().length() < 400);
    }
  }

  @Property(tries = 2000)
  void noBytesThrowAnythingElse(@ForAll byte[] bytes) {
    try {
      Messages.read(JSON.read(bytes));
    } catch (MalformedJsonException | InvalidMessageException e) {
      assertTrue(String.valueOf(e.getMessage()).length() < 400);
    }
    try {
      new SseReader(100, _ -> {}).feed(ByteBuffer.wrap(bytes));
    } catch (InvalidMessageException e) {
      assertTrue(bytes.length > 50);
    }
  }

  @Provide
  Arbitrary<Message> messages() {
    Arbitrary<RequestId> ids =
        Arbitraries.oneOf(
            Arbitraries.longs()
                .between(-RequestId.INTEGER_MAX, RequestId.INTEGER_MAX)
                .map(RequestId.IntegerId::new),
            Arbitraries.strings()
                .ofMaxLength(20)
                .filter(McpProperties::isWellFormed)
                .map(RequestId.StringId::new));
    Arbitrary<Optional<JsonObject>> params =
        Arbitraries.maps(
                Arbitraries.of("name", "x", "uri"),
                Arbitraries.strings().ofMaxLength(30).filter(McpProperties::isWellFormed))
            .ofMaxSize(3)
            .map(McpProperties::object)
            .optional();
    Arbitrary<String> methods = Arbitraries.of("tools/call", "ping", "a\u2028b");
    return Arbitraries.oneOf(
        Combinators.combine(ids, methods, params).as(Request::new),
        Combinators.combine(methods, params).as(Notification::new),
        Combinators.combine(ids, params)
            .as(
                (id, result) ->
                    new Response(
                        id, Optional.of(result.orElse(JsonObject.EMPTY)), Optional.empty())));
  }

  private static JsonObject object(Map<String, String> texts) {
    var object = JsonObject.builder();
    texts.forEach(object::put);
    return object.build();
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  @Property(tries = 1000)
  void whatIsWrittenAsLineOrEventIsReadBackTheSame(@ForAll("messages") Message message)
      throws Exception {
    var lines = new ArrayList<byte[]>();
    new LineFramer(
            1 << 20,
            new LineFramer.Sink() {
              @Override
              public void line(byte[] line) {
                lines.add(line);
              }

              @Override
              public void overlong(byte[] head) {
                throw new AssertionError("too long");
              }
            })
        .feed(ByteBuffer.wrap(Lines.line(message.json())));
    var events = new ArrayList<byte[]>();
    new SseReader(1 << 20, events::add).feed(ByteBuffer.wrap(SseWriter.event(message.json())));
    for (List<byte[]> read : List.of(lines, events)) {
      assertEquals(1, read.size());
      assertEquals(message, Messages.read(JSON.read(read.getFirst())));
    }
    assertEquals(JsonText.string(message.json()).length() + 1, Lines.line(message.json()).length);
  }
}
