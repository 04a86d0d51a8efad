// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission.inject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PodInjectorProperties {

  @Property(tries = 300)
  void injectingTwiceIsInjectingOnce(@ForAll("pods") JsonObject pod) {
    JsonObject once = Pods.injected(pod);
    assertEquals(once, Pods.injected(once));
  }

  @Property(tries = 300)
  void theSidecarIsFirstAndNoOtherContainerHasItsVolumesOrAnyToken(@ForAll("pods") JsonObject pod) {
    JsonObject spec = Pods.injected(pod).object("spec").orElseThrow();
    JsonObject sidecar = Elements.objects(spec, "initContainers").getFirst();
    assertEquals("mcp-policy-proxy", sidecar.string("name").orElse(""));
    assertEquals("Always", sidecar.string("restartPolicy").orElse(""));
    assertFalse(JsonText.string(spec).contains("kube-api-access-"));
    for (PodContainer container : PodContainer.all(spec)) {
      for (JsonObject mount : Elements.objects(container.json(), "volumeMounts")) {
        String volume = mount.string("name").orElse("");
        boolean allowed =
            container.name().equals("mcp-policy-proxy")
                || !InjectedNames.VOLUMES.contains(volume)
                || (container.name().equals("server") && volume.equals("mcp-policy-bridge"));
        assertEquals(true, allowed, container.name() + " mounts " + volume);
      }
    }
  }

  @Property(tries = 300)
  void onlyKnownMembersOfAPodChange(@ForAll("pods") JsonObject pod) {
    JsonObject injected = Pods.injected(pod);
    assertEquals(pod.without("spec"), injected.without("spec"));
    JsonObject before = pod.object("spec").orElseThrow();
    JsonObject after = injected.object("spec").orElseThrow();
    for (String changed :
        Set.of(
            "initContainers",
            "containers",
            "volumes",
            "serviceAccountName",
            "serviceAccount",
            "automountServiceAccountToken")) {
      before = before.without(changed);
      after = after.without(changed);
    }
    assertEquals(before, after);
  }

  @Provide
  Arbitrary<JsonObject> pods() {
    Arbitrary<List<JsonObject>> others =
        container("a", "b", "c").list().uniqueElements(PodInjectorProperties::name).ofMaxSize(3);
    Arbitrary<List<JsonObject>> inits =
        container("i", "j").list().uniqueElements(PodInjectorProperties::name).ofMaxSize(2);
    Arbitrary<JsonObject> server = container("server");
    Arbitrary<String> account = Arbitraries.of("", "default", "vllm-mcp");
    return Combinators.combine(server, others, inits, account, Arbitraries.of(true, false))
        .as(
            (first, rest, before, name, restart) -> {
              var containers = new java.util.ArrayList<JsonValue>(rest);
              containers.add(rest.size() / 2, first);
              var spec =
                  JsonObject.builder()
                      .put("containers", new JsonValue.JsonArray(containers))
                      .put("restartPolicy", restart ? "Always" : "Never");
              if (!before.isEmpty()) {
                spec.put("initContainers", new JsonValue.JsonArray(List.copyOf(before)));
              }
              if (!name.isEmpty()) {
                spec.put("serviceAccountName", name);
              }
              JsonObject labels = JsonObject.builder().put("mcppolicy.dev/server", "vllm").build();
              return JsonObject.builder()
                  .put("metadata", JsonObject.builder().put("labels", labels).build())
                  .put("spec", spec.build())
                  .build();
            });
  }

  private static Arbitrary<JsonObject> container(String... names) {
    Arbitrary<List<JsonObject>> mounts =
        Arbitraries.of("kube-api-access-zzzzz", "cache", "models")
            .map(
                volume ->
                    JsonObject.builder().put("name", volume).put("mountPath", "/" + volume).build())
            .list()
            .ofMaxSize(2);
    return Combinators.combine(
            Arbitraries.of(names),
            Arbitraries.of("vllm-mcp-server", "--", "/bridge/mcp.sock").list().ofMaxSize(3),
            mounts,
            Arbitraries.of(true, false))
        .as(
            (name, command, mounted, tty) -> {
              var container = JsonObject.builder().put("name", name).put("tty", tty);
              if (!command.isEmpty()) {
                container.put("command", Elements.ofStrings(command));
              }
              if (!mounted.isEmpty()) {
                container.put("volumeMounts", new JsonValue.JsonArray(List.copyOf(mounted)));
              }
              return container.build();
            });
  }

  private static String name(JsonObject container) {
    return container.string("name").orElseThrow();
  }
}
