// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.proxy.audit.JsonLinesAudit;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.HttpLimits;
import dev.mcppolicy.proxy.upstream.CommandConnector;
import dev.mcppolicy.proxy.upstream.StdioSettings;
import dev.mcppolicy.proxy.upstream.StdioUpstream;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.testkit.mcp.StdioRecording;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;

/** A proxy on a free port with the grants {@code agent} and {@code operator}. */
public final class LocalFixture implements AutoCloseable {
  public static final String AGENT = "agent-token-agent-token-agent-token";
  public static final String OPERATOR = "operator-token-operator-token-operator";

  private final Path policy;
  private final LocalProxy proxy;
  private final ByteArrayOutputStream audit;

  private LocalFixture(Path policy, LocalProxy proxy, ByteArrayOutputStream audit) {
    this.policy = policy;
    this.proxy = proxy;
    this.audit = audit;
  }

  public static LocalFixture start(Path folder, String policy, StdioRecording upstream)
      throws IOException, StartException {
    return start(
        folder,
        policy,
        new StdioUpstream(new CommandConnector(upstream.command()), StdioSettings.DEFAULT),
        HttpLimits.DEFAULT,
        InstantSource.system());
  }

  public static LocalFixture start(
      Path folder, String policy, Upstream upstream, HttpLimits limits, InstantSource clock)
      throws IOException, StartException {
    return start(
        folder, policy, upstream, limits, clock, GateSettings.of("test", "0"), LocalProxy.loops());
  }

  public static LocalFixture start(
      Path folder,
      String policy,
      Upstream upstream,
      HttpLimits limits,
      InstantSource clock,
      GateSettings settings,
      EventLoopGroup loops)
      throws IOException, StartException {
    Path policyFile = Files.writeString(folder.resolve("policy.json"), policy);
    Path agent = token(folder.resolve("agent.token"), AGENT);
    Path operator = token(folder.resolve("operator.token"), OPERATOR);
    var audit = new ByteArrayOutputStream();
    var options =
        new LocalProxy.Options(
            policyFile,
            List.of(new TokenFile("agent", agent), new TokenFile("operator", operator)),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            limits,
            settings,
            LocalWorkloads.NONE);
    return new LocalFixture(
        policyFile,
        LocalProxy.start(options, loops, upstream, new JsonLinesAudit(audit, "test"), clock),
        audit);
  }

  private static Path token(Path file, String token) throws IOException {
    Files.writeString(file, token + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  public int port() {
    return proxy.address().getPort();
  }

  public McpClient agent() throws IOException {
    return McpClient.begin(port(), AGENT);
  }

  public McpClient operator() throws IOException {
    return McpClient.begin(port(), OPERATOR);
  }

  public Path policy() {
    return policy;
  }

  /** Everything recorded so far. */
  public String audit() {
    return audit.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    proxy.close();
  }
}
