// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import java.util.List;
import java.util.Optional;

/**
 * The state of one server that its sidecars enforce, whole: a sidecar never works with parts of
 * two.
 *
 * @param sequence grows with every bundle of a server, 1 or more
 * @param grants all that may call; names and token hashes are unique
 * @param workloads all that a container tool may act on; names are unique, at most one is default
 * @param docker the engine that workloads of the kind {@link Workload.Target#CONTAINER} run on;
 *     empty where there is none, and then they cannot be acted on
 * @param denyAll when present every call is denied with this text
 */
public record Bundle(
    ServerIdentity server,
    long sequence,
    List<BundledPolicy> policies,
    List<BundledGrant> grants,
    List<Workload> workloads,
    Optional<DockerEndpoint> docker,
    ToolMapping mapping,
    AcceptedHosts accepted,
    Tls tls,
    SessionKeys sessionKeys,
    Optional<String> denyAll) {
  public Bundle {
    policies = List.copyOf(policies);
    grants = List.copyOf(grants);
    workloads = List.copyOf(workloads);
  }

  /** This bundle under another sequence, for comparing and for publishing the same content anew. */
  public Bundle withSequence(long other) {
    return new Bundle(
        server,
        other,
        policies,
        grants,
        workloads,
        docker,
        mapping,
        accepted,
        tls,
        sessionKeys,
        denyAll);
  }
}
