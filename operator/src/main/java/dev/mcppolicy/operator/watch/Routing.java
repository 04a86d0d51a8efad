// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * From a change to the resources that it concerns. The object before the change counts too: a
 * policy that names a server no more must leave its bundle.
 */
public final class Routing {
  private Routing() {}

  /** Routes every change. */
  public static <T extends HasMetadata, P extends HasMetadata> void all(
      Watched<T> watched, Trigger<P> trigger, Function<? super T, Stream<ResourceID>> concerned) {
    watched.onChange(
        (before, now) ->
            Stream.concat(before.stream(), now.stream())
                .flatMap(concerned)
                .distinct()
                .forEach(id -> trigger.fire(id.getNamespace().orElse(""), id.getName())));
  }

  /** Routes what changes a spec or takes an object away. A change of status is our own. */
  public static <T extends HasMetadata, P extends HasMetadata> void specs(
      Watched<T> watched, Trigger<P> trigger, Function<? super T, Stream<ResourceID>> concerned) {
    unless(Routing::isSameSpec, watched, trigger, concerned);
  }

  /** Like {@link #specs}, and changes of labels, which leave the generation as it is. */
  public static <T extends HasMetadata, P extends HasMetadata> void specsAndLabels(
      Watched<T> watched, Trigger<P> trigger, Function<? super T, Stream<ResourceID>> concerned) {
    unless(
        (before, now) -> isSameSpec(before, now) && labels(before).equals(labels(now)),
        watched,
        trigger,
        concerned);
  }

  private static <T extends HasMetadata, P extends HasMetadata> void unless(
      BiPredicate<Optional<T>, Optional<T>> isSame,
      Watched<T> watched,
      Trigger<P> trigger,
      Function<? super T, Stream<ResourceID>> concerned) {
    watched.onChange(
        (before, now) -> {
          if (!isSame.test(before, now)) {
            Stream.concat(before.stream(), now.stream())
                .flatMap(concerned)
                .distinct()
                .forEach(id -> trigger.fire(id.getNamespace().orElse(""), id.getName()));
          }
        });
  }

  /** An object of that name in the namespace of another. */
  public static ResourceID beside(HasMetadata object, String name) {
    return new ResourceID(name, object.getMetadata().getNamespace());
  }

  private static Map<String, String> labels(Optional<? extends HasMetadata> object) {
    return object.map(o -> o.getMetadata().getLabels()).orElse(Map.of());
  }

  private static <T extends HasMetadata> boolean isSameSpec(Optional<T> before, Optional<T> now) {
    if (before.isEmpty() || now.isEmpty()) {
      return false;
    }
    ObjectMeta old = before.get().getMetadata();
    ObjectMeta present = now.get().getMetadata();
    return Objects.equals(old.getUid(), present.getUid())
        && Objects.equals(old.getGeneration(), present.getGeneration())
        && Objects.equals(old.getDeletionTimestamp(), present.getDeletionTimestamp());
  }
}
