// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import dev.mcppolicy.json.JsonValue.JsonObject;
import dev.mcppolicy.json.JsonValue.JsonString;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads which people must agree to a call. */
record ApprovalReader(Problems problems, ConditionReader conditions) {
  private static final List<String> KEYS = List.of("approvers", "ttl", "reason", "unless");

  Optional<Approval> approval(JsonValue value, Place place) {
    return values()
        .object(
            value, place, "an object, `{}` to let anyone agree whom the cluster gives the right to")
        .map(object -> approval(object, place));
  }

  private Approval approval(JsonObject object, Place place) {
    var fields = new Fields(place, object, KEYS, problems);
    fields.reportUnknownKeys("an approval");
    Approvers approvers = fields.read("approvers", this::approvers).orElse(Approvers.ANYONE);
    Duration ttl = fields.read("ttl", this::ttl).orElse(Approval.DEFAULT_TTL);
    Optional<String> reason =
        fields.read(
            "reason", (value, at) -> values().line(value, at, PolicyReader.REASON_CHARS_MAX));
    List<Condition> unless =
        fields
            .read("unless", (value, at) -> Optional.of(conditions.conditions(value, at, "unless")))
            .orElse(List.of());
    return new Approval(approvers.groups(), approvers.users(), ttl, reason, unless);
  }

  private record Approvers(Set<String> groups, Set<String> users) {
    static final Approvers ANYONE = new Approvers(Set.of(), Set.of());
  }

  private Optional<Approvers> approvers(JsonValue value, Place place) {
    return values()
        .object(
            value, place, "an object with groups, users or both, such as {\"groups\": [\"sre\"]}")
        .map(
            object -> {
              var fields = new Fields(place, object, List.of("groups", "users"), problems);
              fields.reportUnknownKeys("approvers");
              if (object.members().isEmpty()) {
                problems.add(
                    place,
                    "names nobody; use groups, users or both, or leave `approvers` out to let"
                        + " anyone agree whom the cluster gives the right to");
              }
              return new Approvers(names("groups", fields), names("users", fields));
            });
  }

  private Set<String> names(String key, Fields fields) {
    Collection<String> names =
        fields
            .read(
                key,
                (value, at) ->
                    Optional.of(
                        values()
                            .set(
                                value,
                                at,
                                Optional.of(key),
                                "names",
                                Approval.NAMES_MAX,
                                (name, where) ->
                                    values().line(name, where, Approval.NAME_CHARS_MAX),
                                name -> name)))
            .orElse(List.of());
    return new LinkedHashSet<>(names);
  }

  private Optional<Duration> ttl(JsonValue value, Place place) {
    Optional<Long> seconds =
        switch (value) {
          case JsonString(String text) -> Durations.seconds(text);
          case JsonNumber number -> number.integer();
          default -> Optional.empty();
        };
    Optional<Duration> ttl =
        seconds.filter(s -> s >= 1 && s <= Approval.TTL_MAX.toSeconds()).map(Duration::ofSeconds);
    if (ttl.isEmpty()) {
      problems.add(
          place,
          Values.notA(value, "a time to wait")
              + "; use a duration such as `90s`, `10m` or `2h`, from 1 s to 7 d");
    }
    return ttl;
  }

  private Values values() {
    return new Values(problems);
  }
}
