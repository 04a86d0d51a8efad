// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

/** The grant under which a call is made, by its name, which is unique for a server. */
public record Grant(String name) {}
