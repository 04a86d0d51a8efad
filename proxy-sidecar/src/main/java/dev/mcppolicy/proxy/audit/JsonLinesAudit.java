// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.audit;

import dev.mcppolicy.bundle.Workload;
import dev.mcppolicy.engine.Decision;
import dev.mcppolicy.engine.DecisionJson;
import dev.mcppolicy.engine.DecisionReason;
import dev.mcppolicy.json.JsonText;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.mcp.Echo;
import dev.mcppolicy.proxy.workload.WorkloadChange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON object per line, each written in one piece: {@code kind} is {@code decision}, {@code
 * preview}, {@code outcome} or {@code refused}, {@code sequence} counts lines from 1 without a gap.
 */
public final class JsonLinesAudit implements AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(JsonLinesAudit.class);

  /** Before the members of every line. */
  private static final String HEAD = "{\"audit\":\"mcp-policy/v1\",\"sequence\":";

  /** More of a URI or of a prompt's name is not recorded. */
  private static final int NAME_CHARS_MAX = 512;

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
  public boolean record(AuditEvent event) {
    byte[] members = JsonText.bytes(json(event)); // made before the lock, numbered inside it
    return write(members);
  }

  private synchronized boolean write(byte[] members) {
    sequence++;
    String begin = failing ? "\n" + HEAD : HEAD; // what failed may have left half a line
    byte[] head = (begin + sequence + ",").getBytes(StandardCharsets.US_ASCII);
    byte[] line = new byte[head.length + members.length];
    System.arraycopy(head, 0, line, 0, head.length);
    System.arraycopy(members, 1, line, head.length, members.length - 1);
    line[line.length - 1] = '\n';
    try {
      out.write(line);
      out.flush();
      failing = false;
      return true;
    } catch (IOException e) {
      if (!failing) {
        LOG.error(
            "the audit record cannot be written: {}; calls go on, except those that a policy"
                + " wants recorded",
            e.getMessage());
      }
      failing = true;
      return false;
    }
  }

  private JsonObject json(AuditEvent event) {
    var line = JsonObject.builder();
    switch (event) {
      case AuditEvent.Decided e -> {
        line.put("kind", "decision")
            .put("time", e.time().toString())
            .put("pod", pod)
            .put("decision", e.decisionId())
            .put("grant", e.grant().name())
            .put(e.subject().kind().word(), name(e));
        put(e, line);
        line.put("bundle", e.bundleSequence());
      }
      case AuditEvent.Previewed e ->
          line.put("kind", "preview")
              .put("time", e.time().toString())
              .put("pod", pod)
              .put("decision", e.decisionId())
              .put("preview", e.preview());
      case AuditEvent.Ended e -> {
        line.put("kind", "outcome")
            .put("time", e.time().toString())
            .put("pod", pod)
            .put("decision", e.decisionId())
            .put("outcome", e.outcome())
            .put("tookMicros", e.took().toNanos() / 1000);
        if (!e.changes().isEmpty()) {
          line.put(
              "changes", new JsonArray(e.changes().stream().map(JsonLinesAudit::change).toList()));
        }
      }
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

  private static JsonValue change(WorkloadChange change) {
    Workload.Target target = change.workload().target();
    var json =
        JsonObject.builder()
            .put("workload", change.workload().name())
            .put("apiVersion", target.apiVersion())
            .put("kind", target.kind())
            .put("namespace", change.namespace())
            .put("name", target.name())
            .put("uid", change.uid())
            .put("change", change.made().reason());
    change.from().ifPresent(from -> json.put("from", from));
    change.to().ifPresent(to -> json.put("to", to));
    change.engine().ifPresent(engine -> json.put("engine", engine));
    change.resourceVersion().ifPresent(version -> json.put("resourceVersion", version));
    if (!change.isConfirmed()) {
      json.put("confirmed", false);
    }
    return json.build();
  }

  /** The members of {@link DecisionJson}, without the text, which repeats them. */
  private static void put(AuditEvent.Decided e, JsonObject.Builder line) {
    DecisionReason reason = e.decision().reason();
    line.put("outcome", e.isCounted() ? DecisionJson.outcome(e.decision()) : "error")
        .put("reason", reason.code().name());
    reason
        .policy()
        .ifPresent(
            policy ->
                line.put("policy", policy.display())
                    .put("generation", policy.generation())
                    .put("rule", reason.rule()));
    switch (e.decision()) {
      case Decision.Deny _ -> {}
      case Decision.Allow allow ->
          allow
              .wouldBe()
              .ifPresent(other -> line.put("wouldBe", DecisionJson.of(other).without("text")));
      case Decision.RateLimited _, Decision.NeedsApproval _ ->
          DecisionJson.of(e.decision()).without("text").members().forEach(line::put);
    }
  }

  private static String name(AuditEvent.Decided e) {
    String name = e.subject().name();
    return switch (e.subject().kind()) {
      case TOOL -> e.isKnownTool() ? name : Echo.of(name);
      case RESOURCE, PROMPT ->
          name.codePointCount(0, name.length()) <= NAME_CHARS_MAX
              ? name
              : name.substring(0, name.offsetByCodePoints(0, NAME_CHARS_MAX)) + "…";
    };
  }
}
