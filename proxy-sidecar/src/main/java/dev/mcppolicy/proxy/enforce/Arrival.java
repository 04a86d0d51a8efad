// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.proxy.session.Session;
import java.time.Instant;
import java.util.Optional;

/**
 * How one message arrived: what a front knows of it and the gate does not. Every answer is by the
 * policy that is handed in, which may be another one the second time.
 */
public interface Arrival {

  /** What the front refuses by what surrounds the message: path, host, media type. */
  Optional<Answer> admit(ActivePolicy policy);

  Identity identify(ActivePolicy policy, Instant now);

  /** The session that the message names. */
  SessionUse session(ActivePolicy policy, Grant grant, Instant now);

  /** The revision that stands beside the message, as it was written; empty when none does. */
  Optional<String> protocolVersion();

  /** The answer to {@code initialize}, with what the client needs to name its session later. */
  Answer begun(ActivePolicy policy, Session session, Answer answer);

  /** Who is calling. */
  sealed interface Identity {
    record Proven(Grant grant) implements Identity {}

    record Unproven(Answer answer) implements Identity {}
  }

  /** Which session a message belongs to. */
  sealed interface SessionUse {
    record Open(Session session) implements SessionUse {}

    record Absent() implements SessionUse {}

    /** One that never was, is over, or belongs to another grant: the caller cannot tell which. */
    record NotKnown() implements SessionUse {}
  }
}
