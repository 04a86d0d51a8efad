// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcppolicy.e2e.McpClient.ToolAnswer;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonNull;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.testkit.cluster.SharedCluster;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Three servers in two namespaces, whose workloads are called alike: nothing that a caller can
 * write reaches the workload of another tenant (T121, T122). Their MCP servers end at once, which
 * the container tools do without.
 */
@ExtendWith({SharedCluster.class, InstalledProduct.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TenantsE2E {
  private static final String TOOLS =
      "{stop_vllm: {}, start_vllm: {}, restart_vllm: {}, get_vllm_logs: {}}";

  private final GuardedNamespace one;
  private final GuardedNamespace two;
  private final Tenant first;
  private final Tenant second;
  private final Tenant third;

  /**
   * A server.
   *
   * @param declared the Deployment of each of its workloads, by the name of the workload
   */
  private record Tenant(
      GuardedNamespace namespace, String server, int nodePort, Map<String, String> declared) {

    String owns(String workload) {
      return namespace.name() + "/" + Objects.requireNonNull(declared.get(workload));
    }
  }

  /** A Deployment as the API server has it. */
  private record Standing(
      String uid, int replicas, long generation, String version, List<String> writers) {
    static Standing of(Deployment deployment) {
      var metadata = deployment.getMetadata();
      return new Standing(
          metadata.getUid(),
          deployment.getSpec().getReplicas(),
          metadata.getGeneration(),
          metadata.getResourceVersion(),
          metadata.getManagedFields().stream()
              .map(ManagedFieldsEntry::getManager)
              .distinct()
              .sorted()
              .toList());
    }
  }

  TenantsE2E(Product product) {
    one = GuardedNamespace.create(product, "tenant-one");
    two = GuardedNamespace.create(product, "tenant-two");
    first = new Tenant(one, "first", 30093, Map.of("model", "alpha"));
    second = new Tenant(one, "second", 30094, Map.of("model", "beta", "model.b", "beta-two"));
    third = new Tenant(two, "third", 30095, Map.of("model", "alpha"));
  }

  private Stream<Tenant> tenants() {
    return Stream.of(first, second, third);
  }

  @BeforeAll
  void startServers() {
    one.apply(
        idle("alpha", ""),
        idle("beta", ""),
        idle("beta-two", ""),
        // nobody's, with the labels of the first server and of its workload
        idle("gamma", ", labels: {mcppolicy.dev/server: first, app: alpha}"),
        server("first", "[{name: model, default: true, target: %s}]".formatted(target("alpha"))),
        server(
            "second",
            "[{name: model, target: %s}, {name: model.b, target: %s}]"
                .formatted(target("beta"), target("beta-two"))));
    two.apply(
        idle("alpha", ""),
        server("third", "[{name: model, default: true, target: %s}]".formatted(target("alpha"))));
    tenants()
        .forEach(
            tenant ->
                tenant
                    .namespace()
                    .apply(
                        Manifests.grant(tenant.server(), tenant.server()),
                        Manifests.policy(tenant.server(), tenant.server(), TOOLS)));
    tenants().forEach(tenant -> tenant.namespace().awaitEnforced(tenant.server()));
  }

  @AfterAll
  void deleteNamespaces() {
    one.close();
    two.close();
  }

  private static String target(String deployment) {
    return "{apiVersion: apps/v1, kind: Deployment, name: %s}".formatted(deployment);
  }

  /** Pods that no node runs: what they are does not matter here. */
  private static String idle(String name, String labels) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s%2$s}
        spec:
          replicas: 2
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {schedulerName: nobody, containers: [{name: main, image: "docker.io/local/none:1"}]}
        """
        .formatted(name, labels);
  }

  private static String server(String name, String workloads) {
    return """
        apiVersion: mcppolicy.dev/v1alpha1
        kind: McpServer
        metadata: {name: %s}
        spec:
          deployment: {image: "docker.io/local/vllm-mcp-server:0.1.4"}
          transport: {stdio: {container: server, command: [python3, -c, raise SystemExit(1)]}}
          workloads: %s
        """
        .formatted(name, workloads);
  }

  /** The tenants' workloads, by namespace and name. */
  private Map<String, Standing> standing() {
    var found = new TreeMap<String, Standing>();
    for (GuardedNamespace namespace : List.of(one, two)) {
      namespace
          .client()
          .apps()
          .deployments()
          .inNamespace(namespace.name())
          .list()
          .getItems()
          .stream()
          .filter(deployment -> !deployment.getMetadata().getName().endsWith("-mcp"))
          .filter(deployment -> !isOfAServer(deployment))
          .forEach(
              deployment ->
                  found.put(
                      namespace.name() + "/" + deployment.getMetadata().getName(),
                      Standing.of(deployment)));
    }
    return found;
  }

  private boolean isOfAServer(Deployment deployment) {
    return !deployment.getMetadata().getOwnerReferences().isEmpty();
  }

  /** Once their controller has nothing left to write. */
  private Map<String, Standing> settled() {
    return Waiting.forValue(
        "nobody writes the workloads",
        Duration.ofSeconds(60),
        () -> {
          Map<String, Standing> before = standing();
          LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
          return before.equals(standing())
              ? java.util.Optional.of(before)
              : java.util.Optional.empty();
        });
  }

  /** What a caller of one tenant could write for something of another. */
  private Set<String> spellings(Tenant caller) {
    var spellings = new LinkedHashSet<String>();
    for (Tenant tenant : tenants().toList()) {
      String in = tenant.namespace().name();
      var names = new LinkedHashSet<String>(tenant.declared().keySet());
      names.addAll(tenant.declared().values());
      names.add("gamma");
      names.add(tenant.server());
      for (String name : names) {
        spellings.addAll(
            List.of(
                name,
                name.toUpperCase(Locale.ROOT),
                name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
                " " + name,
                name + " ",
                name + "\n",
                name + "\u0000",
                name + ".",
                "." + name,
                "./" + name,
                name + "/",
                in + "/" + name,
                "../" + in + "/" + name,
                in + "." + name,
                name + "." + in,
                "deployments/" + name,
                "Deployment/" + name + "/scale",
                "/apis/apps/v1/namespaces/" + in + "/deployments/" + name,
                "..%2f" + in + "%2f" + name,
                "^" + name + "$",
                name.substring(0, 1) + "*",
                "app=" + name,
                "mcppolicy.dev/server=" + tenant.server(),
                "docker:" + name,
                "\u200b" + name,
                name + "\u0301",
                name.replace('a', '\u0430').replace('e', '\u0435').replace('o', '\u043e'),
                wide(name)));
      }
    }
    spellings.addAll(List.of("", ".", "..", "*", ".*", "default", "true", "null", "0"));
    spellings.removeAll(caller.declared().keySet());
    return spellings;
  }

  /** In letters of full width, which some ways of folding take for the usual ones. */
  private static String wide(String name) {
    var wide = new StringBuilder();
    name.chars().forEach(c -> wide.append((char) (c - 0x20 + 0xFF00)));
    return wide.toString();
  }

  private static final List<String> ON_A_WORKLOAD =
      List.of("stop_vllm", "restart_vllm", "start_vllm", "get_vllm_logs");

  private static JsonObject arguments(String tool, JsonValue container) {
    var arguments = JsonObject.builder().put("container_name", container);
    if (tool.equals("start_vllm")) {
      arguments.put("model", "m");
    }
    return arguments.build();
  }

  private McpClient connect(Tenant tenant) {
    URI url = tenant.namespace().publish(tenant.server(), tenant.nodePort());
    return tenant.namespace().connect(url, tenant.server());
  }

  /** First what must not work, for every pair, then what must, with nothing else touched. */
  @Test
  void nothingThatACallerWritesReachesAnotherTenantsWorkload() throws Exception {
    Map<String, Standing> before = settled();
    assertEquals(5, before.size(), before.toString());
    int tried = 0;
    for (Tenant caller : tenants().toList()) {
      try (McpClient agent = connect(caller)) {
        for (String spelling : spellings(caller)) {
          for (String tool : ON_A_WORKLOAD) {
            assertRefused(agent, tool, JsonValue.of(spelling));
            tried++;
          }
        }
        for (JsonValue odd :
            List.of(
                JsonNull.NULL,
                JsonValue.of(true),
                JsonValue.of(0),
                JsonArray.of(JsonValue.of("alpha")),
                JsonObject.builder().put("name", "alpha").put("namespace", two.name()).build())) {
          for (String tool : ON_A_WORKLOAD) {
            assertRefused(agent, tool, odd);
          }
        }
        for (String extra : List.of("namespace", "kind", "workload", "selector", "name")) {
          ToolAnswer answer =
              agent.call(
                  "stop_vllm",
                  JsonObject.builder().put("container_name", "model").put(extra, "beta").build());
          assertTrue(answer.isError(), () -> extra + ": " + answer.text());
        }
      }
    }
    assertTrue(tried > 1_500, "only " + tried);
    try (McpClient agent = connect(second)) { // which has no default
      assertTrue(agent.call("stop_vllm").isError());
    }
    assertEquals(before, settled(), "nobody has written any of them");
    before.forEach(
        (name, standing) -> {
          assertEquals(1, standing.generation(), name + ": its spec was never written again");
          assertFalse(standing.writers().contains("mcp-policy-proxy"), name);
        });
    assertEquals(List.of(), eventsOfSidecars());

    for (Tenant caller : tenants().toList()) {
      stopsItsOwnAndNothingElse(caller);
    }
  }

  private static void assertRefused(McpClient agent, String tool, JsonValue container)
      throws Exception {
    ToolAnswer answer = agent.call(tool, arguments(tool, container));
    assertTrue(answer.isError(), () -> tool + " " + container + ": " + answer.text());
  }

  private void stopsItsOwnAndNothingElse(Tenant caller) throws Exception {
    Map<String, Standing> before = settled();
    try (McpClient agent = connect(caller)) {
      ToolAnswer stopped = agent.call("stop_vllm", arguments("stop_vllm", JsonValue.of("model")));
      assertFalse(stopped.isError(), stopped.text());
    }
    String own = caller.owns("model");
    Map<String, Standing> after = settled();
    assertEquals(0, Objects.requireNonNull(after.get(own)).replicas());
    assertEquals(2, Objects.requireNonNull(after.get(own)).generation(), "one write");
    var others = new TreeMap<>(before);
    others.remove(own);
    after.remove(own);
    assertEquals(others, after, caller.server() + " touched something else");
    Waiting.until(
        "the Event of it is there",
        Duration.ofSeconds(20),
        () -> eventsOfSidecars().stream().anyMatch(event -> event.startsWith(own + " ")));
  }

  /** On what, and by whom. */
  private List<String> eventsOfSidecars() {
    var events = new ArrayList<String>();
    for (GuardedNamespace namespace : List.of(one, two)) {
      namespace.eventsOfSidecars().stream()
          .map(
              event ->
                  namespace.name() + "/" + event.getRegarding().getName() + " " + event.getNote())
          .forEach(events::add);
    }
    return events;
  }

  /** Should a sidecar ever ask for it all the same, the API server says no. */
  @Test
  void theRightsOfASidecarEndAtItsOwnWorkloads() {
    Set<String> all = standing().keySet();
    for (Tenant tenant : tenants().toList()) {
      var allowed = new ArrayList<String>();
      for (String workload : all) {
        if (mayScale(tenant, workload)) {
          allowed.add(workload);
        }
      }
      assertEquals(
          tenant.declared().keySet().stream().map(tenant::owns).sorted().toList(),
          allowed.stream().sorted().toList(),
          tenant.server());
    }
  }

  private boolean mayScale(Tenant tenant, String workload) {
    int slash = workload.indexOf('/');
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(
                "system:serviceaccount:%s:%s-mcp"
                    .formatted(tenant.namespace().name(), tenant.server()))
            .withNewResourceAttributes()
            .withGroup("apps")
            .withResource("deployments")
            .withSubresource("scale")
            .withVerb("patch")
            .withNamespace(workload.substring(0, slash))
            .withName(workload.substring(slash + 1))
            .endResourceAttributes()
            .endSpec()
            .build();
    return tenant
        .namespace()
        .client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }
}
