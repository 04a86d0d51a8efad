// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import dev.mcppolicy.operator.admission.Readiness;
import dev.mcppolicy.operator.bundle.Publications;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import dev.mcppolicy.operator.check.PolicyChecks;
import dev.mcppolicy.operator.check.TestRun;
import dev.mcppolicy.operator.contested.ContestedSettings;
import dev.mcppolicy.operator.contested.ContestedWorkloads;
import dev.mcppolicy.operator.grant.McpGrantReconciler;
import dev.mcppolicy.operator.policy.McpPolicyReconciler;
import dev.mcppolicy.operator.rights.GrantableRights;
import dev.mcppolicy.operator.server.McpServerReconciler;
import dev.mcppolicy.operator.watch.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The running reconcilers. They start when everything that existed is known, and only then. */
public final class Reconciliation implements Readiness, AutoCloseable {
  private static final String FIELD_MANAGER = "mcp-policy-operator";
  private static final String LEASE = "mcp-policy-operator";
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration RETRY_MAX = Duration.ofMinutes(1);

  /** Reconciliations at one time: what an API server takes from one client without trouble. */
  private static final int THREADS = 16;

  /** How soon it is noticed that somebody else began or ceased to scale a workload. */
  public static final Duration CONTESTED_INTERVAL = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final ContestedWorkloads contested;
  private final Operator operator;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().name("reconcile-", 0).daemon().factory());
  private final Optional<OwnLease> lease;
  private volatile boolean started;
  private volatile boolean stopping;

  public Reconciliation(
      KubernetesClient kubernetes,
      CertificateAuthority authority,
      OperatorSettings settings,
      GrantableRights rights,
      ContestedSettings contestedSettings,
      Duration contestedInterval,
      InstantSource clock) {
    Set<String> namespaces = Set.copyOf(settings.watchedNamespaces());
    String domain = settings.clusterDomain();
    Publications publications = new Publications();
    PolicyChecks checks = new PolicyChecks(TestRun.LIKE_THE_COMMAND);
    cluster = new Cluster(kubernetes, namespaces);
    contested = new ContestedWorkloads(kubernetes, cluster, contestedSettings, contestedInterval);
    lease =
        settings.leaderElection()
            ? Optional.of(OwnLease.of(kubernetes, settings.namespace(), LEASE))
            : Optional.empty();
    operator = new Operator(overrider -> configure(overrider, kubernetes));
    register(
        new McpServerReconciler(
            kubernetes, cluster, authority, checks, contested, publications, rights, domain, clock),
        namespaces);
    register(new McpPolicyReconciler(kubernetes, cluster, checks, publications, clock), namespaces);
    register(
        new McpGrantReconciler(kubernetes, cluster, authority, publications, domain, clock),
        namespaces);
  }

  private void configure(ConfigurationServiceOverrider overrider, KubernetesClient kubernetes) {
    overrider
        .withKubernetesClient(kubernetes)
        .withCloseClientOnStop(false)
        .withExecutorService(threads)
        .withStopOnInformerErrorDuringStartup(false) // the API server may come later than we do
        .withReconciliationTerminationTimeout(Duration.ofSeconds(5));
    lease.ifPresent(own -> overrider.withLeaderElectionConfiguration(election(own)));
  }

  /**
   * Whoever loses the lease ends, so that there are never two; who is asked to stop, just stops.
   */
  private LeaderElectionConfiguration election(OwnLease own) {
    return new LeaderElectionConfiguration(
        own.name(),
        own.namespace(),
        LeaderElectionConfiguration.LEASE_DURATION_DEFAULT_VALUE,
        LeaderElectionConfiguration.RENEW_DEADLINE_DEFAULT_VALUE,
        LeaderElectionConfiguration.RETRY_PERIOD_DEFAULT_VALUE,
        own.holder(),
        new LeaderCallbacks(
            () -> {},
            () -> {
              if (!stopping) {
                System.exit(1);
              }
            },
            leader -> {}),
        false);
  }

  private <P extends HasMetadata> void register(Reconciler<P> reconciler, Set<String> namespaces) {
    operator.register(
        reconciler,
        controller -> {
          controller
              .withFieldManager(FIELD_MANAGER)
              .withRetry(
                  new GenericRetry()
                      .setInitialInterval(FIRST_RETRY)
                      .setIntervalMultiplier(2)
                      .setMaxInterval(RETRY_MAX.toMillis())
                      .withoutMaxAttempts());
          if (namespaces.isEmpty()) {
            controller.watchingAllNamespaces();
          } else {
            controller.settingNamespaces(namespaces);
          }
        });
  }

  /** Blocks until the caches are filled. */
  public void start() {
    cluster.start().join();
    operator.start();
    started = true;
  }

  @Override
  public Optional<String> missing() {
    return started && cluster.isSynced()
        ? Optional.empty()
        : Optional.of("the resources have not been listed yet");
  }

  @Override
  public void close() {
    stopping = true;
    operator.stop();
    if (threads.isTerminated()) { // else something is still being written, and the lease is ours
      lease.ifPresent(OwnLease::release);
    }
    contested.close();
    cluster.close();
  }
}
