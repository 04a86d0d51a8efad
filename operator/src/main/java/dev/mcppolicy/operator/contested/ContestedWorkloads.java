// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.bundle.Contested;
import dev.mcppolicy.operator.contested.ContestedLook.Seen;
import dev.mcppolicy.operator.watch.Cluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who else sets the replicas of the workloads of every server, looked at again at regular
 * intervals. Any thread may ask.
 *
 * <p>What is not known is not taken for nobody: until the first look succeeds, what the last bundle
 * says holds, and without one a stop is refused.
 */
public final class ContestedWorkloads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContestedWorkloads.class);

  /** A policy must not wait longer for the first look at a server. */
  private static final Duration FIRST_LOOK_MAX = Duration.ofSeconds(3);

  /**
   * What is known of a server.
   *
   * @param contested by name of the workload
   * @param memory by name of the workload, of the last look that succeeded
   */
  private record Known(
      String namespace,
      String name,
      List<Declared> declared,
      Map<String, Contested> contested,
      Map<String, Memory> memory) {}

  private final Cluster cluster;
  private final BiFunction<String, String, Optional<String>> uids;
  private final ContestedObjects objects;
  private final ContestedSettings settings;
  private final Duration interval;
  private final Map<String, Known> knownByUid = new ConcurrentHashMap<>();
  private final ExecutorService looks =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("contested-", 0).factory());
  private volatile BiConsumer<String, String> onChange = (_, _) -> {};

  public ContestedWorkloads(
      KubernetesClient client, Cluster cluster, ContestedSettings settings, Duration interval) {
    this(
        new ReadObjects(client),
        cluster,
        (namespace, name) ->
            cluster.servers().find(namespace, name).map(server -> server.getMetadata().getUid()),
        settings,
        interval);
  }

  /**
   * @param uids of the server that has a namespace and a name now; empty when none has
   */
  ContestedWorkloads(
      ContestedObjects objects,
      Cluster cluster,
      BiFunction<String, String, Optional<String>> uids,
      ContestedSettings settings,
      Duration interval) {
    this.cluster = cluster;
    this.uids = uids;
    this.objects = objects;
    this.settings = settings;
    this.interval = interval;
    cluster
        .servers()
        .onChange(
            (before, now) ->
                before
                    .filter(_ -> now.isEmpty())
                    .ifPresent(gone -> knownByUid.remove(gone.getMetadata().getUid())));
  }

  /**
   * @param onChange told namespace and name of a server of which something else is known now
   */
  public void start(BiConsumer<String, String> onChange) {
    this.onChange = onChange;
    looks.execute(this::lookAgainAndAgain);
  }

  /**
   * Who contests the workloads of a server, by name of the workload. Looks, for some seconds at
   * most, when these workloads are new.
   *
   * @param last what the last bundle says of the same workloads
   */
  public Map<String, Contested> of(
      McpServer server, List<Declared> declared, Map<String, Contested> last) {
    String uid = server.getMetadata().getUid();
    Known known = knownByUid.get(uid);
    if (known != null && known.declared().equals(declared)) {
      return known.contested();
    }
    Known asked =
        new Known(
            server.getMetadata().getNamespace(),
            server.getMetadata().getName(),
            declared,
            Map.of(),
            known == null ? Map.of() : known.memory());
    Known now = first(asked, last);
    knownByUid.put(uid, now);
    return now.contested();
  }

  /** The uids of the servers that are looked at again. */
  Set<String> looked() {
    return Set.copyOf(knownByUid.keySet());
  }

  private Known first(Known asked, Map<String, Contested> last) {
    try {
      return CompletableFuture.supplyAsync(() -> seen(asked, objects), looks)
          .get(FIRST_LOOK_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unseen(asked, last, "it was interrupted");
    } catch (TimeoutException e) {
      return unseen(asked, last, "the API server took too long");
    } catch (ExecutionException e) {
      return unseen(
          asked,
          last,
          e.getCause() instanceof KubernetesClientException refused
              ? String.valueOf(refused.getMessage())
              : String.valueOf(e.getCause()));
    }
  }

  private static Known unseen(Known asked, Map<String, Contested> last, String why) {
    Map<String, Contested> contested = new HashMap<>();
    for (Declared workload : asked.declared()) {
      contested.put(
          workload.workload(),
          last.getOrDefault(
              workload.workload(),
              new Contested.Refused(
                  "somebody, perhaps: who else scales it is not known yet, because " + why,
                  "try again in a minute; if it stays so, see what the operator logs")));
    }
    return new Known(
        asked.namespace(), asked.name(), asked.declared(), Map.copyOf(contested), asked.memory());
  }

  private Known seen(Known asked, ContestedObjects objects) {
    Map<String, Seen> all =
        new ContestedLook(objects, settings)
            .look(
                asked.namespace(),
                asked.name(),
                asked.declared(),
                asked.memory(),
                workload -> stopped(asked.namespace(), asked.name(), workload));
    Map<String, Contested> contested = new HashMap<>();
    Map<String, Memory> memory = new HashMap<>();
    all.forEach(
        (workload, seen) -> {
          seen.contested().ifPresent(found -> contested.put(workload, found));
          seen.memory().ifPresent(kept -> memory.put(workload, kept));
        });
    return new Known(
        asked.namespace(),
        asked.name(),
        asked.declared(),
        Map.copyOf(contested),
        Map.copyOf(memory));
  }

  private Optional<Instant> stopped(String namespace, String server, String workload) {
    return cluster
        .states()
        .find(namespace, server)
        .map(McpServerState::getSpec)
        .flatMap(spec -> Optional.ofNullable(spec.workloads().get(workload)))
        .flatMap(
            state -> {
              try {
                return Optional.ofNullable(state.stoppedAt()).map(Instant::parse);
              } catch (DateTimeParseException e) {
                return Optional.empty(); // sidecars write it
              }
            });
  }

  private void lookAgainAndAgain() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(interval);
        var round = new ListedOnce(objects);
        knownByUid.forEach((uid, before) -> lookAgain(uid, before, round));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void lookAgain(String uid, Known before, ContestedObjects round) {
    if (!uids.apply(before.namespace(), before.name()).equals(Optional.of(uid))) {
      knownByUid.remove(uid, before); // it was deleted while it was looked at for the first time
      return;
    }
    Known now;
    try {
      now = seen(before, round);
    } catch (RuntimeException e) { // what was known holds, and the next look is made
      LOG.warn(
          "could not look who else scales the workloads of server {}/{}: {}",
          before.namespace(),
          before.name(),
          e.toString());
      return;
    }
    if (knownByUid.replace(uid, before, now) && !now.contested().equals(before.contested())) {
      onChange.accept(before.namespace(), before.name());
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
