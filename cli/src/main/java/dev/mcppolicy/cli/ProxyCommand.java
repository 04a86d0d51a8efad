// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.proxy.audit.JsonLinesAudit;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.local.LocalProxy;
import dev.mcppolicy.proxy.local.StartException;
import dev.mcppolicy.proxy.local.TokenFile;
import dev.mcppolicy.proxy.upstream.Upstream;
import io.netty.channel.EventLoopGroup;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mcp-policy proxy}: HTTP in front. */
@Command(
    name = "proxy",
    description = {
      "Serves MCP over HTTP at http://ADDRESS/mcp, under a policy.",
      "Behind it: a command that is started and spoken to over stdio, or a server at a URL.",
      "The policy file is read again whenever it changes. The audit record goes to standard output."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ProxyCommand implements Callable<Integer> {
  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "the policy document, JSON or YAML")
  private @Nullable Path policy;

  @Option(
      names = "--grant",
      paramLabel = "NAME=TOKEN_FILE",
      description = "who may call: a name for policies and the file with its token; repeatable")
  private List<String> grants = new ArrayList<>();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1:8080",
      description = "an address of this machine and a port (default: ${DEFAULT-VALUE})")
  private String listen = "";

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "the server, when it is not a command: where it serves Streamable HTTP")
  private @Nullable String upstream;

  @Mixin private WorkloadOptions workloads = new WorkloadOptions();

  @Parameters(paramLabel = "COMMAND", description = "after `--`: the server's command line")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    var problems = new ArrayList<String>();
    var files = new ArrayList<TokenFile>();
    for (String grant : grants) {
      try {
        files.add(TokenFile.parse(grant));
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    Optional<InetSocketAddress> address = Addresses.parse(listen);
    if (address.isEmpty()) {
      problems.add(
          "--listen: `" + listen + "` is not an address and a port, such as 127.0.0.1:8080");
    }
    Optional<String> url = Optional.ofNullable(upstream);
    problems.addAll(Upstreams.problems(url, command));
    problems.addAll(workloads.problems());
    if (policy == null) {
      throw new IllegalStateException("picocli asks for --policy before it calls");
    }
    if (!problems.isEmpty() || address.isEmpty()) {
      problems.addAll(LocalProxy.problems(policy, files, address));
      throw new StartException(problems);
    }
    EventLoopGroup loops = LocalProxy.loops();
    Upstream server = url.isPresent() ? Upstreams.of(url.get(), loops) : Upstreams.of(command);
    var options =
        new LocalProxy.Options(
            policy,
            files,
            address.get(),
            HttpLimits.DEFAULT,
            GateSettings.of(Upstreams.name(url, command), Version.text()),
            workloads.open());
    var audit = new JsonLinesAudit(new FileOutputStream(FileDescriptor.out), "local");
    LocalProxy proxy = LocalProxy.start(options, loops, server, audit, InstantSource.system());
    Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "end"));
    System.err.println(
        "mcp-policy: serving MCP at http://" + Addresses.text(proxy.address()) + "/mcp");
    new CountDownLatch(1).await(); // until a signal ends the process
    return 0;
  }
}
