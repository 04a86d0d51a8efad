// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.contested;

import dev.mcppolicy.operator.contested.Remedies.Kept;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;

/**
 * The Application that an object belongs to, as Argo CD marks it: by the annotation {@code
 * argocd.argoproj.io/tracking-id} ({@code APP:GROUP/KIND:NAMESPACE/NAME}), else by a label. An
 * Application outside of Argo CD's own namespace is written {@code NAMESPACE_APP}.
 */
final class ArgoTracking {
  private static final String ANNOTATION = "argocd.argoproj.io/tracking-id";
  private static final String LABEL = "app.kubernetes.io/instance";

  private ArgoTracking() {}

  static Kept of(ObjectMeta meta, String ownNamespace) {
    Map<String, String> annotations =
        meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
    Map<String, String> labels = meta.getLabels() == null ? Map.of() : meta.getLabels();
    String tracking = annotations.getOrDefault(ANNOTATION, "");
    String app =
        tracking.contains(":")
            ? tracking.substring(0, tracking.indexOf(':'))
            : labels.getOrDefault(LABEL, "NAME");
    int end = app.indexOf('_'); // in no name of an object
    return end < 0
        ? new Kept(ownNamespace, app)
        : new Kept(app.substring(0, end), app.substring(end + 1));
  }
}
