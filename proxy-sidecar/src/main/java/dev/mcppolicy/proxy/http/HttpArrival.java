// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.http;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.proxy.enforce.ActivePolicy;
import dev.mcppolicy.proxy.enforce.Answer;
import dev.mcppolicy.proxy.enforce.Arrival;
import dev.mcppolicy.proxy.http.RequestHead.Header;
import dev.mcppolicy.proxy.identity.Grants.Proof;
import dev.mcppolicy.proxy.session.Session;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One request of Streamable HTTP (basic/transports): what is checked before its body is read, and
 * the grant and session that its headers name. A list with one line per check, cheapest first.
 */
final class HttpArrival implements Arrival {
  private static final String PATH = "/mcp";
  private static final String SESSION = "mcp-session-id";
  private static final String VERSION = "mcp-protocol-version";
  private static final List<String> SINGLE =
      List.of("host", "origin", "content-type", "authorization", "accept", "content-encoding");

  private final RequestHead head;
  private final ConnectionMemory memory;

  HttpArrival(RequestHead head, ConnectionMemory memory) {
    this.head = head;
    this.memory = memory;
  }

  boolean isDelete() {
    return head.method().equals("DELETE");
  }

  @Override
  public Optional<Answer> admit(ActivePolicy policy) {
    return path()
        .or(this::method)
        .or(this::single)
        .or(() -> host(policy))
        .or(() -> origin(policy))
        .or(() -> isDelete() ? noBody() : mediaTypes());
  }

  private Optional<Answer> path() {
    if (head.target().equals(PATH)) {
      return Optional.empty();
    }
    if (head.target().startsWith(PATH + "?")
        && head.target().toLowerCase(Locale.ROOT).contains("token")) {
      return Optional.of(
          unauthorized(
              "a token in the address is never accepted, and others may have read it: make a new one"
                  + " and send it as `Authorization: Bearer TOKEN`"));
    }
    return refused(404, "there is nothing at this address; MCP is served at `" + PATH + "`");
  }

  private Optional<Answer> method() {
    if (head.method().equals("POST") || isDelete()) {
      return Optional.empty();
    }
    return Optional.of(
        Answer.refused(
                405,
                "`GET` streams and other methods are not served; send messages with POST, end a"
                    + " session with DELETE")
            .withHeader("Allow", "POST, DELETE"));
  }

  /** Of two values readers take the first or the last: there may be one. */
  private Optional<Answer> single() {
    for (Header header : head.headers()) {
      boolean mustBeSingle = SINGLE.contains(header.name()) || header.name().startsWith("mcp-");
      if (mustBeSingle && head.count(header.name()) > 1) {
        return refused(400, "the header `" + header.name() + "` stands there more than once");
      }
    }
    return Optional.empty();
  }

  private Optional<Answer> host(ActivePolicy policy) {
    Optional<String> host = head.first("host");
    if (host.isEmpty()) {
      return refused(400, "the header Host is missing");
    }
    return policy.acceptedNames().isHost(host.get())
        ? Optional.empty()
        : refused(
            421,
            "the host is not one of this server's names; use the address that the grant states");
  }

  private Optional<Answer> origin(ActivePolicy policy) {
    Optional<String> origin = head.first("origin");
    return origin.isEmpty() || policy.acceptedNames().isOrigin(origin.get())
        ? Optional.empty()
        : refused(403, "web pages of this origin may not call the server");
  }

  private Optional<Answer> noBody() {
    boolean empty =
        !head.has("transfer-encoding")
            && head.first("content-length").map(length -> length.matches("0+")).orElse(true);
    return empty ? Optional.empty() : refused(400, "a DELETE has no body");
  }

  private Optional<Answer> mediaTypes() {
    if (!head.has("content-length") && !head.has("transfer-encoding")) {
      return refused(411, "the length of the body is not stated; send Content-Length");
    }
    if (!head.first("content-type").map(MediaTypes::isJson).orElse(false)) {
      return refused(415, "the body must be `Content-Type: application/json`, in UTF-8");
    }
    if (!head.first("content-encoding").map("identity"::equalsIgnoreCase).orElse(true)) {
      return refused(415, "the body must not be compressed; send no Content-Encoding");
    }
    if (!head.first("accept").map(MediaTypes::acceptsBoth).orElse(false)) {
      return refused(406, "Accept must list both application/json and text/event-stream");
    }
    return Optional.empty();
  }

  @Override
  public Identity identify(ActivePolicy policy, Instant now) {
    Optional<String> header = head.first("authorization");
    if (header.isEmpty() || !header.get().regionMatches(true, 0, "Bearer ", 0, 7)) {
      return new Identity.Unproven(
          unauthorized(
              "there is no token; send `Authorization: Bearer TOKEN` with a grant's token"));
    }
    return switch (policy.grants().prove(memory.hash(header.get().substring(7).strip()), now)) {
      case Proof.Proven(Grant grant) -> new Identity.Proven(grant);
      case Proof.Expired() ->
          new Identity.Unproven(
              unauthorized("the grant has expired; ask for its expiry to be extended"));
      case Proof.NotKnown() ->
          new Identity.Unproven(
              unauthorized(
                  "the token proves no grant of this server; it may have been revoked: read it again"
                      + " from where the grant keeps it"));
    };
  }

  @Override
  public SessionUse session(ActivePolicy policy, Grant grant, Instant now) {
    Optional<String> token = head.first(SESSION);
    if (token.isEmpty()) {
      return new SessionUse.Absent();
    }
    return memory
        .session(policy.sessions(), token.get(), now)
        .filter(session -> session.grant().equals(grant.name()))
        .<SessionUse>map(SessionUse.Open::new)
        .orElseGet(SessionUse.NotKnown::new);
  }

  @Override
  public Optional<String> protocolVersion() {
    return head.first(VERSION);
  }

  @Override
  public Answer begun(ActivePolicy policy, Session session, Answer answer) {
    return answer.withHeader("Mcp-Session-Id", policy.sessions().seal(session));
  }

  private static Answer unauthorized(String text) {
    return Answer.refused(401, text).withHeader("WWW-Authenticate", "Bearer realm=\"mcp-policy\"");
  }

  private static Optional<Answer> refused(int status, String text) {
    return Optional.of(Answer.refused(status, text));
  }
}
