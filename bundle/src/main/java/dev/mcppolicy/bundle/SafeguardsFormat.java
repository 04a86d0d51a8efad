// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.bundle;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonArray;
import dev.mcppolicy.json.JsonValue.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Safeguards as a workload of a bundle carries them; what there is none of is left out. */
final class SafeguardsFormat {

  /** Printable ASCII, so that it is one line of a request. */
  private static final Pattern PATH = Pattern.compile("/[!-~]{0,1023}");

  private SafeguardsFormat() {}

  static JsonObject write(Safeguards safeguards) {
    var object = JsonObject.builder();
    if (safeguards.minReadyReplicas() > 0) {
      object.put("minReadyReplicas", safeguards.minReadyReplicas());
    }
    safeguards.drain().ifPresent(drain -> object.put("drain", write(drain)));
    if (!safeguards.budgets().isEmpty()) {
      List<JsonValue> names = safeguards.budgets().stream().<JsonValue>map(JsonValue::of).toList();
      object.put("budgets", new JsonArray(names));
    }
    if (safeguards.hasMoreBudgets()) {
      object.put("moreBudgets", true);
    }
    safeguards.contested().ifPresent(contested -> object.put("contested", write(contested)));
    return object.build();
  }

  private static JsonObject write(Drain drain) {
    return JsonObject.builder()
        .put("timeoutMillis", drain.timeout().toMillis())
        .put("whenBusy", drain.whenBusy().word())
        .put("port", drain.port())
        .put("path", drain.path())
        .build();
  }

  private static JsonObject write(Contested contested) {
    return switch (contested) {
      case Contested.Rests(String by, int minReplicas) ->
          JsonObject.builder()
              .put("then", "rests")
              .put("by", by)
              .put("minReplicas", minReplicas)
              .build();
      case Contested.Paused(String scaledObject, int minReplicas) ->
          JsonObject.builder()
              .put("then", "paused")
              .put("scaledObject", scaledObject)
              .put("minReplicas", minReplicas)
              .build();
      case Contested.Refused(String by, String remedy) ->
          JsonObject.builder().put("then", "refused").put("by", by).put("remedy", remedy).build();
    };
  }

  static Safeguards read(Members safeguards) throws WrongBundleException {
    safeguards.only(Set.of("minReadyReplicas", "drain", "budgets", "moreBudgets", "contested"));
    return new Safeguards(
        safeguards.has("minReadyReplicas")
            ? safeguards.number("minReadyReplicas", 0, Integer.MAX_VALUE)
            : 0,
        safeguards.has("drain") ? Optional.of(drain(safeguards.object("drain"))) : Optional.empty(),
        safeguards.has("budgets") ? safeguards.names("budgets", Safeguards.BUDGETS_MAX) : List.of(),
        safeguards.has("moreBudgets") && safeguards.flag("moreBudgets"),
        safeguards.has("contested")
            ? Optional.of(contested(safeguards.object("contested")))
            : Optional.empty());
  }

  private static Drain drain(Members drain) throws WrongBundleException {
    drain.only(Set.of("timeoutMillis", "whenBusy", "port", "path"));
    Optional<Drain.WhenBusy> whenBusy = Drain.WhenBusy.of(drain.text("whenBusy"));
    if (whenBusy.isEmpty()) {
      throw new WrongBundleException(drain.at("whenBusy"), "is not known here");
    }
    return new Drain(
        Duration.ofMillis(
            drain.number(
                "timeoutMillis",
                (int) Drain.TIMEOUT_MIN.toMillis(),
                (int) Drain.TIMEOUT_MAX.toMillis())),
        whenBusy.get(),
        drain.number("port", 1, 65_535),
        drain.match("path", PATH));
  }

  private static Contested contested(Members contested) throws WrongBundleException {
    return switch (contested.text("then")) {
      case "rests" -> {
        contested.only(Set.of("then", "by", "minReplicas"));
        yield new Contested.Rests(
            contested.text("by"), contested.number("minReplicas", 0, Integer.MAX_VALUE));
      }
      case "paused" -> {
        contested.only(Set.of("then", "scaledObject", "minReplicas"));
        yield new Contested.Paused(
            contested.match("scaledObject", Members.NAME),
            contested.number("minReplicas", 0, Integer.MAX_VALUE));
      }
      case "refused" -> {
        contested.only(Set.of("then", "by", "remedy"));
        yield new Contested.Refused(contested.text("by"), contested.text("remedy"));
      }
      default -> throw new WrongBundleException(contested.at("then"), "is not known here");
    };
  }
}
