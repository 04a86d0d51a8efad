// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.engine.Grant;
import dev.mcppolicy.engine.document.DocumentLines;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The grants of one server and the policies that are for it, as a cluster has them now. Policies go
 * through the same reader as files.
 *
 * @param problems policies that cannot be used, and a server that does not exist
 */
record ClusterObjects(
    List<Grant> grants, List<SourceEntry.Policy> policies, List<String> problems) {
  private static final String GROUP = "mcppolicy.dev";
  private static final String VERSION = "v1alpha1";
  private static final StrictJson JSON = new StrictJson(JsonLimits.RESPONSE);

  ClusterObjects {
    grants = List.copyOf(grants);
    policies = List.copyOf(policies);
    problems = List.copyOf(problems);
  }

  /**
   * @param namespace null: that of the context
   * @param context null: the current one, or the pod's own rights inside a cluster
   * @throws IOException when the cluster does not answer; the message is for a person
   */
  static ClusterObjects read(String server, @Nullable String namespace, @Nullable String context)
      throws IOException {
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Config.autoConfigure(context)).build()) {
      String in = namespace != null ? namespace : client.getNamespace();
      return read(client, server, in == null ? "default" : in);
    } catch (KubernetesClientException e) {
      throw new IOException(
          e.getCode() == 404
              ? "the cluster has no resources of " + GROUP + "; is the operator installed?"
              : "the cluster cannot be asked: " + e.getMessage(),
          e);
    }
  }

  private static ClusterObjects read(KubernetesClient client, String server, String namespace)
      throws IOException {
    var grants = new TreeMap<String, Grant>();
    var policies = new ArrayList<SourceEntry.Policy>();
    var problems = new ArrayList<String>();
    boolean exists =
        objects(client, "McpServer", "mcpservers", namespace).stream()
            .anyMatch(of -> of.getMetadata().getName().equals(server));
    if (!exists) {
      problems.add(
          "there is no McpServer " + Wording.quoted(server) + " in the namespace " + namespace);
    }
    for (GenericKubernetesResource grant : objects(client, "McpGrant", "mcpgrants", namespace)) {
      String of =
          json(grant)
              .object("spec")
              .flatMap(spec -> spec.object("server"))
              .flatMap(reference -> reference.string("name"))
              .orElse("");
      if (of.equals(server)) {
        Map<String, String> labels = grant.getMetadata().getLabels();
        String name = grant.getMetadata().getName();
        grants.put(name, new Grant(name, labels == null ? Map.of() : labels));
      }
    }
    for (GenericKubernetesResource policy :
        objects(client, Manifest.KIND, "mcppolicies", namespace)) {
      String name = Manifest.KIND + " " + policy.getMetadata().getName();
      switch (Manifest.read(name, json(policy), "", List.of(), DocumentLines.of(""))) {
        case SourceEntry.Policy read -> {
          if (read.servers().map(names -> names.contains(server)).orElse(false)) {
            policies.add(read);
          }
        }
        case SourceEntry.Wrong wrong ->
            wrong.problems().forEach(problem -> problems.add(name + ": " + problem.text()));
        case SourceEntry.Skipped _ -> {}
      }
    }
    policies.sort(Comparator.comparing(SourceEntry.Policy::id));
    return new ClusterObjects(List.copyOf(grants.values()), policies, problems);
  }

  /**
   * @param plural as the API server names the kind in paths
   */
  private static List<GenericKubernetesResource> objects(
      KubernetesClient client, String kind, String plural, String namespace) {
    var definition =
        new ResourceDefinitionContext.Builder()
            .withGroup(GROUP)
            .withVersion(VERSION)
            .withKind(kind)
            .withPlural(plural)
            .withNamespaced(true)
            .build();
    return client.genericKubernetesResources(definition).inNamespace(namespace).list().getItems();
  }

  private static JsonObject json(GenericKubernetesResource resource) throws IOException {
    try {
      return (JsonObject)
          JSON.read(Serialization.asJson(resource).getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new IOException(resource.getMetadata().getName() + " cannot be read", e);
    }
  }
}
