// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.engine;

import dev.mcppolicy.engine.document.Condition;
import dev.mcppolicy.engine.document.Operator;
import dev.mcppolicy.engine.document.ValuePath;
import dev.mcppolicy.json.JsonValue;
import dev.mcppolicy.json.JsonValue.JsonBoolean;
import dev.mcppolicy.json.JsonValue.JsonNumber;
import java.util.List;
import java.util.stream.LongStream;

/** A condition, ready to evaluate without making anything. For any thread. */
sealed interface CompiledCondition {
  Truth evaluate(CallValues values);

  /** The first comparison that makes the condition undetermined; only asked when it is. */
  Condition.Comparison undetermined(CallValues values);

  /**
   * @param whenAbsent what an {@code optional} comparison is when its value is absent
   * @param paths takes up those that the condition looks at
   */
  static CompiledCondition compile(Condition condition, Truth whenAbsent, ArgumentPaths paths) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) -> new All(compile(parts, whenAbsent, paths));
      case Condition.Any(List<Condition> parts) -> new Any(compile(parts, whenAbsent, paths));
      case Condition.Not(Condition part) -> new Not(compile(part, whenAbsent, paths));
      case Condition.Comparison comparison -> compile(comparison, whenAbsent, paths);
    };
  }

  private static CompiledCondition[] compile(
      List<Condition> conditions, Truth whenAbsent, ArgumentPaths paths) {
    return conditions.stream()
        .map(condition -> compile(condition, whenAbsent, paths))
        .toArray(CompiledCondition[]::new);
  }

  private static CompiledCondition compile(
      Condition.Comparison comparison, Truth whenAbsent, ArgumentPaths paths) {
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
          new OfArgument(comparison, paths.slot(path), test, absent, mistyped);
      case ValuePath.GrantName() -> new OfGrantName(comparison, test);
      case ValuePath.GrantLabel(String key) -> new OfGrantLabel(comparison, key, test, absent);
      case ValuePath.WorkloadName() -> new OfWorkloadName(comparison, test, absent);
      case ValuePath.WorkloadReplicas() -> new OfReplicas(comparison, test, absent, mistyped);
    };
  }

  private static Condition.Comparison firstUndetermined(
      CompiledCondition[] parts, CallValues values) {
    for (CompiledCondition part : parts) {
      if (part.evaluate(values) == Truth.UNDETERMINED) {
        return part.undetermined(values);
      }
    }
    throw new IllegalStateException("no part is undetermined");
  }

  /** One comparison. */
  sealed interface Leaf extends CompiledCondition {
    Condition.Comparison declared();

    @Override
    default Condition.Comparison undetermined(CallValues values) {
      return declared();
    }
  }

  /** False when one part is false, else undetermined when one is, else true. */
  final class All implements CompiledCondition {
    private final CompiledCondition[] parts;

    private All(CompiledCondition[] parts) {
      this.parts = parts;
    }

    @Override
    public Condition.Comparison undetermined(CallValues values) {
      return firstUndetermined(parts, values);
    }

    @Override
    public Truth evaluate(CallValues values) {
      Truth all = Truth.TRUE;
      for (CompiledCondition part : parts) {
        Truth one = part.evaluate(values);
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
    public Condition.Comparison undetermined(CallValues values) {
      return firstUndetermined(parts, values);
    }

    @Override
    public Truth evaluate(CallValues values) {
      Truth any = Truth.FALSE;
      for (CompiledCondition part : parts) {
        Truth one = part.evaluate(values);
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
    public Condition.Comparison undetermined(CallValues values) {
      return part.undetermined(values);
    }

    @Override
    public Truth evaluate(CallValues values) {
      return part.evaluate(values).not();
    }
  }

  record OfArgument(
      Condition.Comparison declared, int slot, ValueTest test, Truth absent, Truth mistyped)
      implements Leaf {
    @Override
    public Truth evaluate(CallValues values) {
      JsonValue value = values.argument(slot);
      if (ArgumentPath.isAbsent(value)) {
        return absent;
      }
      return ArgumentPath.isUnreachable(value) ? mistyped : test.of(value);
    }
  }

  record OfGrantName(Condition.Comparison declared, ValueTest test) implements Leaf {
    @Override
    public Truth evaluate(CallValues values) {
      return test.ofText(values.call().caller().grant().name());
    }
  }

  record OfGrantLabel(Condition.Comparison declared, String key, ValueTest test, Truth absent)
      implements Leaf {
    @Override
    public Truth evaluate(CallValues values) {
      String label = values.call().caller().grant().labels().get(key);
      return label == null ? absent : test.ofText(label);
    }
  }

  record OfWorkloadName(Condition.Comparison declared, ValueTest test, Truth absent)
      implements Leaf {
    @Override
    public Truth evaluate(CallValues values) {
      return values.call().workload().isEmpty()
          ? absent
          : test.ofText(values.call().workload().get().name());
    }
  }

  /** Replicas that could not be read are no absent ones: {@code optional} does not excuse them. */
  record OfReplicas(Condition.Comparison declared, ValueTest test, Truth absent, Truth unread)
      implements Leaf {
    @Override
    public Truth evaluate(CallValues values) {
      if (values.call().workload().isEmpty()) {
        return absent;
      }
      CalledWorkload workload = values.call().workload().get();
      return workload.replicas().isEmpty() ? unread : test.of(number(workload.replicas().get()));
    }

    /** Made before for all that occur: this is asked for each condition of each call. */
    private static JsonNumber number(long replicas) {
      return replicas >= 0 && replicas < SMALL.length
          ? SMALL[(int) replicas]
          : JsonValue.of(replicas);
    }

    private static final JsonNumber[] SMALL =
        LongStream.range(0, 128).mapToObj(JsonValue::of).toArray(JsonNumber[]::new);
  }
}
