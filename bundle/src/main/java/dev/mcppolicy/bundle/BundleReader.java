// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.engine.document.PolicyReader;
import dev.mcppolicy.engine.document.PolicyReading;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the content of a bundle and checks every member of it. */
final class BundleReader {
  private static final int POLICIES_MAX = 1_000;
  private static final int GRANTS_MAX = 10_000;
  private static final int WORKLOADS_MAX = 256;
  private static final int HOSTS_MAX = 256;

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9./-]{0,252}");

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private BundleReader() {}

  static Bundle bundle(Members content) throws WrongBundleException {
    content.only(
        Set.of(
            "server",
            "sequence",
            "policies",
            "grants",
            "workloads",
            "docker",
            "toolMapping",
            "accepted",
            "tls",
            "sessionKeys",
            "denyAll"));
    return new Bundle(
        server(content.object("server")),
        content.number("sequence", 1),
        policies(content.objects("policies", POLICIES_MAX)),
        grants(content.objects("grants", GRANTS_MAX)),
        workloads(content.objects("workloads", WORKLOADS_MAX)),
        content.has("docker")
            ? Optional.of(DockerEndpointFormat.read(content.object("docker")))
            : Optional.empty(),
        mapping(content),
        accepted(content.object("accepted")),
        tls(content.object("tls")),
        sessionKeys(content),
        content.optionalText("denyAll"));
  }

  private static ServerIdentity server(Members server) throws WrongBundleException {
    server.only(Set.of("namespace", "name", "uid"));
    return new ServerIdentity(
        server.match("namespace", Members.NAME),
        server.match("name", Members.NAME),
        server.match("uid", WORD));
  }

  private static List<BundledPolicy> policies(List<Members> all) throws WrongBundleException {
    var policies = new ArrayList<BundledPolicy>();
    var names = new Unique();
    for (Members policy : all) {
      policy.only(Set.of("uid", "namespace", "name", "generation", "grants", "document"));
      var id =
          new PolicyId(
              policy.match("namespace", Members.NAME),
              policy.match("name", Members.NAME),
              policy.number("generation", 0));
      names.add(policy, id.display());
      Optional<Set<String>> grants = Optional.empty();
      if (policy.has("grants")) {
        grants = Optional.of(new HashSet<>(policy.texts("grants", GRANTS_MAX)));
      }
      Members document = policy.object("document");
      if (PolicyReader.read(document.value()) instanceof PolicyReading.Invalid invalid) {
        throw new WrongBundleException(
            document.place(), "of " + id.display() + ": " + invalid.problems().getFirst().text());
      }
      policies.add(new BundledPolicy(policy.match("uid", WORD), id, grants, document.value()));
    }
    return policies;
  }

  private static List<BundledGrant> grants(List<Members> all) throws WrongBundleException {
    var grants = new ArrayList<BundledGrant>();
    var names = new Unique();
    var hashes = new Unique();
    for (Members grant : all) {
      grant.only(Set.of("name", "tokenSha256", "expiresAt", "labels"));
      String name = grant.match("name", Members.NAME);
      String hash = grant.match("tokenSha256", SHA256);
      names.add(grant, name);
      hashes.add(grant, hash);
      Optional<Instant> expiresAt = Optional.empty();
      if (grant.has("expiresAt")) {
        expiresAt = Optional.of(instant(grant, "expiresAt"));
      }
      Map<String, String> labels =
          grant.has("labels") ? grant.labels("labels", BundledGrant.LABELS_MAX) : Map.of();
      grants.add(new BundledGrant(name, hash, expiresAt, labels));
    }
    return grants;
  }

  private static List<Workload> workloads(List<Members> all) throws WrongBundleException {
    var workloads = new ArrayList<Workload>();
    var names = new Unique();
    for (Members workload : all) {
      workload.only(Set.of("name", "default", "target", "model", "safeguards"));
      String name = workload.text("name");
      names.add(workload, name);
      boolean isDefault = workload.flag("default");
      if (isDefault && workloads.stream().anyMatch(Workload::isDefault)) {
        throw new WrongBundleException(workload.at("default"), "is true for a second workload");
      }
      workloads.add(
          new Workload(
              name,
              isDefault,
              TargetFormat.read(workload.object("target")),
              workload.optionalText("model"),
              workload.has("safeguards")
                  ? SafeguardsFormat.read(workload.object("safeguards"))
                  : Safeguards.NONE));
    }
    return workloads;
  }

  private static ToolMapping mapping(Members content) throws WrongBundleException {
    String word = content.text("toolMapping");
    for (ToolMapping mapping : ToolMapping.values()) {
      if (mapping.word().equals(word)) {
        return mapping;
      }
    }
    throw new WrongBundleException(content.at("toolMapping"), "is not known here");
  }

  private static AcceptedHosts accepted(Members accepted) throws WrongBundleException {
    accepted.only(Set.of("hosts", "origins"));
    return new AcceptedHosts(
        accepted.texts("hosts", HOSTS_MAX), accepted.texts("origins", HOSTS_MAX));
  }

  private static Tls tls(Members tls) throws WrongBundleException {
    tls.only(Set.of("certificate", "privateKey"));
    String certificate = tls.text("certificate");
    String privateKey = tls.text("privateKey");
    if (!certificate.startsWith("-----BEGIN CERTIFICATE-----")) {
      throw new WrongBundleException(tls.at("certificate"), "is not a certificate in PEM");
    }
    if (!privateKey.startsWith("-----BEGIN PRIVATE KEY-----")) {
      throw new WrongBundleException(tls.at("privateKey"), "is not a PKCS #8 key in PEM");
    }
    return new Tls(certificate, privateKey);
  }

  private static SessionKeys sessionKeys(Members content) throws WrongBundleException {
    var keys = new ArrayList<SessionKey>();
    try {
      for (String key : content.texts("sessionKeys", SessionKeys.KEYS_MAX)) {
        keys.add(new SessionKey(Base64.getDecoder().decode(key)));
      }
      return new SessionKeys(keys);
    } catch (IllegalArgumentException wrong) {
      throw new WrongBundleException(
          content.at("sessionKeys"), "is not 1 to 4 keys of 32 bytes in base64");
    }
  }

  private static Instant instant(Members members, String name) throws WrongBundleException {
    try {
      return Instant.parse(members.text(name));
    } catch (DateTimeException wrong) {
      throw new WrongBundleException(
          members.at(name), "is not a time such as 2026-01-31T12:00:00Z");
    }
  }

  /** Values that may stand once in a list. */
  private static final class Unique {
    private final Set<String> seen = new HashSet<>();

    void add(Members members, String value) throws WrongBundleException {
      if (!seen.add(value)) {
        throw new WrongBundleException(members.place(), "repeats one that stands before it");
      }
    }
  }
}
