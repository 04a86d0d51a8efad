// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.audit.JsonLinesAudit;
import dev.mcppolicy.proxy.bundle.BundleReceiver;
import dev.mcppolicy.proxy.bundle.BundleSource;
import dev.mcppolicy.proxy.docker.tls.EndpointWorkloads;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.http.EventLoops;
import dev.mcppolicy.proxy.kubernetes.ApiServer;
import dev.mcppolicy.proxy.kubernetes.ApiServerSettings;
import dev.mcppolicy.proxy.kubernetes.NamedSecret;
import dev.mcppolicy.proxy.kubernetes.SecretBundleSource;
import dev.mcppolicy.proxy.kubernetes.ServerState;
import dev.mcppolicy.proxy.kubernetes.ServerStateAcks;
import dev.mcppolicy.proxy.kubernetes.WorkloadEvents;
import dev.mcppolicy.proxy.kubernetes.WorkloadsByKind;
import dev.mcppolicy.proxy.upstream.StdioSettings;
import dev.mcppolicy.proxy.upstream.StdioUpstream;
import dev.mcppolicy.proxy.upstream.UnixSocketConnector;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.env.Environment;
import io.netty.channel.EventLoopGroup;
import jakarta.inject.Singleton;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Which parts a sidecar is made of. */
@Factory
final class Wiring {
  private static final Duration SERVER_STARTS_WITHIN = Duration.ofSeconds(10);

  private static final InstantSource CLOCK = InstantSource.system();

  @Singleton
  SidecarSettings settings(Environment environment) {
    return SidecarSettings.of(environment);
  }

  @Singleton
  EventLoopGroup loops() {
    return EventLoops.start("data-path", Runtime.getRuntime().availableProcessors());
  }

  @Singleton
  @Bean(preDestroy = "close")
  ApiServer apiServer(SidecarSettings settings) {
    return new ApiServer(ApiServerSettings.inPod(settings.apiServer(), settings.credentials()));
  }

  @Singleton
  ServerState serverState(ApiServer api, SidecarSettings settings) {
    return new ServerState(api, settings.namespace(), settings.server());
  }

  @Singleton
  EndpointWorkloads containers(ApiServer api, SidecarSettings settings) {
    return new EndpointWorkloads(
        new SecretCertificates(new NamedSecret(api, settings.namespace())), CLOCK);
  }

  @Singleton
  @Primary
  WorkloadControl workloads(
      ApiServer api, ServerState state, SidecarSettings settings, EndpointWorkloads containers) {
    String namespace = settings.namespace();
    var events = new WorkloadEvents(api, settings.pod(), CLOCK);
    return new WorkloadsByKind(api, state, events, containers, namespace, CLOCK);
  }

  @Singleton
  BundleSource bundles(ApiServer api, ServerState state, SidecarSettings settings) {
    return new SecretBundleSource(
        api,
        settings.namespace(),
        settings.server(),
        new ServerStateAcks(state, settings.pod(), settings.podUid(), CLOCK));
  }

  @Singleton
  Upstream upstream(SidecarSettings settings) {
    return new StdioUpstream(
        new UnixSocketConnector(
            settings.bridgeDirectory().resolve("mcp.sock"),
            settings.bridgeDirectory().resolve("stderr.sock"),
            SERVER_STARTS_WITHIN),
        StdioSettings.DEFAULT);
  }

  /** Standard output belongs to the record alone; logs go to standard error. */
  @Singleton
  AuditLog audit(SidecarSettings settings) {
    return new JsonLinesAudit(new FileOutputStream(FileDescriptor.out), settings.pod());
  }

  @Singleton
  DataPath dataPath(
      Upstream upstream, WorkloadControl workloads, AuditLog audit, SidecarSettings settings) {
    String version =
        Optional.ofNullable(Wiring.class.getPackage().getImplementationVersion()).orElse("0");
    return new DataPath(
        upstream,
        Optional.of(workloads),
        audit,
        CLOCK,
        GateSettings.of(settings.server(), version));
  }

  @Singleton
  FrontDoor door(EventLoopGroup loops, DataPath dataPath, SidecarSettings settings) {
    return new FrontDoor(loops, new InetSocketAddress(settings.port()), dataPath);
  }

  @Singleton
  BundleReceiver activator(
      SidecarSettings settings, DataPath dataPath, FrontDoor door, EndpointWorkloads containers) {
    return new BundleActivator(
        settings, dataPath, door, bundle -> containers.use(bundle.docker(), bundle.workloads()));
  }

  @Singleton
  SidecarHealth health(EventLoopGroup loops, FrontDoor door) {
    return new SidecarHealth(loops, door);
  }
}
