// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.cli;

import dev.mcppolicy.cli.CheckReport.Checked;
import dev.mcppolicy.cli.CheckReport.Finding;
import dev.mcppolicy.cli.CheckReport.Severity;
import dev.mcppolicy.engine.document.Wording;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a report is written. */
enum CheckFormat {
  /** For people: one line for each finding, as compilers have it, and a line for each policy. */
  TEXT,
  /** {@code {"policies": […], "findings": […], "errors": n, "warnings": n}}. */
  JSON,
  /** SARIF 2.1.0 (OASIS), which code scanning reads. */
  SARIF,
  /** Workflow commands of GitHub Actions, which become annotations. */
  GITHUB;

  /** As written on the command line, where picocli ignores case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a format's name. */
  static final class Word implements ITypeConverter<CheckFormat> {
    @Override
    public CheckFormat convert(String text) {
      for (CheckFormat format : values()) {
        if (format.toString().equals(text)) {
          return format;
        }
      }
      throw new TypeConversionException(
          Wording.quoted(text) + " is not a format; use text, json, sarif or github");
    }
  }

  String write(CheckReport report) {
    return switch (this) {
      case TEXT -> text(report);
      case JSON -> JsonLayout.text(json(report));
      case SARIF -> JsonLayout.text(sarif(report));
      case GITHUB -> github(report);
    };
  }

  private static String text(CheckReport report) {
    var text = new StringBuilder();
    for (Finding finding : report.findings()) {
      text.append(finding.file());
      if (finding.line() > 0) {
        text.append(':').append(finding.line());
      }
      text.append(": ").append(finding.severity().word()).append(": ");
      text.append(finding.text()).append('\n');
    }
    for (Checked checked : report.checked()) {
      if (checked.isValid()) {
        text.append(checked.file()).append(": ");
        if (!checked.file().endsWith(checked.policy())) {
          text.append(checked.policy()).append(": ");
        }
        text.append("valid, ").append(Plural.of(checked.rules(), "rule"));
        text.append(", ").append(Plural.of(checked.tests(), "test")).append('\n');
      }
    }
    text.append(Plural.of(report.count(Severity.ERROR), "error"));
    text.append(", ").append(Plural.of(report.count(Severity.WARNING), "warning")).append('\n');
    return text.toString();
  }

  private static JsonObject json(CheckReport report) {
    return JsonObject.builder()
        .put(
            "policies",
            array(
                report.checked(),
                checked ->
                    JsonObject.builder()
                        .put("file", checked.file())
                        .put("policy", checked.policy())
                        .put("valid", checked.isValid())
                        .put("rules", checked.rules())
                        .put("tests", checked.tests())
                        .build()))
        .put(
            "findings",
            array(
                report.findings(),
                finding ->
                    JsonObject.builder()
                        .put("severity", finding.severity().word())
                        .put("file", finding.file())
                        .put("line", finding.line())
                        .put("path", finding.path())
                        .put("message", finding.message())
                        .build()))
        .put("errors", report.count(Severity.ERROR))
        .put("warnings", report.count(Severity.WARNING))
        .build();
  }

  private static JsonObject sarif(CheckReport report) {
    JsonObject driver =
        JsonObject.builder()
            .put("name", "mcp-policy")
            .put("version", Version.text())
            .put("rules", array(List.of(Severity.values()), CheckFormat::sarifRule))
            .build();
    JsonObject run =
        JsonObject.builder()
            .put("tool", JsonObject.builder().put("driver", driver).build())
            .put("results", array(report.findings(), CheckFormat::sarifResult))
            .build();
    return JsonObject.builder()
        .put("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        .put("version", "2.1.0")
        .put("runs", JsonArray.of(run))
        .build();
  }

  private static JsonObject sarifRule(Severity severity) {
    String says =
        switch (severity) {
          case ERROR -> "The policy cannot be used as it is.";
          case WARNING -> "The policy can be used, and may not mean what it seems to.";
          case NOTE -> "Something was not looked at.";
        };
    return JsonObject.builder()
        .put("id", ruleId(severity))
        .put("shortDescription", JsonObject.builder().put("text", says).build())
        .build();
  }

  private static JsonObject sarifResult(Finding finding) {
    var physical =
        JsonObject.builder()
            .put("artifactLocation", JsonObject.builder().put("uri", uri(finding.file())).build());
    if (finding.line() > 0) {
      physical.put("region", JsonObject.builder().put("startLine", finding.line()).build());
    }
    var location = JsonObject.builder().put("physicalLocation", physical.build());
    if (!finding.path().isEmpty()) {
      location.put(
          "logicalLocations",
          JsonArray.of(JsonObject.builder().put("fullyQualifiedName", finding.path()).build()));
    }
    return JsonObject.builder()
        .put("ruleId", ruleId(finding.severity()))
        .put("level", finding.severity().word())
        .put("message", JsonObject.builder().put("text", finding.text()).build())
        .put("locations", JsonArray.of(location.build()))
        .build();
  }

  private static String ruleId(Severity severity) {
    return switch (severity) {
      case ERROR -> "policy-error";
      case WARNING -> "policy-warning";
      case NOTE -> "note";
    };
  }

  /** A path as a relative URI reference (RFC 3986, 4.2): all but names and slashes is escaped. */
  private static String uri(String file) {
    var uri = new StringBuilder();
    for (byte b : file.replace('\\', '/').getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean mayStand =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~/".indexOf(c) >= 0;
      uri.append(mayStand ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return uri.toString();
  }

  private static String github(CheckReport report) {
    var text = new StringBuilder();
    for (Finding finding : report.findings()) {
      text.append("::").append(githubCommand(finding.severity()));
      text.append(" file=").append(property(finding.file()));
      if (finding.line() > 0) {
        text.append(",line=").append(finding.line());
      }
      text.append(",title=mcp-policy::").append(data(finding.text())).append('\n');
    }
    return text.toString();
  }

  private static String githubCommand(Severity severity) {
    return severity == Severity.NOTE ? "notice" : severity.word();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  private static <T> JsonArray array(List<T> list, Function<T, JsonObject> element) {
    return new JsonArray(list.stream().<JsonValue>map(element).toList());
  }
}
