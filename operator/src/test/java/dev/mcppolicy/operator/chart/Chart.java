// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The chart rendered by Helm's own library, without a cluster. */
public final class Chart {
  static final Path FOLDER = Path.of("../helm/mcp-policy-operator");
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private Chart() {}

  /** Everything that the chart installs with those values beside its own. */
  public static String rendered(String release, Map<String, Object> values) {
    TemplateCommand template =
        new Helm(FOLDER)
            .template()
            .withName(release)
            .withNamespace("mcp-policy-system")
            .withKubeVersion("1.34.0");
    values.forEach(template::set);
    return template.call();
  }

  /** The rendered objects of one kind. */
  public static <T extends HasMetadata> List<T> objects(String rendered, Class<T> kind) {
    return Arrays.stream(rendered.split("(?m)^---$"))
        .filter(document -> document.contains("\nkind: " + kind.getSimpleName() + "\n"))
        .map(document -> YAML.unmarshal(document, kind))
        .toList();
  }
}
