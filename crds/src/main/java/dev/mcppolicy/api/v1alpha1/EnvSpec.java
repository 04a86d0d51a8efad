// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One environment variable: a value, or a key of a Secret. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "!(has(self.value) && has(self.valueFrom))",
    message = "state value or valueFrom, not both")
public record EnvSpec(
    @Required @Size(min = 1, max = 256) @Pattern("^[-._a-zA-Z][-._a-zA-Z0-9]*$") String name,
    @Size(max = 32768) @Nullable String value,
    @Nullable ValueFrom valueFrom,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {

  public EnvSpec {
    unknown = UnknownKeys.kept(unknown);
  }

  /** Where the value comes from. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ValueFrom(
      @Required SecretKeyRef secretKeyRef,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {
    public ValueFrom {
      unknown = UnknownKeys.kept(unknown);
    }
  }

  /** A key of a Secret in the namespace of the server. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record SecretKeyRef(
      @Required @Size(min = 1, max = 253) String name,
      @Required @Size(min = 1, max = 253) String key,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> unknown) {
    public SecretKeyRef {
      unknown = UnknownKeys.kept(unknown);
    }
  }
}
