// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The objects of one kind in the namespaces that the operator serves, as its informers know them.
 * An object that was just written may not be here yet. Any thread may call; what is returned is
 * shared and must not be changed.
 */
public final class Watched<T extends HasMetadata> implements AutoCloseable {

  /** Told of every change, on the informer's thread: it must not block. */
  @FunctionalInterface
  public interface Listener<T> {
    /**
     * @param before empty when the object is new here
     * @param now empty when it is gone
     */
    void changed(Optional<T> before, Optional<T> now);
  }

  private final List<SharedIndexInformer<T>> informers;

  Watched(List<SharedIndexInformer<T>> informers) {
    this.informers = List.copyOf(informers);
    // Whatever goes wrong with a watch is tried again: an operator that runs blind does harm.
    this.informers.forEach(informer -> informer.exceptionHandler((started, cause) -> true));
  }

  /** Before the start. */
  Watched<T> indexed(String index, Function<T, List<String>> keys) {
    informers.forEach(informer -> informer.addIndexers(Map.of(index, keys)));
    return this;
  }

  /** Completes when all objects that existed are here. */
  CompletableFuture<Void> start() {
    return CompletableFuture.allOf(
        informers.stream()
            .map(informer -> informer.start().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Whether the cache is whole and each watch is there or being made again. */
  boolean isSynced() {
    return informers.stream().allMatch(informer -> informer.hasSynced() && informer.isRunning());
  }

  public Optional<T> find(String namespace, String name) {
    String key = Cache.namespaceKeyFunc(namespace, name);
    return informers.stream()
        .flatMap(informer -> Optional.ofNullable(informer.getStore().getByKey(key)).stream())
        .findFirst();
  }

  /** Those that the index files under a key of the form {@code namespace/name}. */
  public List<T> find(String index, String namespace, String name) {
    String key = Cache.namespaceKeyFunc(namespace, name);
    return informers.stream()
        .flatMap(informer -> informer.getIndexer().byIndex(index, key).stream())
        .toList();
  }

  public void onChange(Listener<T> listener) {
    informers.forEach(
        informer ->
            informer.addEventHandler(
                new ResourceEventHandler<T>() {
                  @Override
                  public void onAdd(T object) {
                    listener.changed(Optional.empty(), Optional.of(object));
                  }

                  @Override
                  public void onUpdate(T before, T now) {
                    listener.changed(Optional.of(before), Optional.of(now));
                  }

                  @Override
                  public void onDelete(T object, boolean finalStateUnknown) {
                    listener.changed(Optional.of(object), Optional.empty());
                  }
                }));
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}
