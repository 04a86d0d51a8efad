// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.local;

import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.enforce.AcceptedNames;
import dev.mcppolicy.proxy.enforce.ActivePolicy;
import dev.mcppolicy.proxy.identity.Grants;
import dev.mcppolicy.proxy.local.PolicyFile.Content;
import dev.mcppolicy.proxy.session.SessionTokens;
import java.util.List;
import java.util.Optional;

/** Puts a policy file in force, and again after each change of it. */
final class LocalPolicy {
  private final PolicyFile file;
  private final Grants grants;
  private final LocalWorkloads workloads;
  private final SessionTokens sessions =
      new SessionTokens(List.of(SessionTokens.randomKey()), "this machine");

  LocalPolicy(PolicyFile file, Grants grants, LocalWorkloads workloads) {
    this.file = file;
    this.grants = grants;
    this.workloads = workloads;
  }

  /** Activates what was read and watches the file from then on. */
  void activate(Content.Policy first, DataPath dataPath) {
    dataPath.policies().activate(active(1, first.policies()));
    new PolicyFileWatch(
            file,
            first.bytes(),
            (generation, policy) ->
                dataPath.policies().activate(active(generation, policy.policies())))
        .start(dataPath.timer());
  }

  private ActivePolicy active(long generation, PolicySet policies) {
    return new ActivePolicy(
        generation,
        policies,
        grants,
        AcceptedNames.ownMachine(),
        sessions,
        workloads.mappedTools(),
        workloads.declared(),
        Optional.empty());
  }
}
