// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.CalledWorkload;
import dev.mcppolicy.engine.Caller;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.ToolCatalogue;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.audit.AuditEvent;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.counters.CounterStore;
import dev.mcppolicy.proxy.counters.Reservation;
import dev.mcppolicy.proxy.counters.ReserveResult;
import dev.mcppolicy.proxy.enforce.Gate.Entered;
import dev.mcppolicy.proxy.enforce.Gate.Entry;
import dev.mcppolicy.proxy.session.Session;
import dev.mcppolicy.proxy.workload.ActRecord;
import dev.mcppolicy.proxy.workload.Cause;
import dev.mcppolicy.proxy.workload.ContainerTools;
import dev.mcppolicy.proxy.workload.Revocation;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import dev.mcppolicy.proxy.workload.WouldBe;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a policy decides about, from its decision to its answer: calls of tools, reads of
 * resources and gets of prompts, which take the very same steps (5 to 10 of the {@link Gate}).
 *
 * <p>Safe for use by many threads. Nothing here blocks; an answer may come from any thread.
 */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private final CounterStore counters;
  private final ToolCatalogueCache catalogue;
  private final CatalogueWait wait;
  private final Acts acts;
  private final AuditLog audit;
  private final InstantSource clock;
  private final GateSettings settings;
  private final DecisionIds decisionIds = new DecisionIds();
  private final InFlight inFlight = new InFlight();
  private volatile boolean draining;

  Calls(
      CounterStore counters,
      ToolCatalogueCache catalogue,
      CatalogueWait wait,
      Acts acts,
      AuditLog audit,
      InstantSource clock,
      GateSettings settings) {
    this.counters = counters;
    this.catalogue = catalogue;
    this.wait = wait;
    this.acts = acts;
    this.audit = audit;
    this.clock = clock;
    this.settings = settings;
  }

  /** Lets no further call in. */
  void drain() {
    draining = true;
    acts.ending();
  }

  int inFlight() {
    return inFlight.count();
  }

  /** Cancels the call of that id, if it is one of the session's own. */
  void cancel(Session session, RequestId id) {
    inFlight.find(session, id).ifPresent(call -> call.cancel("cancelled by the client"));
  }

  /**
   * Begins the life of one call.
   *
   * @param again lets its message in anew, after a wait
   * @return why it was not begun, and so has to be answered by the caller; empty otherwise
   */
  Optional<RpcError> begin(
      Entered entered,
      Supplier<Entry> again,
      Session session,
      Message.Request request,
      Asked asked,
      Consumer<Answer> answer) {
    var life = new Life(session, request.id(), asked, again, answer);
    if (!inFlight.add(session, request.id(), life)) {
      return Optional.of(
          new RpcError(
              RpcError.INVALID_REQUEST,
              "a request with this id is still being answered; use another id"));
    }
    if (draining) { // looked at once it counts: who drains waits for all that count
      var error =
          new RpcError(
              RpcError.INTERNAL_ERROR, "the proxy is shutting down; nothing was done, try again");
      life.end(Answer.error(503, Optional.of(request.id()), error));
    } else if (isMapped(asked, entered)) {
      life.decide(entered);
    } else {
      wait.then(entered, again, life::decide, life::end);
    }
    return Optional.empty();
  }

  /** Whether the proxy carries it out itself; what is hidden is waited for like what is unknown. */
  private static boolean isMapped(Asked asked, Entered entered) {
    return asked instanceof Asked.OfTool(ToolsCall call)
        && entered.policy().mappedTools().containsKey(call.name())
        && !entered.policy().policies().hides(call.name(), entered.grant());
  }

  private final class Life implements InFlight.Call {
    private final Session session;
    private final RequestId id;
    private final Asked asked;
    private final Supplier<Entry> again;
    private final Consumer<Answer> answer;
    private final String decisionId = decisionIds.next();
    private final Cancellation cancellation = new Cancellation();
    private final AtomicBoolean ended = new AtomicBoolean();

    Life(
        Session session,
        RequestId id,
        Asked asked,
        Supplier<Entry> again,
        Consumer<Answer> answer) {
      this.session = session;
      this.id = id;
      this.asked = asked;
      this.again = again;
      this.answer = answer;
    }

    /** Steps 5 to 8, and an answer whatever breaks in them; quota that was taken is then kept. */
    void decide(Entered entered) {
      guarded(() -> look(entered));
    }

    private void guarded(Runnable steps) {
      try {
        steps.run();
      } catch (RuntimeException e) {
        LOG.error("decision {} broke", decisionId, e);
        end(error("the call broke inside the proxy (decision " + decisionId + ")"));
      }
    }

    /** Looks at the live replicas when conditions do, unless the call is denied without them. */
    private void look(Entered entered) {
      Optional<Workload> target = target(entered.policy());
      Judged judged = judge(entered, called(target, Optional.empty())); // 5 decide
      if (target.isEmpty() || !judged.dependsOnReplicas()) {
        goOn(judged);
      } else if (!acts.look(
          target.get(),
          settings.workloadTimeout(),
          replicas -> guarded(() -> looked(target.get(), replicas)))) {
        end(error("too many container tools are being carried out; nothing was done, try again"));
      }
    }

    /** Whoever waited is decided by the policy that then holds. */
    private void looked(Workload at, Optional<Long> replicas) {
      switch (again.get()) {
        case Entry.Closed(Answer closed) -> end(closed);
        case Entry.Open(Entered entered) -> {
          Optional<Workload> target = target(entered.policy());
          boolean isTheSame = target.equals(Optional.of(at));
          goOn(judge(entered, called(target, isTheSame ? replicas : Optional.empty())));
        }
      }
    }

    private Optional<Workload> target(ActivePolicy policy) {
      return asked instanceof Asked.OfTool(ToolsCall call)
              && policy.mappedTools().containsKey(call.name())
          ? ContainerTools.target(call, policy.workloads())
          : Optional.empty();
    }

    private Judged judge(Entered entered, Optional<CalledWorkload> workload) {
      var call =
          new Call(
              asked.subject(),
              asked.arguments(),
              new Caller(entered.grant(), session.id()),
              workload);
      return Judged.of(entered, call, tools(entered), asked, clock.instant(), counters);
    }

    private ToolCatalogue tools(Entered entered) {
      return isMapped(asked, entered)
          ? new CallTools(entered.policy().mappedTools(), catalogue)
          : catalogue;
    }

    private void goOn(Judged judged) {
      if (judged.decision() instanceof Decision.Allow allow) {
        reserve(judged, allow);
      } else {
        refuse(judged, judged.decision());
      }
    }

    private void refuse(Judged judged, Decision decision) {
      record(judged, decision, true);
      preview(
          judged,
          decision,
          preview -> end(Denials.of(id, asked, decision, decisionId, judged.now(), preview)));
    }

    /**
     * Tells what the call would do, to whom that is no news; decided and recorded it is already.
     */
    private void preview(Judged judged, Decision decision, Consumer<Optional<WouldBe>> then) {
      ActivePolicy policy = judged.entered().policy();
      Optional<Workload> target = target(policy);
      boolean isTold =
          target.isPresent()
              && WouldBe.changes(asked.subject().name())
              && decision.reason().code() != ReasonCode.AllDenied
              && (isDeniedByItsRule(decision)
                  || policy.policies().lists(asked.subject(), judged.entered().grant()));
      if (!isTold) {
        then.accept(Optional.empty());
        return;
      }
      acts.preview(
          asked.subject().name(),
          target.get(),
          seen ->
              guarded(
                  () -> {
                    seen.ifPresent(
                        preview ->
                            audit.record(
                                new AuditEvent.Previewed(
                                    clock.instant(), decisionId, preview.facts())));
                    then.accept(seen);
                  }));
    }

    /** A rule that somebody wrote for this tool, and did not hide, has told of it already. */
    private static boolean isDeniedByItsRule(Decision decision) {
      return decision instanceof Decision.Deny
          && decision.reason().code() == ReasonCode.DeniedByRule
          && decision.reason().rule().startsWith("/tools/"); // and not for all tools
    }

    private void reserve(Judged judged, Decision.Allow allow) { // 6 reserve
      switch (counters.reserve(allow.charges())) {
        case ReserveResult.Exhausted lost ->
            refuse(
                judged,
                judged
                    .entered()
                    .policy()
                    .policies()
                    .exhausted(lost.charge(), lost.used(), judged.call(), judged.now()));
        case ReserveResult.Unavailable(String why) -> {
          record(judged, allow, false);
          end(error("the call cannot be counted: " + why + "; nothing was done, try again"));
        }
        case ReserveResult.Reserved(Reservation reservation) -> {
          boolean isRecorded = record(judged, allow, true); // 7 record
          if (allow.mustBeRecorded() && !isRecorded) {
            counters.release(reservation);
            end(
                error(
                    "a policy wants every call recorded and the record cannot be written, so"
                        + " nothing was done; whoever runs this server must mend its audit record"
                        + " (decision "
                        + decisionId
                        + ")"));
          } else {
            act(judged, reservation);
          }
        }
      }
    }

    private boolean record(Judged judged, Decision decision, boolean isCounted) {
      Subject subject = judged.call().subject();
      return audit.record(
          new AuditEvent.Decided(
              judged.now(),
              decisionId,
              judged.entered().grant(),
              subject,
              subject.kind() == Subject.Kind.TOOL
                  && judged.tools().find(subject.name()) instanceof ToolLookup.Known,
              decision,
              isCounted,
              judged.entered().policy().sequence()));
    }

    private void act(Judged judged, Reservation reservation) { // 8 act
      ActivePolicy policy = judged.entered().policy();
      var act = new ActRecord(cause(judged));
      var revocation = new Revocation(() -> revoked(judged));
      Consumer<Outcome> outcome = came -> settle(came, reservation, judged.now(), act.changes());
      if (!(asked instanceof Asked.OfTool(ToolsCall call)
          && policy.mappedTools().containsKey(call.name()))) {
        cancellation.of(acts.send(asked, settings.callTimeout(), outcome));
      } else if (judged.decision() instanceof Decision.Allow allow
          && allow.wouldBe().isPresent()) { // audit mode: what enforcing it would have prevented
        preview(
            judged,
            allow,
            preview ->
                acts.carryOut(
                    call,
                    policy.workloads(),
                    settings.workloadTimeout(),
                    act,
                    revocation,
                    came ->
                        outcome.accept(
                            preview.map(WouldBe::facts).map(came::withPreview).orElse(came))));
      } else {
        acts.carryOut(
            call, policy.workloads(), settings.workloadTimeout(), act, revocation, outcome);
      }
    }

    /**
     * Why a call that was allowed, and has waited since, is not allowed any more. It is decided
     * once more by whatever holds now, its limits aside: they were charged for it.
     */
    @SuppressWarnings("ReferenceEquality") // the very same snapshot, not one that looks like it
    private Optional<String> revoked(Judged judged) {
      if (!(again.get() instanceof Entry.Open(Entered now))) {
        return Optional.of("its grant is not accepted any more");
      }
      ActivePolicy before = judged.entered().policy();
      if (now.policy() == before) {
        return Optional.empty();
      }
      if (!now.policy().workloads().equals(before.workloads())) {
        return Optional.of("the workloads of its McpServer are declared differently now");
      }
      var call =
          new Call(
              asked.subject(),
              asked.arguments(),
              new Caller(now.grant(), session.id()),
              judged.call().workload());
      Decision decision =
          Judged.of(now, call, tools(now), asked, clock.instant(), (_, _) -> 0).decision();
      return decision instanceof Decision.Allow
          ? Optional.empty()
          : Optional.of(decision.reason().text().replaceFirst("\\.$", "")); // part of a sentence
    }

    private Cause cause(Judged judged) {
      DecisionReason reason = judged.decision().reason();
      return new Cause(
          decisionId,
          asked.subject().name(),
          judged.entered().grant().name(),
          reason.rule(),
          reason.policy().map(PolicyId::display));
    }

    private void settle( // 9 settle
        Outcome outcome, Reservation reservation, Instant began, List<WorkloadChange> changes) {
      switch (outcome.effect()) {
        case NOTHING_TRIED -> counters.release(reservation);
        case FAILED -> counters.release(reservation.chargedOnSuccess());
        case DONE -> {} // whatever else happened, quota is kept
      }
      Instant now = clock.instant();
      audit.record( // 10 answer
          new AuditEvent.Ended(
              now, decisionId, outcome.word(), Duration.between(began, now), changes));
      end(outcome.answer(id));
    }

    private Answer error(String text) {
      return Answer.error(id, new RpcError(RpcError.INTERNAL_ERROR, text));
    }

    /** The first end counts; nothing comes after it. */
    private void end(Answer last) {
      if (ended.compareAndSet(false, true)) {
        inFlight.remove(session, id);
        answer.accept(last);
      }
    }

    @Override
    public void cancel(String reason) {
      cancellation.cancel(reason);
    }
  }

  private static Optional<CalledWorkload> called(
      Optional<Workload> target, Optional<Long> replicas) {
    return target.map(workload -> new CalledWorkload(workload.name(), replicas));
  }
}
