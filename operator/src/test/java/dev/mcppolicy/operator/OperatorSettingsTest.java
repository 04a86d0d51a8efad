// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.operator.contested.ContestedSettings;
import dev.mcppolicy.operator.rights.GrantableRights;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The environment that the chart gives the operator, as Micronaut reads it. */
final class OperatorSettingsTest {

  @Test
  void readsWhatTheChartSets() {
    assertEquals(
        new OperatorSettings("operators", List.of("a", "b"), "k8s.example", true),
        read(
            Map.of(
                "MCP_POLICY_OPERATOR_NAMESPACE", "operators",
                "MCP_POLICY_OPERATOR_WATCHED_NAMESPACES", "a,b",
                "MCP_POLICY_OPERATOR_CLUSTER_DOMAIN", "k8s.example",
                "MCP_POLICY_OPERATOR_LEADER_ELECTION", "true")));
  }

  @Test
  void hasDefaultsForAllButTheNamespace() {
    assertEquals(
        new OperatorSettings("operators", List.of(), "cluster.local", false),
        read(Map.of("MCP_POLICY_OPERATOR_NAMESPACE", "operators")));
  }

  @Test
  void readsWhatRightsTheChartGives() {
    assertEquals(
        new GrantableRights(
            true,
            false,
            true,
            true,
            List.of("sets.x.example", "rollouts.argoproj.io"),
            List.of("gpu-box:2376", "[fd00::1]:2376")),
        read(
            GrantableRights.class,
            Map.of(
                "MCP_POLICY_RIGHTS_LOGS", "true",
                "MCP_POLICY_RIGHTS_DELETE_PODS", "false",
                "MCP_POLICY_RIGHTS_INFERENCE_SERVICES", "true",
                "MCP_POLICY_RIGHTS_SCALED_OBJECTS", "true",
                "MCP_POLICY_RIGHTS_SCALE_TARGETS", "sets.x.example,rollouts.argoproj.io",
                "MCP_POLICY_RIGHTS_DOCKER_ENDPOINTS", "gpu-box:2376,[fd00::1]:2376")));
    assertEquals(
        GrantableRights.NONE,
        read(
            GrantableRights.class,
            Map.of(
                "MCP_POLICY_RIGHTS_SCALE_TARGETS", "", "MCP_POLICY_RIGHTS_DOCKER_ENDPOINTS", "")));
  }

  @Test
  void readsWhoElseIsLookedFor() {
    assertEquals(
        new ContestedSettings(false, false, true, false, false, "gitops"),
        read(
            ContestedSettings.class,
            Map.of(
                "MCP_POLICY_CONTESTED_HORIZONTAL_POD_AUTOSCALERS", "false",
                "MCP_POLICY_CONTESTED_KEDA", "false",
                "MCP_POLICY_CONTESTED_PAUSE_KEDA", "true",
                "MCP_POLICY_CONTESTED_FLUX", "false",
                "MCP_POLICY_CONTESTED_ARGO_CD", "false",
                "MCP_POLICY_CONTESTED_ARGO_CD_NAMESPACE", "gitops")));
    assertEquals(
        new ContestedSettings(true, true, false, true, true, "argocd"),
        read(ContestedSettings.class, Map.of()));
  }

  private static OperatorSettings read(Map<String, Object> environment) {
    return read(OperatorSettings.class, environment);
  }

  private static <T> T read(Class<T> type, Map<String, Object> environment) {
    try (ApplicationContext context =
        ApplicationContext.builder()
            .environmentPropertySource(false)
            .propertySources(
                PropertySource.of(
                    "the chart",
                    environment,
                    PropertySource.PropertyConvention.ENVIRONMENT_VARIABLE,
                    PropertySource.Origin.of("the chart")))
            .start()) {
      return context.getBean(type);
    }
  }
}
