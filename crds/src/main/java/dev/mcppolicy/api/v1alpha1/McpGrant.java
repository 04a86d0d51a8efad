// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A caller's right to use one server, with the identity that proves it. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("mcpgr")
@AdditionalPrinterColumn(name = "Server", jsonPath = ".spec.server.name")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
    value =
        "size(self.metadata.name) <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "the name of an McpGrant is at most 63 characters: small letters, digits and `-`, beginning and ending with a letter or digit")
public final class McpGrant extends CustomResource<McpGrantSpec, McpGrantStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
