// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.EventLoops;
import dev.mcppolicy.proxy.http.Front;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.identity.Grants;
import dev.mcppolicy.proxy.local.PolicyFile.Content;
import dev.mcppolicy.proxy.upstream.Upstream;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The proxy alone: HTTP on the own machine in front, one upstream behind. */
public final class LocalProxy implements AutoCloseable {
  private final EventLoopGroup loops;
  private final DataPath dataPath;
  private final Front front;

  private LocalProxy(EventLoopGroup loops, DataPath dataPath, Front front) {
    this.loops = loops;
    this.dataPath = dataPath;
    this.front = front;
  }

  /**
   * What was asked for.
   *
   * @param grants at least one
   * @param listen an address of this machine alone: there is no TLS
   * @param workloads what container tools act on
   */
  public record Options(
      Path policy,
      List<TokenFile> grants,
      InetSocketAddress listen,
      HttpLimits limits,
      GateSettings settings,
      LocalWorkloads workloads) {
    public Options {
      grants = List.copyOf(grants);
    }
  }

  /** The event loops that a front shares with an upstream, so that a call changes no thread. */
  public static EventLoopGroup loops() {
    return EventLoops.start("data-path", Math.max(1, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Checks the options, opens the listener and begins to connect to the upstream, which belongs to
   * the proxy from then on, as the loops do.
   *
   * @throws StartException with every problem of the options; nothing was started then
   */
  public static LocalProxy start(
      Options options, EventLoopGroup loops, Upstream upstream, AuditLog audit, InstantSource clock)
      throws StartException {
    var problems = new ArrayList<String>();
    checkAddress(options.listen, problems);
    var grants = new Grants(entries(options.grants, problems));
    var file = new PolicyFile(options.policy);
    Content content = file.read(1);
    if (content instanceof Content.Unusable unusable) {
      problems.addAll(unusable.problems());
    }
    if (!problems.isEmpty() || !(content instanceof Content.Policy policy)) {
      throw new StartException(problems);
    }
    var dataPath =
        new DataPath(upstream, options.workloads.control(), audit, clock, options.settings);
    new LocalPolicy(file, grants, options.workloads).activate(policy, dataPath);
    Front front;
    try {
      front =
          Front.start(
              loops,
              options.listen,
              options.limits,
              dataPath.gate(),
              dataPath.clock(),
              Optional::empty);
    } catch (IllegalStateException e) {
      dataPath.close();
      throw new StartException(List.of("--listen: " + e.getMessage()));
    }
    dataPath.start();
    return new LocalProxy(loops, dataPath, front);
  }

  /** What is wrong with options of which some are not known; none when nothing is. */
  public static List<String> problems(
      Path policy, List<TokenFile> grants, Optional<InetSocketAddress> listen) {
    var problems = new ArrayList<String>();
    listen.ifPresent(address -> checkAddress(address, problems));
    entries(grants, problems);
    if (new PolicyFile(policy).read(1) instanceof Content.Unusable unusable) {
      problems.addAll(unusable.problems());
    }
    return problems;
  }

  private static void checkAddress(InetSocketAddress listen, List<String> problems) {
    if (!listen.getAddress().isLoopbackAddress()) {
      problems.add(
          "--listen: `"
              + listen.getAddress().getHostAddress()
              + "` can be reached from other machines and there is no TLS here; listen on 127.0.0.1,"
              + " or put a server with TLS in front");
    }
  }

  private static List<Grants.Entry> entries(List<TokenFile> files, List<String> problems) {
    var entries = new ArrayList<Grants.Entry>();
    for (TokenFile file : files) {
      switch (file.read()) {
        case TokenFile.Content.Token(Grants.Entry entry) -> entries.add(entry);
        case TokenFile.Content.Unusable(String problem) -> problems.add(problem);
      }
    }
    if (files.isEmpty()) {
      problems.add("--grant: there is none, so no one could call; add --grant NAME=TOKEN_FILE");
    }
    if (entries.stream().map(Grants.Entry::token).distinct().count() < entries.size()) {
      problems.add("--grant: two grants have the same token; give each its own");
    }
    if (entries.stream().map(Grants.Entry::grant).distinct().count() < entries.size()) {
      problems.add("--grant: two grants have the same name; give each its own");
    }
    return entries;
  }

  /** Where it listens, with the port that it got. */
  public InetSocketAddress address() {
    return front.address();
  }

  /** Ends everything; blocks until connections are closed and the server's process has ended. */
  @Override
  public void close() {
    front.close();
    dataPath.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
