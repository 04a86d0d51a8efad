// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.proxy.enforce.ActivePolicy;
import dev.mcppolicy.proxy.enforce.Answer;
import dev.mcppolicy.proxy.enforce.Arrival;
import dev.mcppolicy.proxy.session.Session;
import java.time.Instant;
import java.util.Optional;

/**
 * Every message of the one client that started this process: whoever holds its standard input needs
 * no token, and is its only session.
 */
final class StdioArrival implements Arrival {
  private final Grant grant;
  private volatile Optional<Session> session = Optional.empty();

  StdioArrival(Grant grant) {
    this.grant = grant;
  }

  @Override
  public Optional<Answer> admit(ActivePolicy policy) {
    return Optional.empty();
  }

  @Override
  public Identity identify(ActivePolicy policy, Instant now) {
    return new Identity.Proven(grant);
  }

  @Override
  public SessionUse session(ActivePolicy policy, Grant by, Instant now) {
    return session.<SessionUse>map(SessionUse.Open::new).orElseGet(SessionUse.Absent::new);
  }

  @Override
  public Optional<String> protocolVersion() {
    return Optional.empty();
  }

  @Override
  public Answer begun(ActivePolicy policy, Session begun, Answer answer) {
    session = Optional.of(begun);
    return answer;
  }
}
