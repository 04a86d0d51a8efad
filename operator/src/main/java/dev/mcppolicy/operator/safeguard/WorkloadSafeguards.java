// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import dev.mcppolicy.api.v1alpha1.DrainSpec;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.WorkloadSpec;
import dev.mcppolicy.bundle.Drain;
import dev.mcppolicy.bundle.Safeguards;
import dev.mcppolicy.operator.watch.Cluster;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stop of each workload of a server has to respect: what is declared, and the
 * PodDisruptionBudgets that select its pods. Budgets are watched; which labels the pods of a
 * workload get is read when the namespace has budgets at all, and again every minute.
 */
public final class WorkloadSafeguards {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadSafeguards.class);
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final PodLabels labels;

  public WorkloadSafeguards(KubernetesClient client, Cluster cluster) {
    this.cluster = cluster;
    this.labels = new PodLabels(client);
  }

  /** By name of the workload. */
  public Map<String, Safeguards> of(McpServer server) {
    String namespace = server.getMetadata().getNamespace();
    List<PodDisruptionBudget> budgets = cluster.budgetsOf(namespace);
    Map<String, Safeguards> all = new TreeMap<>();
    for (WorkloadSpec workload : server.getSpec().workloads()) {
      all.put(workload.name(), declared(workload, selecting(budgets, namespace, workload)));
    }
    return all;
  }

  static Safeguards declared(WorkloadSpec workload, List<String> budgets) {
    return new Safeguards(
        Objects.requireNonNullElse(workload.minReadyReplicas(), 0),
        Optional.ofNullable(workload.drain()).map(WorkloadSafeguards::drain),
        budgets.stream().limit(Safeguards.BUDGETS_MAX).toList(),
        budgets.size() > Safeguards.BUDGETS_MAX,
        Optional.empty());
  }

  /** When a change of labels shows that nothing else would show. */
  public Instant lookAgain(McpServer server, Instant now) {
    boolean hasBudgets =
        !server.getSpec().workloads().isEmpty()
            && !cluster.budgetsOf(server.getMetadata().getNamespace()).isEmpty();
    return hasBudgets ? now.plus(LOOK_AGAIN) : Instant.MAX;
  }

  private List<String> selecting(
      List<PodDisruptionBudget> budgets, String namespace, WorkloadSpec workload) {
    if (budgets.isEmpty()) {
      return List.of();
    }
    PodLabels.Known known;
    try {
      known = labels.of(namespace, workload.target());
    } catch (KubernetesClientException e) {
      LOG.warn(
          "the labels of the pods of workload {} of namespace {} cannot be read, so every"
              + " PodDisruptionBudget there holds for its stop: {}",
          workload.name(),
          namespace,
          e.getMessage());
      return names(budgets);
    }
    return names(
        budgets.stream()
            .filter(budget -> budget.getSpec().getSelector() != null)
            .filter(budget -> known.mayBeOf(budget.getSpec().getSelector()))
            .toList());
  }

  private static List<String> names(List<PodDisruptionBudget> budgets) {
    return budgets.stream().map(budget -> budget.getMetadata().getName()).sorted().toList();
  }

  private static Drain drain(DrainSpec spec) {
    return new Drain(
        spec.timeoutDuration(),
        switch (spec.whenBusy()) {
          case REFUSE -> Drain.WhenBusy.REFUSE;
          case STOP -> Drain.WhenBusy.STOP;
        },
        spec.port(),
        spec.path());
  }
}
