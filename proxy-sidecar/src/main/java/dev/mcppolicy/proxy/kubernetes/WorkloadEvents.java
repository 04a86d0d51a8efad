// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.kubernetes;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Cause;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each change of a workload is made known: in the record of the act that makes it, and as an
 * Event ({@code events.k8s.io/v1}) on the workload, which {@code kubectl describe} shows. Nobody
 * waits for an Event and nothing fails with it. So many are on their way at once; what is too much
 * is dropped and counted in the log.
 *
 * <p>Safe for use by many threads.
 */
public final class WorkloadEvents {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadEvents.class);
  private static final String CONTROLLER = "mcppolicy.dev/sidecar";
  private static final String DECISION = "mcppolicy.dev/decision";
  private static final int ON_THEIR_WAY_MAX = 16;
  private static final int ATTEMPTS_MAX = 3;
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
  private static final int CONFLICT = 409;

  private static final int NAME_CHARS_MAX = 200;
  private static final int RULE_CHARS_MAX = 100;

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ApiServer api;
  private final String pod;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Semaphore places = new Semaphore(ON_THEIR_WAY_MAX);
  private final AtomicLong dropped = new AtomicLong();

  /**
   * @param pod names this sidecar in each Event
   */
  public WorkloadEvents(ApiServer api, String pod, InstantSource clock) {
    this.api = api;
    this.pod = pod;
    this.clock = clock;
  }

  /** Called by whoever has made a change, on the thread of the act. Returns at once. */
  void changed(WorkloadChange change) {
    ActRecord.current()
        .ifPresent(
            act -> {
              act.add(change);
              post(act.cause(), change);
            });
  }

  private void post(Cause cause, WorkloadChange change) {
    if (!places.tryAcquire()) {
      LOG.warn(
          "an Event on {} `{}` was dropped, {} so far: {} are on their way; the record has it all",
          change.workload().target().kind(),
          change.workload().target().name(),
          dropped.incrementAndGet(),
          ON_THEIR_WAY_MAX);
      return;
    }
    String path = "/apis/events.k8s.io/v1/namespaces/" + change.namespace() + "/events";
    JsonObject event = event(cause, change);
    Thread.ofVirtual()
        .name("workload-event")
        .start(
            () -> {
              try {
                post(path, event);
              } finally {
                places.release();
              }
            });
  }

  /** Its name is its own: an attempt whose answer was lost makes no second one. */
  private void post(String path, JsonObject event) {
    ApiAnswer answer = api.post(path, event, ATTEMPT_TIMEOUT);
    for (int attempt = 1; attempt < ATTEMPTS_MAX && mayWorkLater(answer); attempt++) {
      try {
        Thread.sleep(TRY_AGAIN.multipliedBy(attempt));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      answer = api.post(path, event, ATTEMPT_TIMEOUT);
    }
    switch (answer) {
      case ApiAnswer.Ok _ -> {}
      case ApiAnswer.Denied(int status, String _, String _) when status == CONFLICT -> {}
      case ApiAnswer.Denied(int _, String _, String message) -> lost(message);
      case ApiAnswer.Unreachable(String why) -> lost(why);
    }
  }

  private static boolean mayWorkLater(ApiAnswer answer) {
    return switch (answer) {
      case ApiAnswer.Ok _ -> false;
      case ApiAnswer.Denied(int status, String _, String _) -> status == 429 || status >= 500;
      case ApiAnswer.Unreachable _ -> true;
    };
  }

  private void lost(String why) {
    LOG.warn(
        "an Event on a workload was lost, {} so far: {}; the record has it all",
        dropped.incrementAndGet(),
        why);
  }

  private JsonObject event(Cause cause, WorkloadChange change) {
    Workload.Target target = change.workload().target();
    Instant now = clock.instant();
    return JsonObject.builder()
        .put("apiVersion", "events.k8s.io/v1")
        .put("kind", "Event")
        .put(
            "metadata",
            JsonObject.builder()
                .put("name", name(target.name()))
                .put("namespace", change.namespace())
                .put("annotations", JsonObject.builder().put(DECISION, cause.decision()).build())
                .build())
        .put("eventTime", MICROSECONDS.format(now))
        .put("type", change.isConfirmed() ? "Normal" : "Warning")
        .put("reason", change.made().reason())
        .put("action", change.made().action())
        .put("note", note(cause, change))
        .put("reportingController", CONTROLLER)
        .put("reportingInstance", bounded(pod, 128))
        .put(
            "regarding",
            JsonObject.builder()
                .put("apiVersion", target.apiVersion())
                .put("kind", target.kind())
                .put("namespace", change.namespace())
                .put("name", target.name())
                .put("uid", change.uid())
                .put("resourceVersion", change.resourceVersion().orElse(""))
                .build())
        .build();
  }

  private String name(String target) {
    return bounded(target, NAME_CHARS_MAX).replaceAll("[.-]+$", "")
        + "."
        + HexFormat.of().toHexDigits(random.nextLong());
  }

  /** Decision last and never cut: what could be long is bounded before. */
  private static String note(Cause cause, WorkloadChange change) {
    String by =
        cause
            .policy()
            .map(
                policy ->
                    ", rule " + bounded(cause.rule(), RULE_CHARS_MAX) + " of policy " + policy)
            .orElse("");
    return "%s by %s for grant %s%s, decision %s"
        .formatted(
            change.display(),
            ApiServer.Printable.of(cause.tool()),
            ApiServer.Printable.of(cause.grant()),
            ApiServer.Printable.of(by),
            cause.decision());
  }

  private static String bounded(String text, int charsMax) {
    return text.length() <= charsMax ? text : text.substring(0, charsMax);
  }
}
