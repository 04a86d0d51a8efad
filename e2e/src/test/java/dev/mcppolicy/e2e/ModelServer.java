// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a stand-in for vLLM in a namespace has seen, by its own metrics. */
final class ModelServer {
  private static final Pattern RUNNING =
      Pattern.compile("vllm:num_requests_running\\{[^}]*} (\\d+)");
  private final GuardedNamespace namespace;
  private final String resource;

  private ModelServer(GuardedNamespace namespace, String resource) {
    this.namespace = namespace;
    this.resource = resource;
  }

  /** The one behind a Service. */
  static ModelServer behind(GuardedNamespace namespace, String service) {
    return new ModelServer(namespace, "services/" + service);
  }

  /** One of several. */
  static ModelServer in(GuardedNamespace namespace, String pod) {
    return new ModelServer(namespace, "pods/" + pod);
  }

  /** How many requests to this path arrived since it started. */
  long requests(String path) {
    return first(
            Pattern.compile(
                "http_requests_total\\{handler=\"" + Pattern.quote(path) + "\"[^}]*} (\\d+)"))
        .orElse(0L);
  }

  /** Requests whose answer it is working on now. */
  long running() {
    return first(RUNNING).orElseThrow();
  }

  private Optional<Long> first(Pattern metric) {
    Matcher found =
        metric.matcher(
            namespace
                .client()
                .raw(
                    "/api/v1/namespaces/%s/%s:8000/proxy/metrics"
                        .formatted(namespace.name(), resource)));
    return found.find() ? Optional.of(Long.valueOf(found.group(1))) : Optional.empty();
  }
}
