// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Pods written as YAML, and the injector that the tests run them through. */
final class Pods {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final StrictJson JSON = new StrictJson(JsonLimits.REQUEST);

  static final InjectionSettings SETTINGS =
      new InjectionSettings(
          "registry.example.org/mcp-policy-proxy:0.1.0",
          "IfNotPresent",
          64207,
          read(
              """
              requests: {cpu: 50m, memory: 128Mi}
              limits: {cpu: "1", memory: 192Mi}
              """),
          Duration.ofHours(1));

  /** Namespace inference holds server `vllm` with a command and `silent` without one. */
  static final Servers SERVERS =
      (namespace, name) ->
          switch (namespace + "/" + name) {
            case "inference/vllm" ->
                Optional.of(new GuardedServer("vllm", "server", List.of("vllm-mcp-server")));
            case "inference/silent" ->
                Optional.of(new GuardedServer("silent", "server", List.of()));
            default -> Optional.empty();
          };

  private Pods() {}

  static JsonObject read(String yaml) {
    try {
      return (JsonObject)
          JSON.read(
              YAML.asJson(YAML.unmarshal(yaml, Object.class)).getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static String write(JsonObject pod) {
    return YAML.asYaml(YAML.unmarshal(JsonText.string(pod), Object.class));
  }

  static Injection inject(JsonObject pod) {
    return new PodInjector(SETTINGS).inject(pod, "inference", SERVERS);
  }

  static JsonObject injected(JsonObject pod) {
    return switch (inject(pod)) {
      case Injection.Injected(JsonObject result) -> result;
      case Injection.Refused(List<String> reasons) ->
          throw new AssertionError("refused: " + reasons);
    };
  }
}
