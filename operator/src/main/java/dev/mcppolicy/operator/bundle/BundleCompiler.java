// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.bundle;

import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.Reference;
import dev.mcppolicy.api.v1alpha1.TargetSpec;
import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundledGrant;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.bundle.DockerEndpoint;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.bundle.ServerIdentity;
import dev.mcppolicy.bundle.ToolMapping;
import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.operator.bundle.BundleInput.CheckedPolicy;
import dev.mcppolicy.operator.bundle.BundleInput.ProvenGrant;
import dev.mcppolicy.operator.check.PolicyCheck;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the bundle of a server from everything that names the server. The same input gives the same
 * bundle, in whichever order its parts come; where nothing but the sequence would differ the
 * previous bundle is returned.
 */
public final class BundleCompiler {
  /** They were run before; sidecars have no use for them. */
  private static final String TESTS = "tests";

  private BundleCompiler() {}

  public static Bundle compile(BundleInput input) {
    McpServer server = input.server();
    ObjectMeta meta = server.getMetadata();
    Map<String, BundledPolicy> previous = new HashMap<>();
    input.previous().ifPresent(bundle -> bundle.policies().forEach(p -> previous.put(p.uid(), p)));
    Map<String, BundledPolicy> policies = new TreeMap<>(); // by name
    Map<String, String> unknowable = new TreeMap<>();
    for (CheckedPolicy policy : input.policies()) {
      inForce(policy, server, previous, policies, unknowable);
    }
    Bundle bundle =
        new Bundle(
            new ServerIdentity(meta.getNamespace(), meta.getName(), meta.getUid()),
            sequence(input),
            List.copyOf(policies.values()),
            grants(input.grants(), labelKeys(policies.values())),
            workloads(input),
            docker(input),
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
   * T119: a policy that is invalid or fails its tests never takes effect, and never takes the last
   * valid one out of force.
   *
   * @param unknowable by name: what is wrong with a policy of which no valid version is known
   */
  private static void inForce(
      CheckedPolicy checked,
      McpServer server,
      Map<String, BundledPolicy> previous,
      Map<String, BundledPolicy> policies,
      Map<String, String> unknowable) {
    McpPolicy policy = checked.policy();
    ObjectMeta meta = policy.getMetadata();
    boolean names = names(policy, server);
    switch (checked.check()) {
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
                  document.without(TESTS)));
        }
      }
      case PolicyCheck.TestsFailed _ ->
          lastValid(meta, names, "fails its own tests", previous, policies, unknowable);
      case PolicyCheck.Invalid _ ->
          lastValid(meta, names, "is invalid", previous, policies, unknowable);
    }
  }

  private static void lastValid(
      ObjectMeta meta,
      boolean names,
      String wrong,
      Map<String, BundledPolicy> previous,
      Map<String, BundledPolicy> policies,
      Map<String, String> unknowable) {
    BundledPolicy last = previous.get(meta.getUid());
    if (last != null) {
      policies.put(meta.getName(), last);
    } else if (names) {
      unknowable.put(meta.getName(), id(meta).display() + " " + wrong);
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

  /** Those that a condition of a policy in force reads. */
  private static Set<String> labelKeys(Collection<BundledPolicy> policies) {
    return policies.stream()
        .map(policy -> PolicyReader.read(policy.document()))
        .flatMap(
            reading ->
                switch (reading) {
                  case PolicyReading.Valid(var document) -> LabelKeys.of(document).stream();
                  case PolicyReading.Invalid _ -> Stream.<String>empty();
                })
        .collect(Collectors.toSet());
  }

  /** Two grants with one token could not be told apart: neither is accepted. */
  private static List<BundledGrant> grants(List<ProvenGrant> grants, Set<String> labelKeys) {
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
                    proven.grant().getSpec().expiresAtInstant(),
                    labels(proven.grant(), labelKeys)))
        // a label that is left out could let a call through, so the grant is
        .filter(grant -> grant.labels().size() <= BundledGrant.LABELS_MAX)
        .sorted(Comparator.comparing(BundledGrant::name))
        .toList();
  }

  private static Map<String, String> labels(McpGrant grant, Set<String> keys) {
    Map<String, String> labels = grant.getMetadata().getLabels();
    return labels == null
        ? Map.of()
        : labels.entrySet().stream()
            .filter(label -> keys.contains(label.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static List<Workload> workloads(BundleInput input) {
    return input.server().getSpec().workloads().stream()
        .map(spec -> workload(spec, input.safeguards().getOrDefault(spec.name(), Safeguards.NONE)))
        .sorted(Comparator.comparing(Workload::name))
        .toList();
  }

  private static Workload workload(WorkloadSpec spec, Safeguards safeguards) {
    return new Workload(
        spec.name(),
        Objects.equals(spec.isDefault(), true),
        target(spec.target()),
        Optional.ofNullable(spec.model()),
        safeguards);
  }

  /** What a workload acts on. */
  public static Workload.Target target(TargetSpec spec) {
    String name =
        Objects.requireNonNullElse(spec.name(), ""); // the schema wants it where it is used
    return switch (spec.way()) {
      case DELETION ->
          Workload.Target.pods(spec.selector() == null ? Map.of() : spec.selector().matchLabels());
      case ENGINE -> Workload.Target.container(name);
      case STOP_ANNOTATION, SCALE ->
          spec.kindIsKnown()
              ? new Workload.Target(spec.apiVersion(), spec.kind(), name)
              : Workload.Target.scaled(spec.apiVersion(), spec.kind(), spec.plural(), name);
    };
  }

  /** Where the installation does not allow the engine, sidecars are not told of it, and refuse. */
  private static Optional<DockerEndpoint> docker(BundleInput input) {
    return Optional.ofNullable(input.server().getSpec().docker())
        .filter(input.rights()::holds)
        .flatMap(
            docker ->
                DockerEndpoint.endpoint(docker.endpoint())
                    .map(
                        endpoint ->
                            new DockerEndpoint(
                                endpoint,
                                docker.tlsSecretName(),
                                docker.requiredLabels(),
                                docker.allowRemove())));
  }

  private static ToolMapping mapping(McpServer server) {
    return switch (server.getSpec().toolMapping()) {
      case VLLM_MCP_SERVER -> ToolMapping.VLLM_MCP_SERVER;
      case NONE -> ToolMapping.NONE;
    };
  }

  private static Optional<String> denyAll(BundleInput input, Map<String, String> unknowable) {
    if (!unknowable.isEmpty()) {
      // what it would have denied is not known, and other policies may allow it
      return Optional.of(
          "policy "
              + unknowable.values().stream().limit(3).collect(Collectors.joining(", policy "))
              + " and no earlier version of it is known; correct or delete it");
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
