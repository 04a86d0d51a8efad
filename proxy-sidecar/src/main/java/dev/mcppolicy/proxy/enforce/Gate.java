// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import dev.mcppolicy.mcp.ClientMethod;
import dev.mcppolicy.mcp.ClientNotification;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.mcp.InitializeParams;
import dev.mcppolicy.mcp.InvalidMessageException;
import dev.mcppolicy.mcp.InvalidParamsException;
import dev.mcppolicy.mcp.ItemList;
import dev.mcppolicy.mcp.Message;
import dev.mcppolicy.mcp.Messages;
import dev.mcppolicy.mcp.ProtocolVersion;
import dev.mcppolicy.mcp.RequestId;
import dev.mcppolicy.mcp.RpcError;
import dev.mcppolicy.proxy.audit.AuditEvent;
import dev.mcppolicy.proxy.audit.AuditLog;
import dev.mcppolicy.proxy.counters.CounterStore;
import dev.mcppolicy.proxy.enforce.Arrival.Identity;
import dev.mcppolicy.proxy.enforce.Arrival.SessionUse;
import dev.mcppolicy.proxy.session.DeletedSessions;
import dev.mcppolicy.proxy.session.Session;
import dev.mcppolicy.proxy.session.SessionTokens;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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
  private final PolicySwitch policies;
  private final ToolCatalogueCache catalogue;
  private final AuditLog audit;
  private final InstantSource clock;
  private final GateSettings settings;
  private final StrictJson reader;
  private final CatalogueWait wait;
  private final Calls calls;
  private final ToolLists toolLists;
  private final ItemLists itemLists;
  private final DeletedSessions deletedSessions = new DeletedSessions();

  /**
   * @param clock one that never goes backwards, the same that the counters have
   */
  public Gate(
      PolicySwitch policies,
      CounterStore counters,
      ToolCatalogueCache catalogue,
      Acts acts,
      ItemLists itemLists,
      AuditLog audit,
      InstantSource clock,
      StrictJson reader,
      GateSettings settings) {
    this.policies = policies;
    this.catalogue = catalogue;
    this.audit = audit;
    this.clock = clock;
    this.reader = reader;
    this.settings = settings;
    this.wait = new CatalogueWait(catalogue, settings);
    this.calls = new Calls(counters, catalogue, wait, acts, audit, clock, settings);
    this.toolLists = new ToolLists(catalogue);
    this.itemLists = itemLists;
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

  /** Lets no further call in. Calls in flight go on, those of container tools to a quick end. */
  public void drain() {
    calls.drain();
  }

  /** Calls that have been let in and not been answered. */
  public int callsInFlight() {
    return calls.inFlight();
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
      initialize(entered, arrival, request, answer);
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
      case TOOLS_LIST ->
          afterCatalogue(
              entered,
              arrival,
              e -> answer.accept(toolLists.answer(e.policy, e.grant, request)),
              answer);
      case TOOLS_CALL -> call(entered, arrival, session, request, Asked::tool, answer);
      case RESOURCES_LIST -> list(entered, arrival, request, ItemList.Of.RESOURCES, answer);
      case RESOURCES_TEMPLATES_LIST ->
          list(entered, arrival, request, ItemList.Of.RESOURCE_TEMPLATES, answer);
      case RESOURCES_READ -> call(entered, arrival, session, request, Asked::resource, answer);
      case PROMPTS_LIST -> list(entered, arrival, request, ItemList.Of.PROMPTS, answer);
      case PROMPTS_GET -> call(entered, arrival, session, request, Asked::prompt, answer);
      case INITIALIZE,
          RESOURCES_SUBSCRIBE,
          RESOURCES_UNSUBSCRIBE,
          COMPLETION_COMPLETE,
          LOGGING_SET_LEVEL,
          TASKS_GET,
          TASKS_RESULT,
          TASKS_CANCEL,
          TASKS_LIST ->
          answer.accept(refuse(entered, 200, Optional.of(request.id()), notRelayed(request)));
    }
  }

  /** What the server can do is waited for only where the policy lets some of it be used. */
  private void initialize(
      Entered entered, Arrival arrival, Message.Request request, Consumer<Answer> answer) {
    PolicySet policies = entered.policy.policies();
    boolean asksTheServer =
        policies.listsAny(Subject.Kind.RESOURCE, entered.grant)
            || policies.listsAny(Subject.Kind.PROMPT, entered.grant);
    if (asksTheServer) {
      afterCatalogue(
          entered, arrival, e -> answer.accept(initialized(e, arrival, request)), answer);
    } else {
      answer.accept(initialized(entered, arrival, request));
    }
  }

  private Answer initialized(Entered entered, Arrival arrival, Message.Request request) {
    try {
      InitializeParams params = InitializeParams.read(request.params());
      ProtocolVersion version = ProtocolVersion.negotiate(params.protocolVersion());
      Session session = SessionTokens.begin(entered.grant.name(), version, clock.instant());
      JsonObject greeting = Greeting.of(version, entered, catalogue.serverCapabilities(), settings);
      return arrival.begun(entered.policy, session, Answer.result(request.id(), greeting));
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
              .ifPresent(id -> calls.cancel(session, id));
        }
        yield Answer.accepted();
      }
    };
  }

  private interface Reader {
    Asked read(Message.Request request) throws InvalidParamsException;
  }

  private void call(
      Entered entered,
      Arrival arrival,
      Session session,
      Message.Request request,
      Reader reader,
      Consumer<Answer> answer) {
    try {
      calls
          .begin(
              entered,
              () -> current(entered, arrival),
              session,
              request,
              reader.read(request),
              answer)
          .ifPresent(
              error -> answer.accept(refuse(entered, 200, Optional.of(request.id()), error)));
    } catch (InvalidParamsException invalid) {
      answer.accept(refuse(entered, 200, Optional.of(request.id()), invalid.error()));
    }
  }

  private void list(
      Entered entered,
      Arrival arrival,
      Message.Request request,
      ItemList.Of of,
      Consumer<Answer> answer) {
    afterCatalogue(
        entered,
        arrival,
        e -> itemLists.answer(e, () -> current(e, arrival), request, of, answer),
        answer);
  }

  private void afterCatalogue(
      Entered entered, Arrival arrival, Consumer<Entered> next, Consumer<Answer> answer) {
    wait.then(entered, () -> current(entered, arrival), next, answer);
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
            + "` is not relayed: this proxy lets tools, resources and prompts through and nothing"
            + " else");
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
