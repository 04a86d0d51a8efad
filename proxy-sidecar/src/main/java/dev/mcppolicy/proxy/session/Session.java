// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.session;

import dev.mcppolicy.mcp.ProtocolVersion;
import java.time.Instant;

/**
 * What one client and the proxy agreed on in {@code initialize}.
 *
 * @param id names the session inside the proxy; 32 hexadecimal digits, never shown to a client
 * @param grant name of the grant that began it; no other may use it
 */
public record Session(String id, String grant, ProtocolVersion version, Instant issuedAt) {}
