// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.audit;

import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Echo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON object per line, each written in one piece: {@code kind} is {@code decision}, {@code
 * outcome} or {@code refused}, {@code sequence} counts lines from 1 without a gap.
 */
public final class JsonLinesAudit implements AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(JsonLinesAudit.class);

  /** Before the members of every line. */
  private static final String HEAD = "{\"audit\":\"mcp-policy/v1\",\"sequence\":";

  private final OutputStream out;
  private final String pod;
  private long sequence;
  private boolean failing;

  /**
   * @param out written to and flushed under a lock; not closed
   * @param pod names this proxy in every line
   */
  public JsonLinesAudit(OutputStream out, String pod) {
    this.out = out;
    this.pod = pod;
  }

  @Override
  public void record(AuditEvent event) {
    byte[] members = JsonText.bytes(json(event)); // made before the lock, numbered inside it
    write(members);
  }

  private synchronized void write(byte[] members) {
    sequence++;
    byte[] head = (HEAD + sequence + ",").getBytes(StandardCharsets.US_ASCII);
    byte[] line = new byte[head.length + members.length];
    System.arraycopy(head, 0, line, 0, head.length);
    System.arraycopy(members, 1, line, head.length, members.length - 1);
    line[line.length - 1] = '\n';
    try {
      out.write(line);
      out.flush();
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.error("the audit record cannot be written: {}; calls go on", e.getMessage());
      }
      failing = true;
    }
  }

  private JsonObject json(AuditEvent event) {
    var line = JsonObject.builder();
    switch (event) {
      case AuditEvent.Decided e -> {
        DecisionReason reason = e.reason();
        line.put("kind", "decision")
            .put("time", e.time().toString())
            .put("pod", pod)
            .put("decision", e.decisionId())
            .put("grant", e.grant().name())
            .put("tool", e.isKnownTool() ? e.tool() : Echo.of(e.tool()))
            .put("outcome", e.outcome())
            .put("reason", reason.code().name());
        reason
            .policy()
            .ifPresent(
                policy ->
                    line.put("policy", policy.display())
                        .put("generation", policy.generation())
                        .put("rule", reason.rule()));
        line.put("bundle", e.bundleSequence());
      }
      case AuditEvent.Ended e ->
          line.put("kind", "outcome")
              .put("time", e.time().toString())
              .put("pod", pod)
              .put("decision", e.decisionId())
              .put("outcome", e.outcome())
              .put("tookMicros", e.took().toNanos() / 1000);
      case AuditEvent.Refused e ->
          line.put("kind", "refused")
              .put("time", e.time().toString())
              .put("pod", pod)
              .put("grant", e.grant().name())
              .put("code", e.code())
              .put("text", e.text());
    }
    return line.build();
  }
}
