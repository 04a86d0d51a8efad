// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import java.util.Optional;

/**
 * Why an act is carried out: the decision that let it.
 *
 * @param decision its id, as in the record
 * @param rule JSON Pointer into the policy's document; may be empty
 * @param policy as people name it; empty when none decided
 */
public record Cause(
    String decision, String tool, String grant, String rule, Optional<String> policy) {}
