// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Reads the bridge's stderr socket for as long as it is open, over restarts of the bridge. */
final class StderrSocket implements AutoCloseable {
  private final Path socket;
  private final StderrLog log = new StderrLog();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile AutoCloseable open = () -> {};

  private StderrSocket(Path socket) {
    this.socket = socket;
  }

  static StderrSocket read(Path socket) {
    var reader = new StderrSocket(socket);
    Thread.ofVirtual().name("upstream-stderr").start(reader::run);
    return reader;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      open.close();
    } catch (Exception e) {
      // it is closed all the same
    }
  }

  private void run() {
    var backOff = new BackOff(BackOff.Settings.DEFAULT, RandomGenerator.getDefault());
    var buffer = ByteBuffer.allocate(8192);
    try {
      do {
        long begun = System.nanoTime();
        boolean connected = readOnce(buffer);
        Duration lived = connected ? Duration.ofNanos(System.nanoTime() - begun) : Duration.ZERO;
        if (closing.await(backOff.next(lived).toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
      } while (true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a connection was made; a bridge that is not there yet is no news. */
  private boolean readOnce(ByteBuffer buffer) {
    boolean connected = false;
    try (SocketChannel channel = UnixSocketConnector.connect(socket)) {
      open = channel;
      connected = true;
      while (closing.getCount() > 0 && channel.read(buffer.clear()) >= 0) {
        log.feed(buffer.flip());
      }
    } catch (IOException e) {
      // the end of this connection, or none was made: the next one follows
    }
    return connected;
  }
}
