// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.bundle.BundleReceiver;
import dev.mcppolicy.proxy.bundle.BundleSource;
import dev.mcppolicy.proxy.management.DrainSocket;
import dev.mcppolicy.proxy.management.ManagementServer;
import io.netty.channel.EventLoopGroup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The order in which a sidecar's parts start and end. */
@Singleton
final class Sidecar {
  private final SidecarSettings settings;
  private final SidecarHealth health;
  private final DataPath dataPath;
  private final FrontDoor door;
  private final BundleSource bundles;
  private final BundleReceiver activator;
  private final EventLoopGroup loops;
  private Optional<ManagementServer> management = Optional.empty();
  private Optional<DrainSocket> drain = Optional.empty();

  Sidecar(
      SidecarSettings settings,
      SidecarHealth health,
      DataPath dataPath,
      FrontDoor door,
      BundleSource bundles,
      BundleReceiver activator,
      EventLoopGroup loops) {
    this.settings = settings;
    this.health = health;
    this.dataPath = dataPath;
    this.door = door;
    this.bundles = bundles;
    this.activator = activator;
    this.loops = loops;
  }

  void start() throws IOException {
    management =
        Optional.of(
            ManagementServer.start(new InetSocketAddress(settings.managementPort()), health));
    drain =
        Optional.of(
            DrainSocket.open(settings.drainSocket(), dataPath.gate(), dataPath::releaseUpstream));
    BridgeProgram.write(settings.bridgeProgram(), settings.bridgeDirectory());
    health.start(); // from here on the server's container may start
    dataPath.start();
    bundles.start(activator);
  }

  /** What the pod's preStop hook did not wait for is cut off: the kubelet's time is running. */
  @PreDestroy
  void end() throws IOException {
    health.end();
    dataPath.gate().drain();
    bundles.close();
    door.close();
    dataPath.close();
    if (drain.isPresent()) {
      drain.get().close();
    }
    management.ifPresent(ManagementServer::close);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
