// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine.document;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Valid documents over few tools and counters, so that rules of several policies meet. */
public final class DocumentArbitraries {
  public static final List<String> TOOLS = List.of("t0", "t1", "t2", "t3");

  private static final List<Window> WINDOWS =
      List.of(
          new Window.Seconds(60),
          new Window.Seconds(3_600),
          new Window.Seconds(86_400),
          new Window.Seconds(90),
          new Window.Week(),
          new Window.Month());

  private DocumentArbitraries() {}

  /** Documents of the whole language. */
  public static Arbitrary<PolicyDocument> documents() {
    return Arbitraries.randomValue(random -> new RandomDocument(random).document());
  }

  /** A document with nothing but actions, reasons and plain limits of tools. */
  public static PolicyDocument document(Random random) {
    Map<String, LimitDeclaration> counters = new LinkedHashMap<>();
    for (String name : List.of("c0", "c1", "c2")) {
      counters.put(name, new LimitDeclaration(name, window(random), 1, scope(random)));
    }
    Map<String, Rule> tools = new LinkedHashMap<>();
    for (String tool : TOOLS) {
      if (random.nextInt(3) > 0) {
        tools.put(tool, rule(random, tool, counters));
      }
    }
    return PolicyDocument.ofTools(random.nextInt(3) == 0 ? Action.ALLOW : Action.DENY, tools);
  }

  private static Rule rule(Random random, String tool, Map<String, LimitDeclaration> counters) {
    Optional<String> reason =
        random.nextInt(4) == 0 ? Optional.of("because \u00e9 " + tool) : Optional.empty();
    if (random.nextInt(5) == 0) {
      return Rule.deny(reason);
    }
    var limits = new ArrayList<LimitDeclaration>();
    for (LimitDeclaration counter : counters.values()) {
      if (random.nextInt(3) == 0) {
        limits.add(
            new LimitDeclaration(
                counter.counter(), counter.window(), max(random), counter.scope()));
      }
    }
    Optional<LimitDeclaration> rateLimit =
        random.nextInt(4) == 0
            ? Optional.of(
                new LimitDeclaration(
                    LimitDeclaration.GENERATED + tool,
                    window(random),
                    max(random),
                    Set.of(Scope.GRANT)))
            : Optional.empty();
    return Rule.allow(limits, rateLimit);
  }

  static long max(Random random) {
    return random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(4);
  }

  static Window window(Random random) {
    return WINDOWS.get(random.nextInt(WINDOWS.size()));
  }

  private static Set<Scope> scope(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> EnumSet.of(Scope.GRANT);
      case 1 -> EnumSet.of(Scope.SERVER);
      default -> EnumSet.of(Scope.GRANT, Scope.SERVER);
    };
  }
}
