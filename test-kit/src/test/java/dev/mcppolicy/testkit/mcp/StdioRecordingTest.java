// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StdioRecordingTest {
  @TempDir Path folder;

  /** What makes T16 possible at the real server: a raw carriage return ends a message. */
  @Test
  void takesRawCarriageReturnForTheEndOfMessage() throws IOException {
    var recording = StdioRecording.in(folder);
    var sent =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"x\":\r{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\r}\n";
    var server =
        new ProcessBuilder(recording.command())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in = server.outputWriter(StandardCharsets.UTF_8);
        var out = server.inputReader(StandardCharsets.UTF_8)) {
      in.write(sent);
      in.flush();
      assertEquals("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}", out.readLine());
    } finally {
      server.destroyForcibly();
    }
    assertArrayEquals(sent.getBytes(StandardCharsets.UTF_8), recording.bytes());
    assertEquals(3, recording.messages().size());
    assertEquals(1, recording.messages("ping").size());
  }

  @Test
  void crashesWhenAskedAndCountsItsStarts() throws Exception {
    var recording = StdioRecording.in(folder);
    assertFalse(Files.exists(recording.file()));
    var call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"crash\"}}\n";
    for (var start = 1; start <= 2; start++) {
      var server =
          new ProcessBuilder(recording.command())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var in = server.outputWriter(StandardCharsets.UTF_8)) {
        in.write(call);
        in.flush();
        assertEquals(StdioUpstream.CRASH_EXIT_CODE, server.waitFor());
      }
      assertEquals(start, recording.processIds().size());
    }
    assertEquals(List.of(call.strip(), call.strip()), recording.messages());
  }
}
