// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.ToolLookup;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.ClientMethod;
import dev.mcppolicy.mcp.ClientNotification;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.mcp.InitializeParams;
import dev.mcppolicy.mcp.InvalidMessageException;
import dev.mcppolicy.mcp.InvalidParamsException;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.Messages;
import dev.mcppolicy.mcp.ProtocolVersion;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.mcp.ToolsCall;
import dev.mcppolicy.proxy.audit.AuditEvent;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.counters.CounterStore;
import dev.mcppolicy.proxy.counters.Reservation;
import dev.mcppolicy.proxy.counters.ReserveResult;
import dev.mcppolicy.proxy.enforce.Arrival.Identity;
import dev.mcppolicy.proxy.enforce.Arrival.SessionUse;
import dev.mcppolicy.proxy.session.DeletedSessions;
import dev.mcppolicy.proxy.session.Session;
import dev.mcppolicy.proxy.session.SessionTokens;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one message, from its arrival to its answer. The steps stand below in their order and
 * nowhere else; every front goes through them.
 *
 * <ol>
 *   <li>admit: what surrounds the message (host, path, media type), by the front
 *   <li>identify: which grant is calling
 *   <li>read: the bytes once, strictly; from here on there are only values
 *   <li>era: session and protocol version; what is not a call is answered here
 *   <li>decide: by one policy, read once
 *   <li>reserve: all limits of the call in one step
 *   <li>record: the decision, before anything is done
 *   <li>act: carry a container tool out, or send the values on, written anew
 *   <li>settle: give quota back only when provably nothing was sent
 *   <li>answer: and record the outcome
 * </ol>
 *
 * <p>Safe for use by many threads. Nothing here blocks; an answer may come from any thread.
 */
public final class Gate {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  private final PolicySwitch policies;
  private final CounterStore counters;
  private final ToolCatalogueCache catalogue;
  private final Acts acts;
  private final AuditLog audit;
  private final InstantSource clock;
  private final GateSettings settings;
  private final StrictJson reader;
  private final ToolLists toolLists;
  private final DecisionIds decisionIds = new DecisionIds();
  private final DeletedSessions deletedSessions = new DeletedSessions();
  private final InFlight inFlight = new InFlight();
  private volatile boolean draining;

  /**
   * @param clock one that never goes backwards, the same that the counters have
   */
  public Gate(
      PolicySwitch policies,
      CounterStore counters,
      ToolCatalogueCache catalogue,
      Acts acts,
      AuditLog audit,
      InstantSource clock,
      StrictJson reader,
      GateSettings settings) {
    this.policies = policies;
    this.counters = counters;
    this.catalogue = catalogue;
    this.acts = acts;
    this.audit = audit;
    this.clock = clock;
    this.reader = reader;
    this.settings = settings;
    this.toolLists = new ToolLists(catalogue);
  }

  /** A message that may be read: by whom, and under which policy that was found. */
  public record Entered(ActivePolicy policy, Grant grant) {}

  /** Whether a message may be read. */
  public sealed interface Entry {
    record Open(Entered entered) implements Entry {}

    record Closed(Answer answer) implements Entry {}
  }

  /** Steps 1 and 2, before a body is read. */
  public Entry enter(Arrival arrival) {
    Optional<ActivePolicy> policy = policies.active();
    return policy.isEmpty() ? new Entry.Closed(noPolicy()) : enter(arrival, policy.get());
  }

  private Entry enter(Arrival arrival, ActivePolicy policy) {
    Optional<Answer> refused = arrival.admit(policy); // 1 admit
    if (refused.isPresent()) {
      return new Entry.Closed(refused.get());
    }
    return switch (arrival.identify(policy, clock.instant())) { // 2 identify
      case Identity.Proven(Grant grant) -> new Entry.Open(new Entered(policy, grant));
      case Identity.Unproven(Answer answer) -> new Entry.Closed(answer);
    };
  }

  /** Steps 3 to 10. The answer arrives exactly once, in bounded time. */
  public void message(Entered entered, Arrival arrival, byte[] body, Consumer<Answer> answer) {
    switch (current(entered, arrival)) {
      case Entry.Closed(Answer closed) -> answer.accept(closed);
      case Entry.Open(Entered open) -> read(open, arrival, body, answer);
    }
  }

  /** Ends a session at its client's wish. */
  public Answer delete(Entered entered, Arrival arrival) {
    Instant now = clock.instant();
    return switch (session(entered, arrival, now)) {
      case SessionUse.Open(Session session) -> {
        deletedSessions.add(session, now);
        yield new Answer(204, Optional.empty(), Map.of());
      }
      case SessionUse.Absent() -> noSession(Optional.empty());
      case SessionUse.NotKnown() -> unknownSession(Optional.empty());
    };
  }

  /** Lets no further call in. Calls in flight go on. */
  public void drain() {
    draining = true;
  }

  /** Calls that have been let in and not been answered. */
  public int callsInFlight() {
    return inFlight.count();
  }

  /** The policy may have changed while the body arrived: then steps 1 and 2 are taken again. */
  @SuppressWarnings("ReferenceEquality") // the very same snapshot, not one that looks like it
  private Entry current(Entered entered, Arrival arrival) {
    Optional<ActivePolicy> active = policies.active();
    if (active.isPresent() && active.get() == entered.policy) {
      return new Entry.Open(entered);
    }
    return enter(arrival);
  }

  private void read(Entered entered, Arrival arrival, byte[] body, Consumer<Answer> answer) {
    Message message;
    try {
      message = Messages.read(reader.read(body)); // 3 read
    } catch (MalformedJsonException malformed) {
      var error = new RpcError(RpcError.PARSE_ERROR, String.valueOf(malformed.getMessage()));
      answer.accept(refuse(entered, 400, Optional.empty(), error));
      return;
    } catch (InvalidMessageException invalid) {
      answer.accept(refuse(entered, 400, invalid.id(), invalid.error()));
      return;
    }
    switch (message) {
      case Message.Request request -> request(entered, arrival, request, answer);
      case Message.Notification notification ->
          answer.accept(notification(entered, arrival, notification));
      case Message.Response response -> {
        var error =
            new RpcError(RpcError.INVALID_REQUEST, "no response is expected: nothing was asked");
        answer.accept(refuse(entered, 400, Optional.of(response.id()), error));
      }
    }
  }

  /** 4 era. */
  private void request(
      Entered entered, Arrival arrival, Message.Request request, Consumer<Answer> answer) {
    Optional<RequestId> id = Optional.of(request.id());
    Instant now = clock.instant();
    Optional<RpcError> otherEra = Eras.refusal(arrival.protocolVersion(), request.params());
    if (otherEra.isPresent()) {
      answer.accept(refuse(entered, 400, id, otherEra.get()));
      return;
    }
    if (request.method().equals(ClientMethod.INITIALIZE.text())) {
      answer.accept(initialize(entered, arrival, request, now));
      return;
    }
    switch (session(entered, arrival, now)) {
      case SessionUse.Open(Session session) -> {
        Optional<RpcError> mismatch = Eras.mismatch(arrival.protocolVersion(), session.version());
        if (mismatch.isPresent()) {
          answer.accept(refuse(entered, 400, id, mismatch.get()));
        } else {
          inSession(entered, arrival, session, request, answer);
        }
      }
      case SessionUse.Absent() ->
          answer.accept(
              request.method().equals(ClientMethod.PING.text())
                  ? Answer.result(request.id(), JsonObject.EMPTY)
                  : noSession(id));
      case SessionUse.NotKnown() -> answer.accept(unknownSession(id));
    }
  }

  private void inSession(
      Entered entered,
      Arrival arrival,
      Session session,
      Message.Request request,
      Consumer<Answer> answer) {
    Optional<ClientMethod> method = ClientMethod.of(request.method(), session.version());
    if (method.isEmpty()) {
      answer.accept(refuse(entered, 200, Optional.of(request.id()), unknownMethod(request)));
      return;
    }
    switch (method.get()) {
      case PING -> answer.accept(Answer.result(request.id(), JsonObject.EMPTY));
      case TOOLS_LIST -> afterCatalogue(entered, arrival, e -> list(e, request, answer), answer);
      case TOOLS_CALL -> call(entered, arrival, session, request, answer);
      case INITIALIZE,
          RESOURCES_LIST,
          RESOURCES_TEMPLATES_LIST,
          RESOURCES_READ,
          RESOURCES_SUBSCRIBE,
          RESOURCES_UNSUBSCRIBE,
          PROMPTS_LIST,
          PROMPTS_GET,
          COMPLETION_COMPLETE,
          LOGGING_SET_LEVEL,
          TASKS_GET,
          TASKS_RESULT,
          TASKS_CANCEL,
          TASKS_LIST ->
          answer.accept(refuse(entered, 200, Optional.of(request.id()), notRelayed(request)));
    }
  }

  private Answer initialize(
      Entered entered, Arrival arrival, Message.Request request, Instant now) {
    try {
      InitializeParams params = InitializeParams.read(request.params());
      ProtocolVersion version = ProtocolVersion.negotiate(params.protocolVersion());
      Session session = SessionTokens.begin(entered.grant.name(), version, now);
      Answer answer = Answer.result(request.id(), Greeting.of(version, settings));
      return arrival.begun(entered.policy, session, answer);
    } catch (InvalidParamsException invalid) {
      return refuse(entered, 200, Optional.of(request.id()), invalid.error());
    }
  }

  private Answer notification(Entered entered, Arrival arrival, Message.Notification notification) {
    return switch (session(entered, arrival, clock.instant())) {
      case SessionUse.Absent() -> noSession(Optional.empty());
      case SessionUse.NotKnown() -> unknownSession(Optional.empty());
      case SessionUse.Open(Session session) -> {
        Optional<ClientNotification> known =
            ClientNotification.of(notification.method(), session.version());
        if (known.isEmpty()) {
          var error =
              new RpcError(
                  RpcError.INVALID_REQUEST,
                  "`"
                      + Echo.of(notification.method())
                      + "` without an id is not a notification that is taken here; nothing was"
                      + " done");
          yield refuse(entered, 400, Optional.empty(), error);
        }
        if (known.get() == ClientNotification.CANCELLED) {
          ClientNotification.cancelledRequest(notification)
              .flatMap(id -> inFlight.find(session, id))
              .ifPresent(call -> call.cancel("cancelled by the client"));
        }
        yield Answer.accepted();
      }
    };
  }

  private void list(Entered entered, Message.Request request, Consumer<Answer> answer) {
    answer.accept(toolLists.answer(entered.policy, entered.grant, request));
  }

  private void call(
      Entered entered,
      Arrival arrival,
      Session session,
      Message.Request request,
      Consumer<Answer> answer) {
    ToolsCall call;
    try {
      call = ToolsCall.read(request.params());
    } catch (InvalidParamsException invalid) {
      answer.accept(refuse(entered, 200, Optional.of(request.id()), invalid.error()));
      return;
    }
    var life = new CallLife(session, request.id(), call, answer);
    if (!inFlight.add(session, request.id(), life)) {
      var error =
          new RpcError(
              RpcError.INVALID_REQUEST,
              "a request with this id is still being answered; use another id");
      answer.accept(refuse(entered, 200, Optional.of(request.id()), error));
      return;
    }
    if (draining) { // looked at once it counts: who drains waits for all that count
      var error =
          new RpcError(
              RpcError.INTERNAL_ERROR, "the proxy is shutting down; nothing was done, try again");
      life.end(Answer.error(503, Optional.of(request.id()), error));
      return;
    }
    if (entered.policy.mappedTools().containsKey(call.name())) {
      life.decide(entered);
    } else {
      afterCatalogue(entered, arrival, life::decide, life::end);
    }
  }

  /**
   * Goes on when the server's tools are known, or will not be for now. The wait is between steps 4
   * and 5, so whoever waited is let in anew by the policy that then holds.
   */
  private void afterCatalogue(
      Entered entered, Arrival arrival, Consumer<Entered> next, Consumer<Answer> answer) {
    if (catalogue.isSettled()) {
      next.accept(entered);
      return;
    }
    catalogue.whenSettled(
        entered.policy.mappedTools().isEmpty()
            ? settings.catalogueWait()
            : settings.catalogueWaitWithMappedTools(),
        () -> {
          switch (current(entered, arrival)) {
            case Entry.Open(Entered open) -> next.accept(open);
            case Entry.Closed(Answer closed) -> answer.accept(closed);
          }
        });
  }

  /** Steps 5 to 10 of one call. */
  private final class CallLife implements InFlight.Call {
    private final Session session;
    private final RequestId id;
    private final ToolsCall call;
    private final Consumer<Answer> answer;
    private final String decisionId = decisionIds.next();
    private final Cancellation cancellation = new Cancellation();
    private final AtomicBoolean ended = new AtomicBoolean();

    CallLife(Session session, RequestId id, ToolsCall call, Consumer<Answer> answer) {
      this.session = session;
      this.id = id;
      this.call = call;
      this.answer = answer;
    }

    /** Steps 5 to 8, and an answer whatever breaks in them; quota that was taken is then kept. */
    void decide(Entered entered) {
      try {
        decideAndAct(entered);
      } catch (RuntimeException e) {
        LOG.error("decision {} broke", decisionId, e);
        end(
            Answer.error(
                id,
                new RpcError(
                    RpcError.INTERNAL_ERROR,
                    "the call broke inside the proxy (decision " + decisionId + ")")));
      }
    }

    private void decideAndAct(Entered entered) {
      ActivePolicy policy = entered.policy;
      var tools = new CallTools(policy.mappedTools(), catalogue);
      var toolCall = Call.ofTool(call.name(), call.arguments(), entered.grant);
      Instant now = clock.instant();
      Decision decision = // 5 decide
          policy
              .denyAll()
              .<Decision>map(CallLife::allDenied)
              .orElseGet(() -> policy.policies().decide(toolCall, tools, now, counters));
      switch (decision) {
        case Decision.Deny denial -> {
          record(entered, now, "deny", denial.reason(), tools);
          end(Denials.of(id, call.name(), denial, decisionId));
        }
        case Decision.RateLimited limited -> limited(entered, now, limited, tools);
        case Decision.NeedsApproval _ ->
            throw new IllegalStateException("no policy can ask for an approval yet");
        case Decision.Allow allow -> {
          switch (counters.reserve(allow.charges())) { // 6 reserve
            case ReserveResult.Exhausted lost ->
                limited(
                    entered,
                    now,
                    policy.policies().exhausted(lost.charge(), lost.used(), toolCall, now),
                    tools);
            case ReserveResult.Unavailable(String why) -> {
              record(entered, now, "error", allow.reason(), tools);
              end(
                  Answer.error(
                      id,
                      new RpcError(
                          RpcError.INTERNAL_ERROR,
                          "the call cannot be counted: " + why + "; nothing was done, try again")));
            }
            case ReserveResult.Reserved(Reservation reservation) -> {
              record(entered, now, "allow", allow.reason(), tools); // 7 record
              act(policy, reservation, now);
            }
          }
        }
      }
    }

    private void limited(
        Entered entered, Instant now, Decision.RateLimited limited, CallTools tools) {
      record(entered, now, "rate_limited", limited.reason(), tools);
      end(Denials.of(id, limited, decisionId, now));
    }

    private static Decision allDenied(String why) {
      return new Decision.Deny(
          new DecisionReason(
              ReasonCode.AllDenied,
              "Denied: every call to this server is denied: " + why,
              Optional.empty(),
              ""));
    }

    private void record(
        Entered entered, Instant now, String outcome, DecisionReason reason, CallTools tools) {
      audit.record(
          new AuditEvent.Decided(
              now,
              decisionId,
              entered.grant,
              call.name(),
              tools.find(call.name()) instanceof ToolLookup.Known,
              outcome,
              reason,
              entered.policy.sequence()));
    }

    private void act(ActivePolicy policy, Reservation reservation, Instant began) { // 8 act
      Consumer<Outcome> outcome = came -> settle(came, reservation, began);
      if (policy.mappedTools().containsKey(call.name())) {
        acts.carryOut(call, policy.workloads(), settings.workloadTimeout(), outcome);
      } else {
        cancellation.of(acts.send(call, settings.callTimeout(), outcome));
      }
    }

    private void settle(Outcome outcome, Reservation reservation, Instant began) {
      if (!outcome.mayHaveActed()) {
        counters.release(reservation); // 9 settle: whatever else happened, quota is kept
      }
      Instant now = clock.instant();
      audit.record( // 10 answer
          new AuditEvent.Ended(now, decisionId, outcome.word(), Duration.between(began, now)));
      end(outcome.answer(id));
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

  private SessionUse session(Entered entered, Arrival arrival, Instant now) {
    SessionUse use = arrival.session(entered.policy, entered.grant, now);
    return use instanceof SessionUse.Open(Session session) && deletedSessions.contains(session)
        ? new SessionUse.NotKnown()
        : use;
  }

  /**
   * An answer to a proven grant's message that was not one to act on, with a line in the record.
   */
  private Answer refuse(Entered entered, int status, Optional<RequestId> id, RpcError error) {
    audit.record(
        new AuditEvent.Refused(
            clock.instant(), entered.grant, error.code(), Echo.of(error.message())));
    return Answer.error(status, id, error);
  }

  private static RpcError unknownMethod(Message.Request request) {
    return new RpcError(
        RpcError.METHOD_NOT_FOUND,
        "`" + Echo.of(request.method()) + "` is not a method of the protocol version in use");
  }

  private static RpcError notRelayed(Message.Request request) {
    return new RpcError(
        RpcError.METHOD_NOT_FOUND,
        "`"
            + request.method()
            + "` is not relayed: this proxy lets tools through and nothing else");
  }

  private static Answer noSession(Optional<RequestId> id) {
    return Answer.error(
        400,
        id,
        new RpcError(
            RpcError.INVALID_REQUEST,
            "there is no session; send `initialize` first and with every later message the"
                + " Mcp-Session-Id that its answer carried"));
  }

  private static Answer unknownSession(Optional<RequestId> id) {
    return Answer.error(
        404,
        id,
        new RpcError(
            RpcError.INVALID_REQUEST,
            "the session is not known or over; send `initialize` to begin a new one"));
  }

  private static Answer noPolicy() {
    return Answer.error(
        503,
        Optional.empty(),
        new RpcError(
            RpcError.INTERNAL_ERROR,
            "no policy is loaded yet, so every call is denied; try again shortly"));
  }
}
