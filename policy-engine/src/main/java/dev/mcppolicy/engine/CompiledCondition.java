// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.util.List;

/** A condition, ready to evaluate without making anything. For any thread. */
sealed interface CompiledCondition {
  Truth evaluate(Call call);

  /**
   * @param whenAbsent what an {@code optional} comparison is when its value is absent
   */
  static CompiledCondition compile(Condition condition, Truth whenAbsent) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) -> new All(compile(parts, whenAbsent));
      case Condition.Any(List<Condition> parts) -> new Any(compile(parts, whenAbsent));
      case Condition.Not(Condition part) -> new Not(compile(part, whenAbsent));
      case Condition.Comparison comparison -> compile(comparison, whenAbsent);
    };
  }

  private static CompiledCondition[] compile(List<Condition> conditions, Truth whenAbsent) {
    return conditions.stream()
        .map(condition -> compile(condition, whenAbsent))
        .toArray(CompiledCondition[]::new);
  }

  private static CompiledCondition compile(Condition.Comparison comparison, Truth whenAbsent) {
    ValueTest test = ValueTest.compile(comparison);
    Truth absent = comparison.optional() ? whenAbsent : Truth.UNDETERMINED;
    Truth mistyped = Truth.UNDETERMINED;
    if (comparison.operator() == Operator.EXISTS) {
      boolean expected = !comparison.operand().equals(JsonBoolean.FALSE);
      test = expected ? ValueTest.ANY : new ValueTest.Opposite(ValueTest.ANY);
      absent = Truth.of(!expected);
      mistyped = absent;
    }
    return switch (comparison.path()) {
      case ValuePath.Argument path ->
          new OfArgument(new ArgumentPath(path), test, absent, mistyped);
      case ValuePath.GrantName() -> new OfGrantName(test);
      case ValuePath.GrantLabel(String key) -> new OfGrantLabel(key, test, absent);
      case ValuePath.WorkloadName() -> new OfWorkloadName(test, absent);
      case ValuePath.WorkloadReplicas() -> new OfReplicas(test, absent, mistyped);
    };
  }

  /** False when one part is false, else undetermined when one is, else true. */
  final class All implements CompiledCondition {
    private final CompiledCondition[] parts;

    private All(CompiledCondition[] parts) {
      this.parts = parts;
    }

    @Override
    public Truth evaluate(Call call) {
      Truth all = Truth.TRUE;
      for (CompiledCondition part : parts) {
        Truth one = part.evaluate(call);
        if (one == Truth.FALSE) {
          return Truth.FALSE;
        }
        all = one == Truth.TRUE ? all : one;
      }
      return all;
    }
  }

  /** True when one part is true, else undetermined when one is, else false. */
  final class Any implements CompiledCondition {
    private final CompiledCondition[] parts;

    private Any(CompiledCondition[] parts) {
      this.parts = parts;
    }

    @Override
    public Truth evaluate(Call call) {
      Truth any = Truth.FALSE;
      for (CompiledCondition part : parts) {
        Truth one = part.evaluate(call);
        if (one == Truth.TRUE) {
          return Truth.TRUE;
        }
        any = one == Truth.FALSE ? any : one;
      }
      return any;
    }
  }

  record Not(CompiledCondition part) implements CompiledCondition {
    @Override
    public Truth evaluate(Call call) {
      return part.evaluate(call).not();
    }
  }

  record OfArgument(ArgumentPath path, ValueTest test, Truth absent, Truth mistyped)
      implements CompiledCondition {
    @Override
    public Truth evaluate(Call call) {
      return path.test(call.arguments(), test, absent, mistyped);
    }
  }

  record OfGrantName(ValueTest test) implements CompiledCondition {
    @Override
    public Truth evaluate(Call call) {
      return test.ofText(call.caller().grant().name());
    }
  }

  record OfGrantLabel(String key, ValueTest test, Truth absent) implements CompiledCondition {
    @Override
    public Truth evaluate(Call call) {
      String label = call.caller().grant().labels().get(key);
      return label == null ? absent : test.ofText(label);
    }
  }

  record OfWorkloadName(ValueTest test, Truth absent) implements CompiledCondition {
    @Override
    public Truth evaluate(Call call) {
      return call.workload().isEmpty() ? absent : test.ofText(call.workload().get().name());
    }
  }

  /** Replicas that could not be read are no absent ones: {@code optional} does not excuse them. */
  record OfReplicas(ValueTest test, Truth absent, Truth unread) implements CompiledCondition {
    @Override
    public Truth evaluate(Call call) {
      if (call.workload().isEmpty()) {
        return absent;
      }
      CalledWorkload workload = call.workload().get();
      return workload.replicas().isEmpty()
          ? unread
          : test.of(new JsonNumber(Long.toString(workload.replicas().get())));
    }
  }
}
