// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.counters.ForwardClock;
import dev.mcppolicy.proxy.counters.LocalCounters;
import dev.mcppolicy.proxy.enforce.Acts;
import dev.mcppolicy.proxy.enforce.Gate;
import dev.mcppolicy.proxy.enforce.GateSettings;
import dev.mcppolicy.proxy.enforce.ItemLists;
import dev.mcppolicy.proxy.enforce.PolicySwitch;
import dev.mcppolicy.proxy.enforce.ToolCatalogueCache;
import dev.mcppolicy.proxy.upstream.Upstream;
import dev.mcppolicy.proxy.workload.WorkloadControl;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One gate with everything behind it: policies, counters, the catalogue and the upstream. Fronts
 * are put before it by whoever makes it.
 */
public final class DataPath implements AutoCloseable {
  private static final int COUNTERS_MAX = 100_000;

  private final PolicySwitch policies = new PolicySwitch();
  private final ScheduledExecutorService timer;
  private final InstantSource clock;
  private final Upstream upstream;
  private final ToolCatalogueCache catalogue;
  private final Gate gate;

  /**
   * @param control of workloads; empty where no tool is mapped
   * @param wallClock may step; calls never see it go backwards
   */
  public DataPath(
      Upstream upstream,
      Optional<WorkloadControl> control,
      AuditLog audit,
      InstantSource wallClock,
      GateSettings settings) {
    this.upstream = upstream;
    this.clock = new ForwardClock(wallClock);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("data-path-timer").factory());
    this.catalogue = new ToolCatalogueCache(upstream, timer);
    this.gate =
        new Gate(
            policies,
            new LocalCounters(clock, COUNTERS_MAX),
            catalogue,
            new Acts(upstream, control, settings.workloadCallsMax()),
            new ItemLists(upstream),
            audit,
            clock,
            new StrictJson(JsonLimits.REQUEST),
            settings);
  }

  /** Begins to connect to the upstream. */
  public void start() {
    upstream.start(catalogue);
  }

  public Gate gate() {
    return gate;
  }

  /** What decides; empty at first, so every call is denied. */
  public PolicySwitch policies() {
    return policies;
  }

  /** Runs short tasks, one after the other. */
  public ScheduledExecutorService timer() {
    return timer;
  }

  /** The time that calls are decided with. */
  public InstantSource clock() {
    return clock;
  }

  /**
   * Ends the connection to the upstream for good. May block for a bounded time, may be called
   * again.
   */
  public void releaseUpstream() {
    upstream.close();
  }

  @Override
  public void close() {
    upstream.close();
    timer.shutdownNow();
  }
}
