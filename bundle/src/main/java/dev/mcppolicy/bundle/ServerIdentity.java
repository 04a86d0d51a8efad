// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

/**
 * The McpServer that a bundle is for.
 *
 * @param uid its metadata.uid, which a server made anew under the same name does not share
 */
public record ServerIdentity(String namespace, String name, String uid) {}
