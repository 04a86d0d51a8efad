// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Which kinds of others the operator may read. What it may not read it does not look for; what it
 * meets without the right to look closer is taken for somebody who undoes a stop.
 *
 * @param horizontalPodAutoscalers listed in the namespaces of servers
 * @param keda ScaledObjects, listed in the namespaces of servers
 * @param pauseKeda whether sidecars may be given the right to pause a ScaledObject
 * @param flux Kustomizations and HelmReleases, each read by the name that the workload bears
 * @param argoCd Applications, each read by the name that the workload bears
 * @param argoCdNamespace where Applications are that say no namespace of their own
 */
@ConfigurationProperties("mcp-policy.contested")
public record ContestedSettings(
    @Bindable(defaultValue = "true") boolean horizontalPodAutoscalers,
    @Bindable(defaultValue = "true") boolean keda,
    @Bindable(defaultValue = "false") boolean pauseKeda,
    @Bindable(defaultValue = "true") boolean flux,
    @Bindable(defaultValue = "true") boolean argoCd,
    @Bindable(defaultValue = "argocd") String argoCdNamespace) {}
