// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.Optional;

/**
 * Why a call was decided as it was.
 *
 * @param text one or two sentences for the agent, bounded, in which nothing of the caller stands
 *     unescaped
 * @param policy the policy that decided; empty when none did
 * @param rule JSON Pointer (RFC 6901) into the canonical form of that policy's document, e.g.
 *     {@code /tools/stop_vllm/limits/0}; empty when no part of it decided
 */
public record DecisionReason(
    ReasonCode code, String text, Optional<PolicyId> policy, String rule) {}
