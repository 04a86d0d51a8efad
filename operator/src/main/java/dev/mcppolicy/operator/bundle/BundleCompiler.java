// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.Reference;
import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundledGrant;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.bundle.ServerIdentity;
import dev.mcppolicy.bundle.ToolMapping;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.operator.bundle.BundleInput.ProvenGrant;
import dev.mcppolicy.operator.check.PolicyCheck;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes the bundle of a server from everything that names the server. The same input gives the same
 * bundle, in whichever order its parts come; where nothing but the sequence would differ the
 * previous bundle is returned.
 */
public final class BundleCompiler {
  private BundleCompiler() {}

  public static Bundle compile(BundleInput input) {
    McpServer server = input.server();
    ObjectMeta meta = server.getMetadata();
    Map<String, BundledPolicy> previous = new HashMap<>();
    input.previous().ifPresent(bundle -> bundle.policies().forEach(p -> previous.put(p.uid(), p)));
    Map<String, BundledPolicy> policies = new TreeMap<>(); // by name
    Map<String, PolicyId> unknowable = new TreeMap<>();
    for (McpPolicy policy : input.policies()) {
      inForce(policy, server, previous, policies, unknowable);
    }
    Bundle bundle =
        new Bundle(
            new ServerIdentity(meta.getNamespace(), meta.getName(), meta.getUid()),
            sequence(input),
            List.copyOf(policies.values()),
            grants(input.grants()),
            workloads(server),
            mapping(server),
            input.accepted(),
            input.tls(),
            input.sessionKeys(),
            denyAll(input, unknowable));
    return input
        .previous()
        .filter(last -> bundle.withSequence(last.sequence()).equals(last))
        .orElse(bundle);
  }

  /** Larger than every sequence that a sidecar can know, also after the Secret was deleted. */
  private static long sequence(BundleInput input) {
    long known = Math.max(input.previous().map(Bundle::sequence).orElse(0L), input.acknowledged());
    return Math.max(known + 1, input.now().toEpochMilli());
  }

  /**
   * T119: an invalid policy never takes effect, and never takes the last valid one out of force.
   */
  private static void inForce(
      McpPolicy policy,
      McpServer server,
      Map<String, BundledPolicy> previous,
      Map<String, BundledPolicy> policies,
      Map<String, PolicyId> unknowable) {
    ObjectMeta meta = policy.getMetadata();
    boolean names = names(policy, server);
    switch (PolicyCheck.of(policy)) {
      case PolicyCheck.Valid(var document, _) -> {
        if (names) {
          policies.put(
              meta.getName(),
              new BundledPolicy(
                  meta.getUid(),
                  id(meta),
                  Optional.ofNullable(policy.getSpec().grants())
                      .map(
                          grants ->
                              grants.stream().map(Reference::name).collect(Collectors.toSet())),
                  document));
        }
      }
      case PolicyCheck.Invalid _ -> {
        BundledPolicy last = previous.get(meta.getUid());
        if (last != null) {
          policies.put(meta.getName(), last);
        } else if (names) {
          unknowable.put(meta.getName(), id(meta));
        }
      }
    }
  }

  /** Whether a policy is for a server. */
  public static boolean names(McpPolicy policy, McpServer server) {
    return policy.getSpec().servers().stream()
        .anyMatch(reference -> reference.name().equals(server.getMetadata().getName()));
  }

  private static PolicyId id(ObjectMeta meta) {
    return new PolicyId(meta.getNamespace(), meta.getName(), meta.getGeneration());
  }

  /** Two grants with one token could not be told apart: neither is accepted. */
  private static List<BundledGrant> grants(List<ProvenGrant> grants) {
    Map<String, Long> uses =
        grants.stream()
            .collect(Collectors.groupingBy(ProvenGrant::tokenSha256, Collectors.counting()));
    return grants.stream()
        .filter(proven -> uses.getOrDefault(proven.tokenSha256(), 0L) == 1)
        .map(
            proven ->
                new BundledGrant(
                    proven.grant().getMetadata().getName(),
                    proven.tokenSha256(),
                    proven.grant().getSpec().expiresAtInstant()))
        .sorted(Comparator.comparing(BundledGrant::name))
        .toList();
  }

  private static List<Workload> workloads(McpServer server) {
    return server.getSpec().workloads().stream()
        .map(BundleCompiler::workload)
        .sorted(Comparator.comparing(Workload::name))
        .toList();
  }

  private static Workload workload(WorkloadSpec spec) {
    return new Workload(
        spec.name(),
        Objects.equals(spec.isDefault(), true),
        new Workload.Target(
            spec.target().apiVersion(),
            switch (spec.target().kind()) {
              case DEPLOYMENT -> "Deployment";
            },
            spec.target().name()),
        Optional.ofNullable(spec.model()));
  }

  private static ToolMapping mapping(McpServer server) {
    return switch (server.getSpec().toolMapping()) {
      case VLLM_MCP_SERVER -> ToolMapping.VLLM_MCP_SERVER;
      case NONE -> ToolMapping.NONE;
    };
  }

  private static Optional<String> denyAll(BundleInput input, Map<String, PolicyId> unknowable) {
    if (!unknowable.isEmpty()) {
      // what it would have denied is not known, and other policies may allow it
      return Optional.of(
          "policy "
              + unknowable.values().stream()
                  .map(PolicyId::display)
                  .limit(3)
                  .collect(Collectors.joining(", "))
              + " is invalid and no earlier version of it is known; correct or delete it");
    }
    if (input.pods() > 1) {
      return Optional.of(
          "server "
              + input.server().getMetadata().getNamespace()
              + "/"
              + input.server().getMetadata().getName()
              + " has more than one pod, and counters are not shared between pods; scale it to one replica");
    }
    return Optional.empty();
  }
}
