// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Duration;
import java.util.Map;

/** How a stop waits for the requests that a workload's pods still have. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DrainSpec(
    @JsonPropertyDescription("How long, from 1s to 300s or from 1m to 5m.")
        @Required
        @Size(min = 2, max = 4)
        @Pattern("^(([1-9][0-9]?|[12][0-9][0-9]|300)s|[1-5]m)$")
        String timeout,
    @JsonPropertyDescription(
            "When requests still run by then. Refuse: nothing is stopped. Stop: it is stopped, and the answer says how many that cut.")
        @Default("Refuse")
        WhenBusy whenBusy,
    @JsonPropertyDescription("The port of the pods that answers with the metrics.")
        @Default("8000")
        @Min(1)
        @Max(65_535)
        Integer port,
    @JsonPropertyDescription("The path of the metrics.")
        @Default("/metrics")
        @Size(min = 1, max = 1024)
        @Pattern("^/[!-~]*$")
        String path,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public DrainSpec {
    whenBusy = whenBusy == null ? WhenBusy.REFUSE : whenBusy;
    port = port == null ? 8000 : port;
    path = path == null ? "/metrics" : path;
    unknown = UnknownKeys.kept(unknown);
  }

  /** What becomes of a stop when requests still run. */
  public enum WhenBusy {
    @JsonProperty("Refuse")
    REFUSE,
    @JsonProperty("Stop")
    STOP
  }

  /** The timeout, which the schema has checked. */
  public Duration timeoutDuration() {
    long number = Long.parseLong(timeout.substring(0, timeout.length() - 1));
    return timeout.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
  }
}
