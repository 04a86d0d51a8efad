// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.operator.contested.Remedies.Kept;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Application that an object belongs to, as Argo CD marks it: by the annotation {@code
 * argocd.argoproj.io/tracking-id} ({@code APP:GROUP/KIND:NAMESPACE/NAME}), else by a label. An
 * Application outside of Argo CD's own namespace is written {@code NAMESPACE_APP}.
 */
final class ArgoTracking {
  private static final String ANNOTATION = "argocd.argoproj.io/tracking-id";

  /** The second is the one that Argo CD takes unless told otherwise, and charts of Helm, too. */
  private static final List<String> LABELS =
      List.of("argocd.argoproj.io/instance", "app.kubernetes.io/instance");

  private ArgoTracking() {}

  /** Empty for an object without a mark, as with a label whose key only Argo CD's settings know. */
  static Optional<Kept> of(ObjectMeta meta, String ownNamespace) {
    Map<String, String> annotations =
        meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
    Map<String, String> labels = meta.getLabels() == null ? Map.of() : meta.getLabels();
    return Stream.concat(
            Stream.of(annotations.getOrDefault(ANNOTATION, ""))
                .filter(id -> id.contains(":"))
                .map(id -> id.substring(0, id.indexOf(':'))),
            LABELS.stream().map(label -> labels.getOrDefault(label, "")))
        .filter(app -> !app.isEmpty())
        .findFirst()
        .map(app -> kept(app, ownNamespace));
  }

  private static Kept kept(String app, String ownNamespace) {
    int end = app.indexOf('_'); // in no name of an object
    return end < 0
        ? new Kept(ownNamespace, app)
        : new Kept(app.substring(0, end), app.substring(end + 1));
  }
}
