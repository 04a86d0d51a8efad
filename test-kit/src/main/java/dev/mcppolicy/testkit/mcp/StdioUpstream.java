// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.testkit.mcp;

import dev.mcppolicy.testkit.mcp.McpAnswers.Answer;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * The program of a {@link StdioRecording}: an MCP server on standard input and output that appends
 * every byte it reads to a file. Like the real {@code vllm-mcp-server} it takes LF, CR and CRLF for
 * the end of a message. The tool {@code crash} ends the process with exit code 42.
 *
 * <p>Usage: {@code StdioUpstream RECORD DELAY_MILLIS [TOOL…]}; no tool means the 12 of {@code
 * vllm-mcp-server} 0.1.4.
 */
final class StdioUpstream {
  static final int CRASH_EXIT_CODE = 42;

  private StdioUpstream() {}

  static void main(String[] arguments) throws IOException {
    var record = Path.of(arguments[0]);
    var delay = Duration.ofMillis(Long.parseLong(arguments[1]));
    var tools = List.of(arguments).subList(2, arguments.length);
    var answers =
        tools.isEmpty()
            ? McpAnswers.withToolsOfVllmMcpServer(delay)
            : McpAnswers.withTools(tools, delay);
    Files.writeString(
        StdioRecording.starts(record),
        ProcessHandle.current().pid() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    System.err.println("recording to " + record);
    try (var copy =
            Files.newOutputStream(record, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        var in =
            new BufferedReader(
                new InputStreamReader(
                    copying(new FileInputStream(FileDescriptor.in), copy),
                    StandardCharsets.UTF_8))) {
      var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        answer(answers.to(line), out);
      }
    }
  }

  private static void answer(Answer answer, PrintStream out) {
    switch (answer) {
      case Answer.Nothing() -> {}
      case Answer.Hang() -> {}
      case Answer.Crash() -> Runtime.getRuntime().halt(CRASH_EXIT_CODE);
      case Answer.Message(var text, var delay) ->
          Thread.ofVirtual()
              .start(
                  () -> {
                    RecordingUpstream.pause(delay);
                    synchronized (out) {
                      out.print(text + "\n");
                      out.flush();
                    }
                  });
    }
  }

  private static InputStream copying(InputStream in, OutputStream copy) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] buffer, int from, int length) throws IOException {
        var count = in.read(buffer, from, length);
        if (count > 0) {
          copy.write(buffer, from, count);
          copy.flush();
        }
        return count;
      }

      @Override
      public int read() {
        throw new UncheckedIOException(new IOException("only reads into a buffer are recorded"));
      }
    };
  }
}
