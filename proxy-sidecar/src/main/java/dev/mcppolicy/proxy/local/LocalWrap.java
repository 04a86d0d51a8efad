// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.mcp.LineFramer;
import dev.mcppolicy.mcp.Lines;
import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.enforce.Answer;
import dev.mcppolicy.proxy.enforce.Gate;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.identity.Grants;
import dev.mcppolicy.proxy.local.PolicyFile.Content;
import dev.mcppolicy.proxy.upstream.Upstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stdio server for one client, which is another server under a policy: a message a line on both
 * sides, everything between them through the same gate as over HTTP.
 */
public final class LocalWrap implements AutoCloseable {
  /** The name of the one grant: policies may name it. */
  public static final String GRANT = "local";

  private static final Logger LOG = LoggerFactory.getLogger(LocalWrap.class);
  private static final int ANSWERS_OWED_MAX = 128;
  private static final Duration END_TIME = Duration.ofSeconds(10);

  private final DataPath dataPath;
  private final OutputStream out;
  private final StdioArrival arrival = new StdioArrival(new Grant(GRANT));
  private final Semaphore places = new Semaphore(ANSWERS_OWED_MAX);

  private LocalWrap(DataPath dataPath, OutputStream out) {
    this.dataPath = dataPath;
    this.out = out;
  }

  /**
   * Reads the policy and begins to connect to the upstream, which belongs to this from then on.
   *
   * @param out carries messages and nothing else
   * @param workloads what container tools act on
   * @throws StartException with every problem of the policy; nothing was started then
   */
  public static LocalWrap start(
      Path policy,
      Upstream upstream,
      OutputStream out,
      AuditLog audit,
      InstantSource clock,
      GateSettings settings,
      LocalWorkloads workloads)
      throws StartException {
    var file = new PolicyFile(policy);
    return switch (file.read(1)) {
      case Content.Unusable unusable -> throw new StartException(unusable.problems());
      case Content.Policy content -> {
        var dataPath = new DataPath(upstream, workloads.control(), audit, clock, settings);
        new LocalPolicy(file, new Grants(List.of()), workloads).activate(content, dataPath);
        dataPath.start();
        yield new LocalWrap(dataPath, out);
      }
    };
  }

  /**
   * Serves what comes from the client until it closes its side, then waits a while for answers that
   * are owed.
   */
  public void serve(InputStream in) throws IOException {
    var framer = new LineFramer(JsonLimits.REQUEST.documentBytesMax(), new Incoming());
    byte[] buffer = new byte[1 << 16];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      framer.feed(ByteBuffer.wrap(buffer, 0, count));
    }
    try {
      var _ = places.tryAcquire(ANSWERS_OWED_MAX, END_TIME.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the server's process. */
  @Override
  public void close() {
    dataPath.close();
  }

  private final class Incoming implements LineFramer.Sink {

    @Override
    public void line(byte[] line) {
      if (new String(line, StandardCharsets.ISO_8859_1).isBlank()) {
        return;
      }
      switch (dataPath.gate().enter(arrival)) {
        case Gate.Entry.Closed(Answer answer) -> write(answer);
        case Gate.Entry.Open(Gate.Entered entered) -> {
          places.acquireUninterruptibly();
          dataPath
              .gate()
              .message(
                  entered,
                  arrival,
                  line,
                  answer -> {
                    write(answer);
                    places.release();
                  });
        }
      }
    }

    @Override
    public void overlong(byte[] beginning) {
      LOG.warn(
          "a message of the client is longer than {} bytes and is dropped",
          JsonLimits.REQUEST.documentBytesMax());
    }
  }

  /** An error without an id answers no request: a client on stdio could not place it. */
  private void write(Answer answer) {
    if (answer.body().isEmpty()) {
      return;
    }
    if (!answer.body().get().has("id")) {
      answer
          .body()
          .get()
          .object("error")
          .flatMap(error -> error.string("message"))
          .ifPresent(text -> LOG.warn("a message of the client was refused: {}", text));
      return;
    }
    byte[] line = Lines.line(answer.body().get());
    synchronized (out) {
      try {
        out.write(line);
        out.flush();
      } catch (IOException e) {
        LOG.warn("an answer could not be written: {}", e.getMessage());
      }
    }
  }
}
