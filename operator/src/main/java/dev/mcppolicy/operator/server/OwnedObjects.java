// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.server;

import dev.mcppolicy.api.v1alpha1.Api;
import dev.mcppolicy.api.v1alpha1.McpServer;
import dev.mcppolicy.api.v1alpha1.McpServerState;
import dev.mcppolicy.api.v1alpha1.McpServerStateSpec;
import dev.mcppolicy.operator.rights.GrantableRights;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The objects around the pods of a server, as they shall be. Pure: only the McpServer decides. */
final class OwnedObjects {
  private static final int SERVICE_PORT = 443;
  private static final int SIDECAR_PORT = 8443;

  private OwnedObjects() {}

  /** The account of the server's pods. Only the sidecar gets a token, from the webhook. */
  static ServiceAccount account(McpServer server) {
    return new ServiceAccountBuilder()
        .withMetadata(meta(server, Api.objectName(name(server))))
        .withAutomountServiceAccountToken(false)
        .build();
  }

  /**
   * All that a sidecar may do, each object by its name but for capabilities (T122).
   *
   * @param budgets names of the PodDisruptionBudgets that a stop has to respect, sorted
   * @param scaledObjects names of the ScaledObjects that a stop pauses, sorted
   */
  static Role role(
      McpServer server, GrantableRights rights, List<String> budgets, List<String> scaledObjects) {
    List<PolicyRule> rules = new ArrayList<>();
    rules.add(
        rule(
            "",
            "secrets",
            List.of("get", "list", "watch"), // list and watch with fieldSelector=metadata.name
            List.of(Api.objectName(name(server)))));
    rules.add(
        rule(
            Api.GROUP, "mcpserverstates", List.of("get", "watch", "patch"), List.of(name(server))));
    rules.addAll(TargetRules.of(server.getSpec(), rights));
    if (!budgets.isEmpty()) {
      rules.add(rule("policy", "poddisruptionbudgets", List.of("get"), budgets));
    }
    if (rights.scaledObjects()
        && !scaledObjects.isEmpty()) { // a rule without names would mean every one
      rules.add(rule("keda.sh", "scaledobjects", List.of("get", "patch"), scaledObjects));
    }
    return new RoleBuilder()
        .withMetadata(meta(server, Api.objectName(name(server))))
        .withRules(rules)
        .build();
  }

  static RoleBinding binding(McpServer server) {
    String name = Api.objectName(name(server));
    return new RoleBindingBuilder()
        .withMetadata(meta(server, name))
        .withNewRoleRef()
        .withApiGroup("rbac.authorization.k8s.io")
        .withKind("Role")
        .withName(name)
        .endRoleRef()
        .addNewSubject()
        .withKind("ServiceAccount")
        .withName(name)
        .withNamespace(server.getMetadata().getNamespace())
        .endSubject()
        .build();
  }

  /** Publishes addresses that are not ready: a stop must arrive while the MCP server crashes. */
  static Service service(McpServer server) {
    return new ServiceBuilder()
        .withMetadata(meta(server, Api.objectName(name(server))))
        .withNewSpec()
        .withSelector(Map.of(Api.SERVER_LABEL, name(server)))
        .withPublishNotReadyAddresses(true)
        .addNewPort()
        .withName("mcp")
        .withProtocol("TCP")
        .withPort(SERVICE_PORT)
        .withNewTargetPort(SIDECAR_PORT)
        .endPort()
        .endSpec()
        .build();
  }

  /** Made empty; what is in it is the sidecars'. */
  static McpServerState state(McpServer server) {
    McpServerState state = new McpServerState();
    state.setMetadata(meta(server, name(server)));
    state.setSpec(new McpServerStateSpec(Map.of(), Map.of(), null, Map.of()));
    return state;
  }

  /** The name and marks of an object of a server. */
  static ObjectMeta meta(McpServer server, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(server.getMetadata().getNamespace())
        .withLabels(Map.of(Api.SERVER_LABEL, name(server)))
        .withOwnerReferences(owner(server))
        .build();
  }

  private static OwnerReference owner(McpServer server) {
    return new OwnerReferenceBuilder()
        .withApiVersion(server.getApiVersion())
        .withKind(server.getKind())
        .withName(name(server))
        .withUid(server.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }

  static PolicyRule rule(String group, String resource, List<String> verbs, List<String> names) {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resource)
        .withVerbs(verbs)
        .withResourceNames(names)
        .build();
  }

  private static String name(McpServer server) {
    return server.getMetadata().getName();
  }
}
