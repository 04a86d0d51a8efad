// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

/** Names that more than one module or object must agree on. */
public final class Api {
  public static final String GROUP = "mcppolicy.dev";
  public static final String VERSION = "v1alpha1";

  /**
   * On a pod: the McpServer whose sidecar is injected. On objects of the operator: their server.
   */
  public static final String SERVER_LABEL = GROUP + "/server";

  /** On a Secret: the McpGrant whose token it holds. */
  public static final String GRANT_LABEL = GROUP + "/grant";

  private Api() {}

  /** The name of a server's Service, ServiceAccount, Role, RoleBinding and bundle Secret. */
  public static String objectName(String server) {
    return server + "-mcp";
  }

  /** The name of the Secret that the operator makes for a grant without one of its own. */
  public static String tokenSecretName(String grant) {
    return grant + "-token";
  }
}
