// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.e2e;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the stand-in for vLLM in a namespace has seen, by its own metrics. */
final class ModelServer {
  private static final Pattern RUNNING =
      Pattern.compile("vllm:num_requests_running\\{[^}]*} (\\d+)");
  private final GuardedNamespace namespace;
  private final String service;

  ModelServer(GuardedNamespace namespace, String service) {
    this.namespace = namespace;
    this.service = service;
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
                    "/api/v1/namespaces/%s/services/%s:8000/proxy/metrics"
                        .formatted(namespace.name(), service)));
    return found.find() ? Optional.of(Long.valueOf(found.group(1))) : Optional.empty();
  }
}
