// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.reference;

import dev.mcppolicy.engine.BoundPolicy;
import dev.mcppolicy.engine.Call;
import dev.mcppolicy.engine.ReasonCode;
import dev.mcppolicy.engine.document.Action;
import dev.mcppolicy.engine.document.Approval;
import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Mode;
import dev.mcppolicy.engine.document.PolicyDocument;
import dev.mcppolicy.engine.document.Recording;
import dev.mcppolicy.engine.document.Rule;
import dev.mcppolicy.engine.document.Subject;
import dev.mcppolicy.engine.reference.Expected.Place;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The decision as the specification tells it, step by step, with nothing prepared and nothing
 * remembered. A document in audit mode is decided twice: once as if its audit rules were not there,
 * once as if there were no audit mode.
 */
final class ReferenceModel {

  /**
   * What one policy has to say of one call.
   *
   * @param rule the rule that names the subject, unless its mode leaves it no say
   * @param isNamed whether some rule of the policy allows the subject by naming it
   * @param isSilent whether the policy leaves everything to others
   */
  private record Voice(
      BoundPolicy policy,
      Optional<Rule> rule,
      boolean isNamed,
      boolean isSilent,
      Action otherwise,
      boolean hides) {}

  private final Situation situation;
  private final Call call;
  private final Subject subject;
  private final List<BoundPolicy> applying = new ArrayList<>();

  private ReferenceModel(Situation situation) {
    this.situation = situation;
    this.call = situation.call();
    this.subject = call.subject();
    for (BoundPolicy policy : situation.policies()) {
      if (policy.grants().isEmpty() || policy.grants().get().contains(situation.grant().name())) {
        applying.add(policy);
      }
    }
  }

  static Expected decide(Situation situation) {
    return new ReferenceModel(situation).decide();
  }

  /** Whether a tool is treated as if the server did not have it. */
  static boolean hides(Situation situation) {
    return new ReferenceModel(situation).voices(false).stream().anyMatch(voice -> voice.hides());
  }

  /** Whether no call of the subject can ever pass, whatever its arguments and the time. */
  static boolean neverPasses(Situation situation) {
    var model = new ReferenceModel(situation);
    List<Voice> voices = model.voices(false);
    return voices.stream().anyMatch(voice -> voice.hides())
        || model.applying.isEmpty()
        || model.byRules(voices, false).isPresent();
  }

  private Expected decide() {
    Expected enforced = decide(false);
    if (!(enforced instanceof Expected.Allow allow)) {
      return enforced;
    }
    Expected full = decide(true);
    return new Expected.Allow(
        allow.places(),
        new ReferenceLimits(situation, applying).charges(),
        applying.stream().anyMatch(one -> one.document().recording() == Recording.REQUIRED),
        full instanceof Expected.Allow ? Optional.empty() : Optional.of(full));
  }

  private Expected decide(boolean withAudit) {
    List<Voice> voices = voices(withAudit);
    Optional<Expected> step = byTools(voices);
    if (step.isEmpty() && applying.isEmpty()) {
      step = deny(ReasonCode.NoPolicy, Set.of());
    }
    if (step.isEmpty()) {
      step = byRules(voices, withAudit);
    }
    if (step.isEmpty()) {
      step = byArguments(voices);
    }
    if (step.isEmpty()) {
      step = byConditions(voices);
    }
    if (step.isEmpty()) {
      step = bySchedule(voices);
    }
    if (step.isEmpty()) {
      step = new ReferenceLimits(situation, applying).refusal(withAudit);
    }
    if (step.isEmpty()) {
      step = byApproval(voices);
    }
    return step.orElseGet(this::allow);
  }

  private List<Voice> voices(boolean withAudit) {
    List<Voice> voices = new ArrayList<>();
    for (BoundPolicy policy : heard(withAudit)) {
      PolicyDocument document = policy.document();
      Optional<Rule> rule = document.rule(subject);
      boolean isAuditDocument = !withAudit && document.mode() == Mode.AUDIT;
      boolean isAuditRule =
          !withAudit && rule.isPresent() && rule.get().mode().orElse(document.mode()) == Mode.AUDIT;
      voices.add(
          new Voice(
              policy,
              isAuditRule ? Optional.empty() : rule,
              rule.isPresent() && rule.get().action() == Action.ALLOW,
              rule.isPresent() ? isAuditRule : isAuditDocument,
              isAuditDocument ? Action.ALLOW : document.rules(subject.kind()).defaultAction(),
              subject.kind() == Subject.Kind.TOOL
                  && !isAuditDocument
                  && (document.hidden().all()
                      || document.hidden().names().contains(subject.name()))));
    }
    return voices;
  }

  /** Beside something that is enforced, a document in audit mode is not heard: it opens nothing. */
  private List<BoundPolicy> heard(boolean withAudit) {
    List<BoundPolicy> enforcing = new ArrayList<>();
    for (BoundPolicy policy : applying) {
      Mode documentMode = policy.document().mode();
      Mode mode = policy.document().rule(subject).flatMap(rule -> rule.mode()).orElse(documentMode);
      if (documentMode == Mode.ENFORCE || mode == Mode.ENFORCE) {
        enforcing.add(policy);
      }
    }
    return withAudit || enforcing.isEmpty() ? applying : enforcing;
  }

  private Optional<Expected> byTools(List<Voice> voices) {
    if (subject.kind() != Subject.Kind.TOOL) {
      return Optional.empty();
    }
    Optional<TestTools> tool = TestTools.find(subject.name());
    if (tool.isPresent() && tool.get().state() == TestTools.State.NOT_LOADED) {
      // Also for hidden ones: else an agent could tell them from unknown ones while this lasts.
      return deny(ReasonCode.CatalogueNotLoaded, Set.of());
    }
    return tool.isEmpty() || voices.stream().anyMatch(voice -> voice.hides())
        ? deny(ReasonCode.UnknownTool, Set.of())
        : Optional.empty();
  }

  private Optional<Expected> byRules(List<Voice> voices, boolean withAudit) {
    Set<Place> denying = new HashSet<>();
    Set<Place> notNaming = new HashSet<>();
    boolean isNamed = false;
    for (Voice voice : voices) {
      isNamed |= voice.isNamed();
      if (voice.rule().isPresent() && voice.rule().get().action() == Action.DENY) {
        denying.add(new Place(voice.policy().id(), pointer()));
      }
      if (voice.otherwise() == Action.DENY) {
        String key = subject.kind() == Subject.Kind.TOOL ? "" : "/" + subject.kind().key();
        notNaming.add(new Place(voice.policy().id(), key + "/default"));
      }
    }
    denying.addAll(new ReferenceLimits(situation, applying).limitsOfNothing(withAudit));
    if (!denying.isEmpty()) {
      return deny(ReasonCode.DeniedByRule, denying);
    }
    return isNamed || notNaming.isEmpty()
        ? Optional.empty()
        : deny(ReasonCode.NotAllowed, notNaming);
  }

  private Optional<Expected> byArguments(List<Voice> voices) {
    if (subject.kind() != Subject.Kind.TOOL
        || voices.stream().allMatch(voice -> voice.isSilent())) {
      return Optional.empty();
    }
    // Audit takes away what a policy refuses, never what it permits.
    List<Rule> naming =
        voices.stream()
            .flatMap(voice -> voice.policy().document().rule(subject).stream())
            .filter(rule -> rule.action() == Action.ALLOW)
            .toList();
    boolean isStrict =
        (naming.isEmpty() || naming.stream().anyMatch(Rule::strictArguments))
            && voices.stream()
                .filter(voice -> !voice.isSilent())
                .anyMatch(voice -> voice.rule().map(Rule::strictArguments).orElse(true));
    TestTools tool = TestTools.find(subject.name()).orElseThrow();
    Map<String, JsonValue> arguments = call.arguments().members();
    return switch (tool.state()) {
      case NOT_LOADED -> throw new AssertionError("decided before");
      case NO_SCHEMA ->
          isStrict && !arguments.isEmpty()
              ? deny(ReasonCode.SchemaUnknown, Set.of())
              : Optional.empty();
      case BAD_SCHEMA ->
          isStrict && !arguments.isEmpty()
              ? deny(ReasonCode.SchemaUnusable, Set.of())
              : Optional.empty();
      case DECLARED -> {
        Set<ReasonCode> wrong = EnumSet.noneOf(ReasonCode.class);
        for (String name : tool.required()) {
          if (!arguments.containsKey(name)) {
            wrong.add(ReasonCode.InvalidArguments);
          }
        }
        arguments.forEach(
            (name, value) -> {
              if (!tool.types().containsKey(name)) {
                if (isStrict) {
                  wrong.add(ReasonCode.UndeclaredArgument);
                }
              } else if (!isOfType(value, tool.types().get(name))) {
                wrong.add(ReasonCode.InvalidArguments);
              }
            });
        yield wrong.isEmpty() ? Optional.empty() : Optional.of(new Expected.Deny(wrong, Set.of()));
      }
    };
  }

  private static boolean isOfType(JsonValue value, String type) {
    return type.isEmpty()
        || value.typeName().equals(type)
        || (type.equals("integer")
            && value instanceof JsonNumber(String text)
            && ReferenceNumber.of(text).isInteger());
  }

  private Optional<Expected> byConditions(List<Voice> voices) {
    Set<Place> holding = new HashSet<>();
    Set<Place> missing = new HashSet<>();
    for (Voice voice : voices) {
      if (voice.rule().isEmpty()) {
        continue;
      }
      Rule rule = voice.rule().get();
      for (int i = 0; i < rule.denyIf().size(); i++) {
        if (ReferenceCondition.inDenyIf(rule.denyIf().get(i), call) != Ternary.NO) {
          holding.add(new Place(voice.policy().id(), pointer() + "/deny_if/" + i));
        }
      }
      for (int i = 0; i < rule.require().size(); i++) {
        if (ReferenceCondition.inRequire(rule.require().get(i), call) != Ternary.YES) {
          missing.add(new Place(voice.policy().id(), pointer() + "/require/" + i));
        }
      }
    }
    if (!holding.isEmpty()) {
      return deny(ReasonCode.DeniedByCondition, holding);
    }
    return missing.isEmpty() ? Optional.empty() : deny(ReasonCode.RequirementNotMet, missing);
  }

  private Optional<Expected> bySchedule(List<Voice> voices) {
    Set<Place> closed = new HashSet<>();
    for (Voice voice : voices) {
      if (voice.rule().isPresent()
          && voice.rule().get().schedule().isPresent()
          && !ReferenceSchedule.isOpen(voice.rule().get().schedule().get(), situation.now())) {
        closed.add(new Place(voice.policy().id(), pointer() + "/schedule"));
      }
    }
    return closed.isEmpty() ? Optional.empty() : deny(ReasonCode.OutsideSchedule, closed);
  }

  private Optional<Expected> byApproval(List<Voice> voices) {
    List<Expected.Needed> needed = new ArrayList<>();
    Set<Place> places = new HashSet<>();
    for (Voice voice : voices) {
      if (voice.rule().isEmpty() || voice.rule().get().approval().isEmpty()) {
        continue;
      }
      Approval approval = voice.rule().get().approval().get();
      boolean isWaived = !approval.unless().isEmpty();
      for (Condition condition : approval.unless()) {
        isWaived &= ReferenceCondition.inRequire(condition, call) == Ternary.YES;
      }
      if (!isWaived) {
        var place = new Place(voice.policy().id(), pointer() + "/approval");
        needed.add(new Expected.Needed(place, approval));
        places.add(place);
      }
    }
    needed.sort((a, b) -> a.place().policy().compareTo(b.place().policy()));
    return needed.isEmpty()
        ? Optional.empty()
        : Optional.of(new Expected.NeedsApproval(places, needed));
  }

  /** Some policy's rule let the call pass or, when none names the subject, some default. */
  private Expected allow() {
    Set<Place> places = new HashSet<>();
    for (BoundPolicy policy : applying) {
      places.add(new Place(policy.id(), pointer()));
      String key = subject.kind() == Subject.Kind.TOOL ? "" : "/" + subject.kind().key();
      places.add(new Place(policy.id(), key + "/default"));
    }
    return new Expected.Allow(places, List.of(), false, Optional.empty());
  }

  private String pointer() {
    return pointer(subject);
  }

  /** Where the rule of a subject stands. */
  static String pointer(Subject subject) {
    return "/" + subject.kind().key() + "/" + subject.name().replace("~", "~0").replace("/", "~1");
  }

  private static Optional<Expected> deny(ReasonCode code, Set<Place> places) {
    return Optional.of(new Expected.Deny(Set.of(code), places));
  }
}
