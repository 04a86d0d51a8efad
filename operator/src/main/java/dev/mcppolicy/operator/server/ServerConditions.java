// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.Capability;
import dev.mcppolicy.api.v1alpha1.McpServerSpec;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.rights.GrantableRights;
import dev.mcppolicy.operator.status.Conditions;
import dev.mcppolicy.operator.watch.PodView;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The conditions of a server, from what is known of it. */
final class ServerConditions {
  private static final String READY = "Ready";
  private static final String COUNTERS_VOLATILE = "CountersVolatile";
  private static final String WIDE_RIGHTS = "NamespaceWideRights";
  private static final String RIGHTS_MISSING = "RightsMissing";
  private static final String FORGED = "AcknowledgementForged";

  private ServerConditions() {}

  /**
   * @param conflicts objects of others that stand where the server's own should be
   */
  static List<Condition> of(
      long generation,
      Published published,
      List<String> conflicts,
      List<PodView> pods,
      Acknowledgements acknowledgements) {
    List<Condition> conditions = new ArrayList<>();
    conditions.add(ready(generation, published, conflicts, pods, acknowledgements));
    conditions.add(
        Conditions.isTrue(
            COUNTERS_VOLATILE,
            generation,
            "InMemory",
            "counters are in memory: a restart of the sidecar begins windows anew"));
    acknowledgements
        .forgedBy(pods)
        .map(text -> Conditions.isTrue(FORGED, generation, "NeverPublished", text))
        .ifPresent(conditions::add);
    return conditions;
  }

  /** What the sidecar may do beyond the objects that the server names, and what it may not. */
  static List<Condition> ofRights(long generation, McpServerSpec spec, GrantableRights rights) {
    List<Condition> conditions = new ArrayList<>();
    List<Capability> held = spec.capabilities().stream().filter(rights::holds).distinct().toList();
    if (!held.isEmpty()) {
      conditions.add(
          Conditions.isTrue(
              WIDE_RIGHTS,
              generation,
              "Capabilities",
              "the sidecar may do this with every pod of the namespace, and does it with those of"
                  + " declared workloads: "
                  + held.stream().map(ServerConditions::text).collect(Collectors.joining("; "))));
    }
    List<String> missing =
        rights.missing(spec.workloads(), Optional.ofNullable(spec.docker()), spec.capabilities());
    if (!missing.isEmpty()) {
      conditions.add(
          Conditions.isTrue(
              RIGHTS_MISSING,
              generation,
              "NotInstalled",
              String.join("; ", missing) + "; until then tools that need it fail"));
    }
    return conditions;
  }

  private static String text(Capability capability) {
    return switch (capability) {
      case PODS -> "list it (Pods)";
      case LOGS -> "list it and read its log (Logs)";
      case DELETE_PODS -> "list it and delete it (DeletePods)";
    };
  }

  /** The conditions before, but not ready because the API server refused what is needed. */
  static List<Condition> notReady(List<Condition> before, long generation, String message) {
    return Stream.concat(
            Stream.of(notReady(generation, "ChangeRefused", message)),
            before.stream().filter(condition -> !READY.equals(condition.getType())))
        .toList();
  }

  /** The first that applies. */
  private static Condition ready(
      long generation,
      Published published,
      List<String> conflicts,
      List<PodView> pods,
      Acknowledgements acknowledgements) {
    if (!conflicts.isEmpty()) {
      return notReady(generation, "ObjectConflict", String.join("; ", conflicts));
    }
    if (published.trouble().isPresent()) {
      Published.Trouble trouble = published.trouble().get();
      return notReady(generation, trouble.reason(), trouble.message());
    }
    if (published.bundle().isEmpty()) {
      return notReady(generation, "NotPublished", "no bundle is published yet");
    }
    Bundle bundle = published.bundle().get();
    Optional<String> denyAll = bundle.denyAll();
    if (denyAll.isPresent()) {
      return notReady(
          generation,
          pods.size() > 1 ? "CountersNotShared" : "PolicyInvalid",
          denyAll.get() + "; until then every call is denied");
    }
    if (bundle.policies().isEmpty()) {
      return notReady(
          generation, "NoPolicy", "no policy names this server, so every call is denied");
    }
    if (bundle.grants().isEmpty()) {
      return notReady(
          generation, "NoGrant", "no grant with a token names this server, so nobody may call it");
    }
    if (pods.isEmpty()) {
      return notReady(generation, "NoPods", "no pod of this server is running");
    }
    if (pods.stream().noneMatch(acknowledgements::hasAny)) {
      return notReady(
          generation, "NotAcknowledged", "no sidecar has acknowledged a bundle of this server yet");
    }
    return Conditions.isTrue(READY, generation, "Serving", "the server can be called");
  }

  private static Condition notReady(long generation, String reason, String message) {
    return Conditions.isFalse(READY, generation, reason, message);
  }
}
