// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import java.util.Optional;

/**
 * The schedule of a rule of a policy.
 *
 * @param rule JSON Pointer of the schedule
 * @param reason what the rule says to the agent
 */
record BoundSchedule(
    PolicyId policy, String rule, Optional<String> reason, CompiledSchedule compiled) {}
