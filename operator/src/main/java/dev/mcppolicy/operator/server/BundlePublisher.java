// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.api.v1alpha1.McpPolicy;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundleFormat;
import dev.mcppolicy.bundle.BundleReading;
import dev.mcppolicy.bundle.BundleTooLargeException;
import dev.mcppolicy.bundle.SessionKey;
import dev.mcppolicy.bundle.SessionKeys;
import dev.mcppolicy.bundle.Tls;
import dev.mcppolicy.operator.bundle.Acknowledgements;
import dev.mcppolicy.operator.bundle.BundleCompiler;
import dev.mcppolicy.operator.bundle.BundleInput;
import dev.mcppolicy.operator.bundle.BundleInput.CheckedPolicy;
import dev.mcppolicy.operator.bundle.BundleInput.ProvenGrant;
import dev.mcppolicy.operator.bundle.Publications;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.bundle.ServerNames;
import dev.mcppolicy.operator.certificate.Certificate;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import dev.mcppolicy.operator.check.PolicyChecks;
import dev.mcppolicy.operator.contested.ContestedWorkloads;
import dev.mcppolicy.operator.grant.TokenReading;
import dev.mcppolicy.operator.rights.GrantableRights;
import dev.mcppolicy.operator.safeguard.WorkloadSafeguards;
import dev.mcppolicy.operator.watch.Cluster;
import dev.mcppolicy.operator.watch.PodView;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiles the bundle of a server and writes its Secret when anything in it changed.
 *
 * <p>The informer may lag behind our own writes, so the last write is remembered until it shows
 * something newer. Thereby session keys and the last valid version of a policy also survive the
 * deletion of the Secret.
 */
final class BundlePublisher {
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * The last bundle that is known.
   *
   * @param resourceVersion of the Secret that holds it, 0 when no Secret does
   */
  private record Known(Bundle bundle, String digest, long resourceVersion) {

    Known withoutSecret() {
      return new Known(bundle, digest, 0);
    }
  }

  private final Cluster cluster;
  private final ObjectWriter writer;
  private final CertificateAuthority authority;
  private final PolicyChecks checks;
  private final WorkloadSafeguards safeguards;
  private final ContestedWorkloads contested;
  private final Publications publications;
  private final GrantableRights rights;
  private final String clusterDomain;
  private final InstantSource clock;
  private final Map<String, Known> lastByServerUid = new ConcurrentHashMap<>();

  BundlePublisher(
      Cluster cluster,
      ObjectWriter writer,
      CertificateAuthority authority,
      PolicyChecks checks,
      WorkloadSafeguards safeguards,
      ContestedWorkloads contested,
      Publications publications,
      GrantableRights rights,
      String clusterDomain,
      InstantSource clock) {
    this.cluster = cluster;
    this.writer = writer;
    this.authority = authority;
    this.checks = checks;
    this.safeguards = safeguards;
    this.contested = contested;
    this.publications = publications;
    this.rights = rights;
    this.clusterDomain = clusterDomain;
    this.clock = clock;
    cluster
        .servers()
        .onChange((before, now) -> before.filter(b -> now.isEmpty()).ifPresent(this::forget));
  }

  /**
   * Publishes what the cluster asks for now. Called by one thread at a time for one server.
   *
   * @return when to look again even if nothing happens: the certificate is due then, or labels of
   *     pods may have changed
   */
  Instant publish(McpServer server) {
    ObjectMeta meta = server.getMetadata();
    Published before =
        publications.of(meta.getNamespace(), meta.getName()).orElse(Published.NOTHING);
    Secret probe = BundleSecret.of(server, new byte[0]);
    Optional<Secret> there = writer.there(cluster.bundles(), probe);
    if (there.isPresent() && !ObjectWriter.isOwned(server, there.get())) {
      put(
          meta,
          before.with(new Published.Trouble("ObjectConflict", ObjectWriter.foreign(there.get()))));
      return Instant.MAX;
    }
    Optional<Known> known = known(server, there);
    ServerNames names = new ServerNames(meta.getNamespace(), meta.getName(), clusterDomain);
    Optional<Bundle> previous = known.map(Known::bundle);
    Certificate certificate = certificate(names, previous);
    Bundle bundle = BundleCompiler.compile(input(server, names, certificate, previous));
    if (known.isPresent()
        && known.get().bundle().equals(bundle)
        && known.get().resourceVersion() > 0) {
      put(meta, follow(before, known.get()));
      return lookAgain(server, certificate);
    }
    try {
      Known written = write(server, bundle);
      lastByServerUid.put(meta.getUid(), written);
      put(meta, before.with(written.bundle(), written.digest()));
    } catch (BundleTooLargeException e) {
      put(meta, last(known, before).with(kept("BundleTooLarge", e)));
    } catch (IllegalArgumentException e) {
      put(meta, last(known, before).with(kept("BundleRefused", e))); // no sidecar would take it
    }
    return lookAgain(server, certificate);
  }

  private Instant lookAgain(McpServer server, Certificate certificate) {
    Instant forBudgets = safeguards.lookAgain(server, clock.instant());
    return forBudgets.isBefore(certificate.renewAt()) ? forBudgets : certificate.renewAt();
  }

  private BundleInput input(
      McpServer server, ServerNames names, Certificate certificate, Optional<Bundle> previous) {
    String namespace = server.getMetadata().getNamespace();
    String name = server.getMetadata().getName();
    return new BundleInput(
        server,
        policies(namespace, name, previous),
        grants(namespace, name),
        Contention.into(safeguards.of(server), server, contested, previous),
        rights,
        PodView.living(cluster.podsOf(namespace, name)).size(),
        names.accepted(),
        new Tls(certificate.certificatePem(), certificate.privateKeyPem()),
        previous.map(Bundle::sessionKeys).orElseGet(BundlePublisher::newSessionKeys),
        previous,
        Acknowledgements.of(cluster.states().find(namespace, name), previous, clock.instant())
            .highest(),
        clock.instant());
  }

  /**
   * Those that name the server, and those in the previous bundle, which may have become invalid.
   */
  private List<CheckedPolicy> policies(String namespace, String server, Optional<Bundle> previous) {
    Map<String, McpPolicy> byName = new LinkedHashMap<>();
    previous.stream()
        .flatMap(bundle -> bundle.policies().stream())
        .flatMap(policy -> cluster.policies().find(namespace, policy.id().name()).stream())
        .forEach(policy -> byName.put(policy.getMetadata().getName(), policy));
    cluster
        .policiesOf(namespace, server)
        .forEach(policy -> byName.put(policy.getMetadata().getName(), policy));
    return byName.values().stream()
        .map(policy -> new CheckedPolicy(policy, checks.of(policy)))
        .toList();
  }

  private List<ProvenGrant> grants(String namespace, String server) {
    List<ProvenGrant> proven = new ArrayList<>();
    for (McpGrant grant : cluster.grantsOf(namespace, server)) {
      Optional<Secret> secret = cluster.tokens().find(namespace, TokenReading.secretName(grant));
      if (grant.getMetadata().getDeletionTimestamp() == null
          && TokenReading.of(grant, secret) instanceof TokenReading.Token(var sha256)) {
        proven.add(new ProvenGrant(grant, sha256));
      }
    }
    return proven;
  }

  private Certificate certificate(ServerNames names, Optional<Bundle> previous) {
    return previous
        .map(Bundle::tls)
        .flatMap(
            tls ->
                authority.stillGood(
                    tls.certificatePem(), tls.privateKeyPem(), names.certificateNames()))
        .orElseGet(() -> authority.issue(names.certificateNames()));
  }

  private static SessionKeys newSessionKeys() {
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    return new SessionKeys(List.of(new SessionKey(key)));
  }

  /** The newest of what we wrote and what is there. */
  private Optional<Known> known(McpServer server, Optional<Secret> there) {
    Optional<Known> last = Optional.ofNullable(lastByServerUid.get(server.getMetadata().getUid()));
    if (there.isEmpty()) {
      return last.map(Known::withoutSecret);
    }
    if (resourceVersion(there.get()) <= last.map(Known::resourceVersion).orElse(0L)) {
      return last;
    }
    Known known =
        switch (BundleSecret.read(there.get())) {
          case BundleReading.Accepted(Bundle bundle, String digest)
              when bundle.server().uid().equals(server.getMetadata().getUid())
                  && bundle.sequence() >= last.map(l -> l.bundle().sequence()).orElse(0L) ->
              new Known(bundle, digest, resourceVersion(there.get()));
          // somebody else wrote into it: what we know is written again
          case BundleReading.Accepted _, BundleReading.Refused _ ->
              last.map(Known::withoutSecret).orElse(null);
        };
    if (known != null) {
      lastByServerUid.put(server.getMetadata().getUid(), known);
    }
    return Optional.ofNullable(known);
  }

  private Known write(McpServer server, Bundle bundle) throws BundleTooLargeException {
    byte[] encoded = BundleFormat.encode(bundle);
    Secret written = writer.apply(BundleSecret.of(server, encoded));
    return new Known(bundle, BundleFormat.digest(bundle), resourceVersion(written));
  }

  private static Published last(Optional<Known> known, Published before) {
    return known.map(k -> follow(before, k)).orElse(before);
  }

  private static Published.Trouble kept(String reason, Exception cause) {
    return new Published.Trouble(
        reason, cause.getMessage() + "; the previous bundle stays in force");
  }

  /** What was published is what is known; says nothing new when it is the same bundle. */
  private static Published follow(Published before, Known known) {
    boolean same =
        before.bundle().map(b -> b.sequence() == known.bundle().sequence()).orElse(false)
            && before.digest().equals(known.digest());
    return same ? before.withoutTrouble() : before.with(known.bundle(), known.digest());
  }

  private void put(ObjectMeta meta, Published published) {
    publications.put(meta.getNamespace(), meta.getName(), published);
  }

  private void forget(McpServer server) {
    lastByServerUid.remove(server.getMetadata().getUid());
    publications.forget(server.getMetadata().getNamespace(), server.getMetadata().getName());
  }

  private static long resourceVersion(Secret secret) {
    return Long.parseLong(secret.getMetadata().getResourceVersion()); // comparable by KEP-5504
  }
}
