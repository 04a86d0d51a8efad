// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no guarded pod may have, each with the beginning of its reason. */
final class RefusedPodTest {

  /** `spec` stands for members of a spec whose container `server` is in order. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "hostNetwork: true | spec.hostNetwork: `true` opens a way", // T104
        "hostPID: true | spec.hostPID: `true` opens a way",
        "hostIPC: true | spec.hostIPC: `true` opens a way",
        "shareProcessNamespace: true | spec.shareProcessNamespace: `true` opens a way",
        "os: {name: windows} | spec.os.name: `windows`",
        "serviceAccountName: admin | spec.serviceAccountName: `admin`, but the rights", // T118
        "serviceAccount: admin | spec.serviceAccount: `admin`, but the rights",
        "serviceAccountName: silent-mcp | spec.serviceAccountName: `silent-mcp`, but the rights",
        "securityContext: {runAsUser: 64207} | spec.securityContext.runAsUser: `64207`",
        "initContainers: [{name: a, securityContext: {runAsUser: 64207}}] |"
            + " spec.initContainers[0].securityContext.runAsUser: `64207`",
        "initContainers: [{name: mcp-policy-proxy, image: evil}] |"
            + " spec.initContainers[0].name: `mcp-policy-proxy`",
        "initContainers: [{name: a, volumeMounts: [{name: mcp-policy-bridge, mountPath: /b}]}] |"
            + " spec.initContainers[0].volumeMounts: `mcp-policy-bridge`", // T105
        "initContainers: [{name: a, volumeMounts: [{name: mcp-policy-token, mountPath: /b}]}] |"
            + " spec.initContainers[0].volumeMounts: `mcp-policy-token`",
        "initContainers: [{name: a, volumeDevices: [{name: mcp-policy-tmp, devicePath: /b}]}] |"
            + " spec.initContainers[0].volumeDevices: `mcp-policy-tmp`",
        "initContainers: [{name: a, ports: [{containerPort: 1, hostPort: 80}]}] |"
            + " spec.initContainers[0].ports: a hostPort",
        "ephemeralContainers: [{name: debug}] | spec.ephemeralContainers[0]: `debug`", // T103
        "volumes: [{name: mcp-policy-tmp, hostPath: {path: /}}] |"
            + " spec.volumes[0].name: `mcp-policy-tmp`",
        "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}] |"
            + " spec.volumes[0].projected: `serviceAccountToken`",
        "volumes: [{name: t, projected: {sources: [{podCertificate: {}}]}}] |"
            + " spec.volumes[0].projected: `podCertificate`",
      })
  void refusesWithThePlaceAndWhatToDo(String spec, String reason) {
    List<String> reasons = reasons("vllm", "{name: server, command: [x]}", spec);
    assertEquals(1, reasons.size(), reasons::toString);
    assertTrue(reasons.getFirst().startsWith(reason), reasons::toString);
    assertTrue(
        reasons.getFirst().matches(".*(remove|choose|runs on `linux` only).*"), reasons::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{name: other} | spec.containers: McpServer `silent` runs in the container `server`, but"
            + " there is [`other`]",
        "{name: server} | spec.containers[0].command: neither the container nor McpServer `silent`",
        "{name: server, command: [/bridge/stdio-bridge, serve, --peer-uid, \"0\", --, x]} |"
            + " spec.containers[0].command: `/bridge/stdio-bridge`",
        "{name: server, command: [x], volumeMounts: [{name: a, mountPath: /bridge/}]} |"
            + " spec.containers[0].volumeMounts: `/bridge/` is where",
        "{name: server, command: [x], volumeMounts: [{name: a, mountPath: /bridge/stdio-bridge}]} |"
            + " spec.containers[0].volumeMounts: `/bridge/stdio-bridge` is where",
        "{name: server, command: [x], securityContext: {runAsUser: 64207}} |"
            + " spec.containers[0].securityContext.runAsUser: `64207`",
      })
  void refusesAServerThatCannotBePutBehindTheBridge(String container, String reason) {
    List<String> reasons = reasons("silent", container, "");
    assertEquals(1, reasons.size(), reasons::toString);
    assertTrue(reasons.getFirst().startsWith(reason), reasons::toString);
  }

  @Test
  void refusesALabelThatNamesNoServerOfItsNamespace() {
    assertEquals(
        List.of(
            "metadata.labels[mcppolicy.dev/server]: `Vllm` names no McpServer of namespace"
                + " `inference`; create that McpServer first, or correct the label"),
        reasons("Vllm", "{name: server, command: [x]}", ""));
  }

  @Test
  void refusesAMirrorOfAStaticPod() { // T111
    assertTrue(
        refused(
                """
                metadata:
                  labels: {mcppolicy.dev/server: vllm}
                  annotations: {kubernetes.io/config.mirror: "abc"}
                spec: {containers: [{name: server, command: [x]}]}
                """)
            .getFirst()
            .startsWith("metadata.annotations: this mirrors a static pod"));
  }

  @Test
  void namesAllReasonsAtOnce() {
    assertEquals(
        4,
        reasons(
                "nobody",
                "{name: mcp-policy-proxy, ports: [{containerPort: 1, hostPort: 1}]}",
                "hostNetwork: true")
            .size());
  }

  private static List<String> reasons(String server, String container, String spec) {
    return refused(
        "metadata: {labels: {mcppolicy.dev/server: "
            + server
            + "}}\nspec:\n  containers: ["
            + container
            + "]\n"
            + (spec.isEmpty() ? "" : "  " + spec + "\n"));
  }

  private static List<String> refused(String yaml) {
    return switch (Pods.inject(Pods.read(yaml))) {
      case Injection.Refused(List<String> reasons) -> reasons;
      case Injection.Injected(var pod) -> throw new AssertionError("injected: " + pod);
    };
  }
}
