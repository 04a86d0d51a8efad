// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.admission;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.List;
import java.util.Optional;

/**
 * What the kubelet asks, over the webhook's own port and TLS, so that an answer proves that both
 * serve. Live says nothing but that: an API server that is away is no reason to restart (T134).
 */
@Controller
final class HealthController {
  private final List<Readiness> parts;

  HealthController(List<Readiness> parts) {
    this.parts = List.copyOf(parts);
  }

  @Get(uri = "/live", produces = MediaType.TEXT_PLAIN)
  String live() {
    return "live\n";
  }

  @Get(uri = "/ready", produces = MediaType.TEXT_PLAIN)
  MutableHttpResponse<String> ready() {
    List<String> missing =
        parts.stream().map(Readiness::missing).flatMap(Optional::stream).toList();
    return missing.isEmpty()
        ? HttpResponse.ok("ready\n")
        : HttpResponse.<String>status(HttpStatus.SERVICE_UNAVAILABLE)
            .body(String.join("\n", missing) + "\n");
  }
}
