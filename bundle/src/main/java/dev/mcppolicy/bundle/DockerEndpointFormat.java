// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.json.JsonValue.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The container engine of a server as a bundle holds it. */
final class DockerEndpointFormat {
  private DockerEndpointFormat() {}

  static JsonObject write(DockerEndpoint docker) {
    var labels = JsonObject.builder();
    docker.requiredLabels().forEach(labels::put);
    return JsonObject.builder()
        .put("endpoint", docker.endpoint().toString())
        .put("tlsSecretName", docker.tlsSecretName())
        .put("requiredLabels", labels.build())
        .put("allowRemove", docker.mayRemove())
        .build();
  }

  /** Without a label every container of a declared name would do, whoever made it. */
  static DockerEndpoint read(Members docker) throws WrongBundleException {
    docker.only(Set.of("endpoint", "tlsSecretName", "requiredLabels", "allowRemove"));
    Optional<URI> endpoint = DockerEndpoint.endpoint(docker.text("endpoint"));
    if (endpoint.isEmpty()) {
      throw new WrongBundleException(
          docker.at("endpoint"), "is not of the form https://HOST:PORT alone");
    }
    Map<String, String> labels = docker.labels("requiredLabels", DockerEndpoint.LABELS_MAX);
    if (labels.isEmpty()) {
      throw new WrongBundleException(docker.at("requiredLabels"), "is empty");
    }
    return new DockerEndpoint(
        endpoint.get(),
        docker.match("tlsSecretName", Members.NAME),
        labels,
        docker.flag("allowRemove"));
  }
}
