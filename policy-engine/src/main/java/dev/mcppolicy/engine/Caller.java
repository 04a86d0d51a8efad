// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/**
 * Who calls.
 *
 * @param session the session's id, used to tell counters apart and for nothing else; empty where
 *     there are no sessions
 */
public record Caller(Grant grant, String session) {}
