// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import dev.mcppolicy.proxy.management.Health;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The state of this sidecar. */
final class SidecarHealth implements Health {
  private final EventLoopGroup loops;
  private final FrontDoor door;
  private volatile boolean started;
  private volatile boolean ending;

  SidecarHealth(EventLoopGroup loops, FrontDoor door) {
    this.loops = loops;
    this.door = door;
  }

  /** The bridge is in its place, so the server's container may start. */
  void start() {
    started = true;
  }

  void end() {
    ending = true;
  }

  @Override
  public boolean started() {
    return started;
  }

  @Override
  public boolean ready() {
    return started && door.isOpen() && !ending;
  }

  @Override
  public CompletionStage<Boolean> live() {
    var answers = new ArrayList<CompletableFuture<Void>>();
    for (EventExecutor loop : loops) {
      answers.add(CompletableFuture.runAsync(() -> {}, loop));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenApply(_ -> true);
  }
}
