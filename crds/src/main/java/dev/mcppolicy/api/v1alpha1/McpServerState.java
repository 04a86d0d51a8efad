// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * What the sidecars of one server acknowledged and must remember: made by the operator, written by
 * the sidecars, under the name of the server.
 */
@Group(Api.GROUP)
@Version(Api.VERSION)
public final class McpServerState extends CustomResource<McpServerStateSpec, Void>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
