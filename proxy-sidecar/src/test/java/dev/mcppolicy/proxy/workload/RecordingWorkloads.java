// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what it is asked for, and answers what the test says. */
public final class RecordingWorkloads implements WorkloadControl {
  private static final Duration LOOKS_EVERY = Duration.ofMillis(10);

  /** What was changed, such as {@code stop vllm 10s UNSAID}, by name of the workload. */
  public final List<String> acts = new CopyOnWriteArrayList<>();

  /** How often it was looked at a workload. */
  public final AtomicInteger looked = new AtomicInteger();

  /** How often it was asked what an act would do. */
  public final AtomicInteger previewed = new AtomicInteger();

  public volatile Duration previewDelay = Duration.ZERO;
  public volatile boolean previewBreaks;
  public final Map<String, WorkloadPreview> previews = new ConcurrentHashMap<>();

  public final Map<String, WorkloadLook> looks = new ConcurrentHashMap<>();

  /** How long a stop waits, unless the proxy has to end or it is not allowed any more. */
  public volatile Duration stopTakes = Duration.ZERO;

  /** What the last stop or restart was given. */
  public volatile Duration last = Duration.ZERO;

  public volatile WorkloadOutcome outcome =
      new WorkloadOutcome.Changed(
          "Deployment `vllm` was scaled from 2 replicas to 0",
          OptionalInt.of(2),
          replicas(0, 2),
          List.of());

  public volatile WorkloadLogs logs = new WorkloadLogs.Read(List.of());

  public static WorkloadReplicas replicas(int requested, int observed) {
    return new WorkloadReplicas(requested, observed, OptionalInt.empty(), OptionalInt.empty());
  }

  @Override
  public WorkloadOutcome stop(
      Workload workload, List<Workload> declared, StopOptions options, Duration timeout) {
    last = timeout;
    acts.add(
        "stop %s %ds %s"
            .formatted(workload.name(), options.grace().toSeconds(), options.removal()));
    Deadline deadline = Deadline.after(stopTakes);
    while (Revocation.reason().isEmpty() && deadline.pauseUnlessEnding(LOOKS_EVERY)) {
      // as one that waits for requests
    }
    return Revocation.reason().<WorkloadOutcome>map(WorkloadOutcome.Refused::new).orElse(outcome);
  }

  @Override
  public WorkloadOutcome start(Workload workload, Duration timeout) {
    acts.add("start " + workload.name());
    return outcome;
  }

  @Override
  public WorkloadOutcome restart(Workload workload, List<Workload> declared, Duration timeout) {
    last = timeout;
    acts.add("restart " + workload.name());
    return outcome;
  }

  @Override
  public WorkloadLook look(Workload workload, Duration timeout) {
    looked.incrementAndGet();
    return looks.getOrDefault(
        workload.name(), new WorkloadLook.Unseen("nothing is known", "look again"));
  }

  @Override
  public Optional<WorkloadPreview> preview(Workload workload, Duration timeout) {
    previewed.incrementAndGet();
    if (previewBreaks) {
      throw new IllegalStateException("as the test wants it");
    }
    Deadline.after(previewDelay).pause(previewDelay);
    return Optional.ofNullable(previews.get(workload.name()));
  }

  @Override
  public WorkloadLogs logs(Workload workload, LogLimits limits, Duration timeout) {
    acts.add("logs %s %d %d".formatted(workload.name(), limits.lines(), limits.bytesMax()));
    return logs;
  }

  @Override
  public Platform platform(Duration timeout) {
    return new Platform("Somewhere.", JsonObject.builder().put("platform", "somewhere").build());
  }
}
