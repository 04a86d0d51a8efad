// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.policy;

import dev.mcppolicy.operator.check.PolicyCheck;
import dev.mcppolicy.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the present generation of a policy can be used, and what decides when it cannot. */
final class Validity {
  static final String VALID = "Valid";

  private static final String INVALID = "Invalid";
  private static final String TESTS_FAILED = "TestsFailed";

  private Validity() {}

  /** The condition. */
  static Condition of(PolicyCheck check, ObjectMeta policy, List<ServerView> servers) {
    long generation = policy.getGeneration();
    return switch (check) {
      case PolicyCheck.Valid(_, var read) ->
          Conditions.isTrue(
              VALID,
              generation,
              VALID,
              "the policy was read without a problem" + passed(read.tests().size()));
      case PolicyCheck.TestsFailed(var read, var failures) ->
          Conditions.isFalse(
              VALID,
              generation,
              TESTS_FAILED,
              failures.size()
                  + " of its "
                  + read.tests().size()
                  + " tests fail; "
                  + instead(policy, servers)
                  + ": "
                  + String.join("; ", failures));
      case PolicyCheck.Invalid(var problems) ->
          Conditions.isFalse(
              VALID,
              generation,
              INVALID,
              instead(policy, servers) + ": " + String.join("; ", problems));
    };
  }

  /** Why a generation is enforced nowhere; empty for one that can be used. */
  static Optional<Condition> notEnforced(PolicyCheck check, ObjectMeta policy) {
    return switch (check) {
      case PolicyCheck.Valid _ -> Optional.empty();
      case PolicyCheck.TestsFailed _ -> notEnforced(TESTS_FAILED, policy);
      case PolicyCheck.Invalid _ -> notEnforced(INVALID, policy);
    };
  }

  private static Optional<Condition> notEnforced(String reason, ObjectMeta policy) {
    return Optional.of(
        Conditions.isFalse(
            Enforcement.ENFORCED,
            policy.getGeneration(),
            reason,
            "generation " + policy.getGeneration() + " is not used; see the condition Valid"));
  }

  private static String passed(int tests) {
    return switch (tests) {
      case 0 -> "";
      case 1 -> ", and its test passes";
      default -> ", and its " + tests + " tests pass";
    };
  }

  private static String instead(ObjectMeta policy, List<ServerView> servers) {
    List<ServerView.Present> present =
        servers.stream().flatMap(server -> Validity.present(server)).toList();
    Optional<Long> kept =
        present.stream()
            .flatMap(server -> server.published().bundle().stream())
            .flatMap(bundle -> bundle.policies().stream())
            .filter(held -> held.uid().equals(policy.getUid()))
            .map(held -> held.id().generation())
            .findFirst();
    if (kept.isPresent()) {
      return "this generation is not used, generation " + kept.get() + " stays in force";
    }
    return present.isEmpty()
        ? "this generation is not used"
        : "this generation is not used and no earlier one is known, so every call to its servers is"
            + " denied";
  }

  private static Stream<ServerView.Present> present(ServerView server) {
    return switch (server) {
      case ServerView.Present here -> Stream.of(here);
      case ServerView.Missing _, ServerView.NotYetKnown _ -> Stream.empty();
    };
  }
}
