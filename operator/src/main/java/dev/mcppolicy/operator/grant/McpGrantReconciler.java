// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.grant;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpGrant;
import dev.mcppolicy.api.v1alpha1.McpGrantStatus;
import dev.mcppolicy.bundle.BundledGrant;
import dev.mcppolicy.operator.bundle.Publications;
import dev.mcppolicy.operator.bundle.Published;
import dev.mcppolicy.operator.bundle.ServerNames;
import dev.mcppolicy.operator.certificate.CertificateAuthority;
import dev.mcppolicy.operator.status.Conditions;
import dev.mcppolicy.operator.status.StatusPatch;
import dev.mcppolicy.operator.watch.Cluster;
import dev.mcppolicy.operator.watch.Routing;
import dev.mcppolicy.operator.watch.Trigger;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the Secrets of grants that have none of their own, and says of each grant whether it works.
 */
@ControllerConfiguration(name = "grant")
public final class McpGrantReconciler implements Reconciler<McpGrant> {
  private static final String READY = "Ready";

  private final Cluster cluster;
  private final Publications publications;
  private final CertificateAuthority authority;
  private final String clusterDomain;
  private final InstantSource clock;
  private final TokenSecret secrets;
  private final Trigger<McpGrant> trigger = new Trigger<>();

  public McpGrantReconciler(
      KubernetesClient client,
      Cluster cluster,
      CertificateAuthority authority,
      Publications publications,
      String clusterDomain,
      InstantSource clock) {
    this.cluster = cluster;
    this.publications = publications;
    this.authority = authority;
    this.clusterDomain = clusterDomain;
    this.clock = clock;
    this.secrets = new TokenSecret(client);
    Routing.all(
        cluster.tokens(),
        trigger,
        secret -> Stream.of(Routing.beside(secret, Cluster.label(secret, Api.GRANT_LABEL))));
    Routing.specs(
        cluster.servers(),
        trigger,
        server -> grantsOf(server.getMetadata().getNamespace(), server.getMetadata().getName()));
    publications.onChange(
        (namespace, server) ->
            grantsOf(namespace, server).forEach(id -> trigger.fire(namespace, id.getName())));
  }

  @Override
  public UpdateControl<McpGrant> reconcile(McpGrant grant, Context<McpGrant> context) {
    if (grant.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    TokenReading token = TokenReading.of(grant, secret(grant));
    Optional<Condition> ready = ready(grant, token);
    if (ready.isEmpty()) {
      return UpdateControl.noUpdate(); // the server was not looked at yet; its event brings us back
    }
    List<Condition> before = grant.getStatus() == null ? List.of() : grant.getStatus().conditions();
    McpGrantStatus status =
        new McpGrantStatus(Conditions.since(before, List.of(ready.get()), clock.instant()));
    UpdateControl<McpGrant> control =
        status.equals(grant.getStatus())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(StatusPatch.of(grant, new McpGrant(), status));
    return expiry(grant)
        .map(at -> control.rescheduleAfter(Duration.between(clock.instant(), at).plusSeconds(1)))
        .orElse(control);
  }

  /** The Secret with the token: the grant's own, or the one that is made here. */
  private Optional<Secret> secret(McpGrant grant) {
    String namespace = grant.getMetadata().getNamespace();
    Optional<Secret> known = cluster.tokens().find(namespace, TokenReading.secretName(grant));
    if (grant.getSpec().identity().bearer().secretName() != null) {
      return known;
    }
    ServerNames names = new ServerNames(namespace, grant.getSpec().server().name(), clusterDomain);
    return secrets.ensure(
        grant, known, Map.of("url", names.url(), "ca.crt", authority.certificatePem()));
  }

  /** The first that applies; empty when nothing can be said yet. */
  private Optional<Condition> ready(McpGrant grant, TokenReading token) {
    ObjectMeta meta = grant.getMetadata();
    String server = grant.getSpec().server().name();
    if (token instanceof TokenReading.NoToken(String reason, String message)) {
      return notReady(meta, reason, message);
    }
    if (cluster.servers().find(meta.getNamespace(), server).isEmpty()) {
      return notReady(meta, "ServerNotFound", "there is no McpServer `" + server + "`");
    }
    if (grant.getSpec().expiresAtInstant().isPresent() && expiry(grant).isEmpty()) {
      return notReady(meta, "Expired", "expired at " + grant.getSpec().expiresAtInstant().get());
    }
    return publications
        .of(meta.getNamespace(), server)
        .flatMap(published -> published(meta, ((TokenReading.Token) token).sha256(), published));
  }

  private Optional<Condition> published(ObjectMeta grant, String sha256, Published published) {
    List<BundledGrant> held = published.bundle().map(bundle -> bundle.grants()).orElse(List.of());
    boolean isHeld =
        held.stream()
            .anyMatch(g -> g.name().equals(grant.getName()) && g.tokenSha256().equals(sha256));
    if (isHeld) {
      return Optional.of(
          Conditions.isTrue(
              READY, grant.getGeneration(), "Published", "the server's sidecars are told of it"));
    }
    if (published.trouble().isPresent()) {
      Published.Trouble trouble = published.trouble().get();
      return notReady(grant, trouble.reason(), trouble.message());
    }
    return isSharedToken(grant, sha256)
        ? notReady(
            grant,
            "TokenNotUnique",
            "another grant of the same server has the same token, so neither is accepted")
        : notReady(grant, "Pending", "the server's bundle does not hold it yet");
  }

  private boolean isSharedToken(ObjectMeta grant, String sha256) {
    return cluster.grants().find(grant.getNamespace(), grant.getName()).stream()
        .flatMap(g -> cluster.grantsOf(grant.getNamespace(), g.getSpec().server().name()).stream())
        .filter(other -> !other.getMetadata().getName().equals(grant.getName()))
        .map(
            other ->
                TokenReading.of(
                    other,
                    cluster.tokens().find(grant.getNamespace(), TokenReading.secretName(other))))
        .anyMatch(new TokenReading.Token(sha256)::equals);
  }

  /** When the grant will end; empty when it does not, or did. */
  private Optional<Instant> expiry(McpGrant grant) {
    return grant.getSpec().expiresAtInstant().filter(at -> at.isAfter(clock.instant()));
  }

  private static Optional<Condition> notReady(ObjectMeta grant, String reason, String message) {
    return Optional.of(Conditions.isFalse(READY, grant.getGeneration(), reason, message));
  }

  private Stream<ResourceID> grantsOf(String namespace, String server) {
    return cluster.grantsOf(namespace, server).stream().map(ResourceID::fromResource);
  }

  @Override
  public List<EventSource<?, McpGrant>> prepareEventSources(EventSourceContext<McpGrant> context) {
    return List.of(trigger);
  }
}
