// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Starts a command, without a shell and with this process's environment, and speaks over its stdin
 * and stdout. For the proxy on a laptop.
 */
public final class CommandConnector implements StdioConnector {
  private static final Duration STDIN_GRACE = Duration.ofSeconds(1);
  private static final Duration TERM_GRACE = Duration.ofSeconds(4);
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);

  private final List<String> command;

  /**
   * @param command program and arguments, at least one
   */
  public CommandConnector(List<String> command) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("no command given");
    }
    this.command = List.copyOf(command);
  }

  @Override
  public Channel open() throws IOException {
    try {
      return new Child(new ProcessBuilder(command).start());
    } catch (IOException e) {
      throw new IOException(
          "the command `" + command.getFirst() + "` cannot be started: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // each channel ends its own process
  }

  private static final class Child implements Channel {
    private final Process process;
    private final InputStream stdout;
    private final OutputStream stdin;
    private final CompletableFuture<String> gone;

    Child(Process process) {
      this.process = process;
      this.stdout = process.getInputStream();
      this.stdin = process.getOutputStream();
      this.gone = process.onExit().thenApply(ended -> "it exited with code " + ended.exitValue());
      Thread.ofPlatform().daemon().name("upstream-stderr").start(this::drainStderr);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      int count = stdout.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
      if (count > 0) {
        into.position(into.position() + count);
      }
      return count;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      stdin.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      bytes.position(bytes.limit());
      stdin.flush();
    }

    @Override
    public CompletableFuture<String> gone() {
      return gone;
    }

    /**
     * Ends the process and all that it started, as the stdio transport asks: stdin closed, then
     * SIGTERM, then SIGKILL. Processes are looked for before each step, since those whose parent is
     * gone can no longer be found.
     */
    @Override
    public void close() {
      Set<ProcessHandle> tree = new LinkedHashSet<>();
      find(tree);
      Thread.ofPlatform().daemon().name("upstream-close").start(this::closeStdin);
      if (ended(tree, STDIN_GRACE)) {
        return;
      }
      find(tree);
      tree.forEach(ProcessHandle::destroy);
      if (ended(tree, TERM_GRACE)) {
        return;
      }
      find(tree);
      tree.forEach(ProcessHandle::destroyForcibly);
      ended(tree, KILL_GRACE);
    }

    /** Waits for a writer that is blocked in the same stream, hence on a thread of its own. */
    private void closeStdin() {
      try {
        stdin.close();
      } catch (IOException e) {
        // the reader of it is gone
      }
    }

    private void find(Set<ProcessHandle> tree) {
      tree.add(process.toHandle());
      tree.addAll(process.descendants().collect(Collectors.toSet()));
    }

    private static boolean ended(Set<ProcessHandle> tree, Duration within) {
      try {
        CompletableFuture.allOf(
                tree.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
            .get(within.toNanos(), TimeUnit.NANOSECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e); // an exit is not a failure
      }
    }

    private void drainStderr() {
      var log = new StderrLog();
      byte[] buffer = new byte[8192];
      try (InputStream stderr = process.getErrorStream()) {
        for (int count = stderr.read(buffer); count >= 0; count = stderr.read(buffer)) {
          log.feed(ByteBuffer.wrap(buffer, 0, count));
        }
      } catch (IOException e) {
        // closed with the process
      }
    }
  }
}
