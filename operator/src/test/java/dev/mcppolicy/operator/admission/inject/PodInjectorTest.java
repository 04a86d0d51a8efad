// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pods in, pods out: {@code injection/NAME/pod.yaml} becomes {@code injected.yaml} beside it, which
 * {@code -Dgolden=update} writes anew.
 */
final class PodInjectorTest {
  private static final Path CASES = Path.of("src/test/resources/injection");

  @ParameterizedTest
  @ValueSource(strings = {"adopted", "image-entry-point", "neighbours", "job", "injected-already"})
  void putsTheSidecarBeforeTheServer(String name) throws IOException {
    String injected = Pods.write(Pods.injected(pod(name)));
    Path golden = CASES.resolve(name).resolve("injected.yaml");
    if ("update".equals(System.getProperty("golden"))) {
      Files.writeString(golden, injected);
    }
    assertEquals(Files.readString(golden), injected);
  }

  @Test
  void undoesWhatOthersDidToTheSidecar() throws IOException { // T108
    assertEquals(Pods.injected(pod("image-entry-point")), Pods.injected(pod("injected-already")));
  }

  @Test
  void refusesAnImageOfOthersUnderTheSidecarsName() throws IOException {
    JsonObject injected = Pods.injected(pod("adopted"));
    var upgraded =
        new InjectionSettings(
            "registry.example.org/mcp-policy-proxy:0.2.0",
            Pods.SETTINGS.imagePullPolicy(),
            Pods.SETTINGS.sidecarUserId(),
            Pods.SETTINGS.resources(),
            Pods.SETTINGS.tokenLifetime());
    Injection again = new PodInjector(upgraded).inject(injected, "inference", Pods.SERVERS);
    assertEquals(
        "spec.initContainers[0].name: `mcp-policy-proxy` is the name of the sidecar, which the"
            + " operator adds with its own image; remove the container or choose another name",
        switch (again) {
          case Injection.Refused(List<String> reasons) ->
              reasons.stream()
                  .filter(r -> r.contains("initContainers[0].name"))
                  .findFirst()
                  .orElse("");
          case Injection.Injected _ -> "injected";
        });
  }

  private static JsonObject pod(String name) throws IOException {
    return Pods.read(Files.readString(CASES.resolve(name).resolve("pod.yaml")));
  }
}
