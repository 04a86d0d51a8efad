// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.engine.PolicyId;
import dev.mcppolicy.json.JsonLimits;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.MalformedJsonException;
import dev.mcppolicy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A bundle as tests need it. */
final class Bundles {
  static final Tls TLS =
      new Tls(
          "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
          "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n");

  private Bundles() {}

  static JsonObject object(String json) {
    try {
      JsonValue value =
          new StrictJson(JsonLimits.RESPONSE).read(json.getBytes(StandardCharsets.UTF_8));
      return (JsonObject) value;
    } catch (MalformedJsonException wrong) {
      throw new IllegalArgumentException(json, wrong);
    }
  }

  static SessionKeys keys(int... seeds) {
    return new SessionKeys(
        java.util.Arrays.stream(seeds)
            .mapToObj(
                seed -> {
                  byte[] bytes = new byte[SessionKey.BYTES];
                  java.util.Arrays.fill(bytes, (byte) seed);
                  return new SessionKey(bytes);
                })
            .toList());
  }

  static Bundle bundle(long sequence) {
    return new Bundle(
        new ServerIdentity("inference", "vllm", "6f0c6a3e-0000-4000-8000-000000000001"),
        sequence,
        List.of(
            new BundledPolicy(
                "6f0c6a3e-0000-4000-8000-000000000002",
                new PolicyId("inference", "vllm-operations", 3),
                Optional.of(Set.of("agent", "operator")),
                object(
                    """
                    {"version":"1","default":"deny","tools":{"stop_vllm":{"limits":
                     [{"counter":"stop_vllm_rate","window":"minute","max":10,"scope":"grant"}]}}}
                    """)),
            new BundledPolicy(
                "6f0c6a3e-0000-4000-8000-000000000003",
                new PolicyId("inference", "base", 1),
                Optional.empty(),
                object("{\"version\":\"1\",\"default\":\"deny\"}"))),
        List.of(
            new BundledGrant("agent", "0a".repeat(32), Optional.empty()),
            new BundledGrant(
                "operator", "0b".repeat(32), Optional.of(Instant.parse("2027-01-01T00:00:00Z")))),
        List.of(
            new Workload(
                "vllm-server",
                true,
                new Workload.Target("apps/v1", "Deployment", "vllm"),
                Optional.of("meta-llama/Llama-3.1-8B-Instruct")),
            new Workload(
                "other",
                false,
                new Workload.Target("apps/v1", "StatefulSet", "o"),
                Optional.empty())),
        Optional.empty(),
        ToolMapping.VLLM_MCP_SERVER,
        new AcceptedHosts(
            List.of("vllm-mcp.inference.svc", "localhost", "[::1]"), List.of("https://x.example")),
        TLS,
        keys(2, 1),
        Optional.empty());
  }

  static byte[] encode(Bundle bundle) {
    try {
      return BundleFormat.encode(bundle);
    } catch (BundleTooLargeException tooLarge) {
      throw new IllegalArgumentException(tooLarge);
    }
  }
}
