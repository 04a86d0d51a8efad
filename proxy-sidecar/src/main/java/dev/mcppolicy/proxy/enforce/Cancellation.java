// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.enforce;

import dev.mcppolicy.proxy.upstream.PendingCall;
import java.util.Optional;

/** Brings together a call under way and the wish to end it, whichever comes first. */
final class Cancellation {
  private Optional<PendingCall> pending = Optional.empty();
  private Optional<String> wanted = Optional.empty();

  void of(PendingCall call) {
    Optional<String> reason;
    synchronized (this) {
      pending = Optional.of(call);
      reason = wanted;
    }
    reason.ifPresent(call::cancel);
  }

  void cancel(String reason) {
    Optional<PendingCall> call;
    synchronized (this) {
      wanted = Optional.of(reason);
      call = pending;
    }
    call.ifPresent(known -> known.cancel(reason));
  }
}
