// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.ToolList;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.upstream.UpstreamState.Connected;
import dev.mcppolicy.testkit.mcp.StdioRecording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandConnectorTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private static Reply call(Upstream upstream, String tool, JsonObject arguments) {
    var reply = new Reply();
    JsonObject params = new ToolsCall(tool, arguments, Optional.empty()).params();
    upstream.call("tools/call", Optional.of(params), TIMEOUT, reply);
    return reply;
  }

  @Test
  void speaksToARealProcessAndStartsItAgainAfterACrash_T136() throws Exception {
    StdioRecording server = StdioRecording.in(folder);
    var events = new Events();
    try (var upstream =
        new StdioUpstream(new CommandConnector(server.command()), StdioSettings.DEFAULT)) {
      upstream.start(events);
      var tools = new Reply();
      upstream.call("tools/list", Optional.empty(), TIMEOUT, tools);
      assertEquals(12, ToolList.read(tools.result()).orElseThrow().tools().size());
      events.next(Connected.class);

      var crash = call(upstream, "crash", JsonObject.EMPTY);
      assertTrue(crash.failed().sent());
      assertTrue(crash.failed().why().contains("it exited with code 42"), crash.failed().why());
      var echo = call(upstream, "echo", JsonObject.builder().put("a", "\r\n\u2028").build());
      assertTrue(JsonText.string(echo.result()).contains("echo "), echo.result().toString());
      crash.cameOnce();
    }
    assertEquals(2, server.processIds().size());
    for (long pid : server.processIds()) {
      assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }
    for (byte b : server.bytes()) {
      assertTrue(b == '\n' || (b >= 0x20 && b < 0x7F), "byte " + b + " was written upstream");
    }
  }

  @Test
  void saysWhichCommandCannotBeStarted() {
    var connector = new CommandConnector(List.of("/no/such/program", "--secret=1"));
    var e = assertThrows(IOException.class, connector::open);
    assertTrue(
        String.valueOf(e.getMessage())
            .startsWith("the command `/no/such/program` cannot be started: "),
        e.getMessage());
    assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
  }

  @Test
  void endsAProcessThatIgnoresItsInputAndSigtermAndWhatItStarted() throws Exception {
    String script = "trap '' TERM; sleep 600 & echo $! $$; while :; do sleep 1; done";
    try (var connector = new CommandConnector(List.of("/bin/sh", "-c", script))) {
      StdioConnector.Channel channel = connector.open();
      ByteBuffer buffer = ByteBuffer.allocate(100);
      while (buffer.position() == 0 || buffer.get(buffer.position() - 1) != '\n') {
        assertTrue(channel.read(buffer) > 0);
      }
      String[] pids =
          new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII)
              .strip()
              .split(" ");
      channel.close();
      for (String pid : pids) {
        ProcessHandle.of(Long.parseLong(pid))
            .ifPresent(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
      }
      assertEquals("it exited with code 137", channel.gone().get(20, TimeUnit.SECONDS));
    }
  }
}
