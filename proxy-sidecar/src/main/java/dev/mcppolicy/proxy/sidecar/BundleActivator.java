// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.sidecar;

import dev.mcppolicy.bundle.Bundle;
import dev.mcppolicy.bundle.BundleAdmission;
import dev.mcppolicy.bundle.BundleAdmission.Verdict;
import dev.mcppolicy.bundle.BundleFormat;
import dev.mcppolicy.bundle.BundleReading;
import dev.mcppolicy.bundle.BundledGrant;
import dev.mcppolicy.bundle.BundledPolicy;
import dev.mcppolicy.bundle.MappedTools;
import dev.mcppolicy.bundle.SessionKey;
import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.PolicySet;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import dev.mcppolicy.engine.document.Problem;
import dev.mcppolicy.proxy.DataPath;
import dev.mcppolicy.proxy.bundle.Activation;
import dev.mcppolicy.proxy.bundle.BundleReceiver;
import dev.mcppolicy.proxy.enforce.AcceptedNames;
import dev.mcppolicy.proxy.enforce.ActivePolicy;
import dev.mcppolicy.proxy.http.FrontTls;
import dev.mcppolicy.proxy.identity.Grants;
import dev.mcppolicy.proxy.identity.TokenHash;
import dev.mcppolicy.proxy.session.SessionTokens;
import io.netty.handler.ssl.SslContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a bundle the active policy: everything of it is made ready first, then all of it holds from
 * one call to the next. One that cannot be used whole changes nothing.
 */
final class BundleActivator implements BundleReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(BundleActivator.class);

  private final SidecarSettings settings;
  private final DataPath dataPath;
  private final FrontDoor door;
  private final Consumer<Bundle> workloads;
  private Optional<BundleReading.Accepted> inForce = Optional.empty();
  private boolean withdrawn;

  /**
   * @param workloads told of each bundle just before it holds
   */
  BundleActivator(
      SidecarSettings settings, DataPath dataPath, FrontDoor door, Consumer<Bundle> workloads) {
    this.settings = settings;
    this.dataPath = dataPath;
    this.door = door;
    this.workloads = workloads;
  }

  @Override
  public synchronized Activation offer(byte[] content) {
    Verdict verdict =
        BundleAdmission.admit(
            settings.namespace(), settings.server(), inForce, BundleFormat.decode(content));
    return switch (verdict) {
      case Verdict.Refuse(String reason) -> new Activation.Refused(reason);
      case Verdict.AlreadyInForce() ->
          withdrawn ? activate(inForce.orElseThrow()) : activated(inForce.orElseThrow());
      case Verdict.Activate(BundleReading.Accepted incoming) -> activate(incoming);
    };
  }

  /** The bundle stays known, so that no older one can follow it; who calls is still identified. */
  @Override
  public synchronized void withdraw(String why) {
    if (inForce.isPresent() && !withdrawn) {
      withdrawn = true;
      dataPath
          .policies()
          .active()
          .ifPresent(policy -> dataPath.policies().activate(policy.denying(why)));
      LOG.error("every call is denied: {}", why);
    }
  }

  private Activation activate(BundleReading.Accepted incoming) {
    Bundle bundle = incoming.bundle();
    var problems = new ArrayList<String>();
    List<BoundPolicy> policies = policies(bundle, problems);
    if (!problems.isEmpty()) {
      return new Activation.Refused(String.join("; ", problems));
    }
    try {
      SslContext tls = FrontTls.of(bundle.tls().certificatePem(), bundle.tls().privateKeyPem());
      ActivePolicy active = active(bundle, policies);
      workloads.accept(bundle);
      dataPath.policies().activate(active);
      door.open(tls);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return new Activation.Refused(String.valueOf(e.getMessage()));
    }
    inForce = Optional.of(incoming);
    withdrawn = false;
    LOG.info(
        "bundle {} is in force: {} policies, {} grants, {} workloads",
        bundle.sequence(),
        bundle.policies().size(),
        bundle.grants().size(),
        bundle.workloads().size());
    bundle.denyAll().ifPresent(why -> LOG.warn("every call is denied: {}", why));
    return activated(incoming);
  }

  private static List<BoundPolicy> policies(Bundle bundle, List<String> problems) {
    var policies = new ArrayList<BoundPolicy>();
    for (BundledPolicy policy : bundle.policies()) {
      switch (PolicyReader.read(policy.document())) {
        case PolicyReading.Valid(var document) ->
            policies.add(new BoundPolicy(policy.id(), policy.grants(), document));
        case PolicyReading.Invalid(List<Problem> found) ->
            problems.add("policy " + policy.id().display() + ": " + found.getFirst().text());
      }
    }
    return policies;
  }

  private static ActivePolicy active(Bundle bundle, List<BoundPolicy> policies) {
    return new ActivePolicy(
        bundle.sequence(),
        PolicySet.compile(policies, fault -> LOG.error("a policy could not be decided", fault)),
        new Grants(bundle.grants().stream().map(BundleActivator::grant).toList()),
        new AcceptedNames(bundle.accepted().hosts(), bundle.accepted().origins()),
        new SessionTokens(
            bundle.sessionKeys().newestFirst().stream().map(SessionKey::bytes).toList(),
            bundle.server().uid()),
        MappedTools.of(bundle.mapping()),
        bundle.workloads(),
        bundle.denyAll());
  }

  private static Grants.Entry grant(BundledGrant grant) {
    return new Grants.Entry(
        new Grant(grant.name(), grant.labels()),
        TokenHash.ofHex(grant.tokenSha256()),
        grant.expiresAt());
  }

  private static Activation activated(BundleReading.Accepted accepted) {
    return new Activation.Activated(accepted.bundle().sequence(), accepted.digest());
  }
}
