// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SelectorsTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final Map<String, String> LABELS = Map.of("app", "vllm", "tier", "gpu");

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | true",
        "{matchLabels: {app: vllm}} | true",
        "{matchLabels: {app: vllm, tier: gpu}} | true",
        "{matchLabels: {app: other}} | false",
        "{matchLabels: {app: vllm, zone: a}} | false",
        "{matchExpressions: [{key: app, operator: In, values: [x, vllm]}]} | true",
        "{matchExpressions: [{key: zone, operator: In, values: [a]}]} | false",
        "{matchExpressions: [{key: app, operator: NotIn, values: [vllm]}]} | false",
        "{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]} | true",
        "{matchExpressions: [{key: tier, operator: Exists}]} | true",
        "{matchExpressions: [{key: zone, operator: Exists}]} | false",
        "{matchExpressions: [{key: zone, operator: DoesNotExist}]} | true",
        "{matchExpressions: [{key: tier, operator: DoesNotExist}]} | false",
        "{matchLabels: {app: vllm}, matchExpressions: [{key: tier, operator: In, values: [cpu]}]} | false",
      })
  void selectsAsTheApiServerDoes(String selector, boolean selects) {
    assertEquals(
        selects,
        Selectors.matches(YAML.unmarshal("---\n" + selector, LabelSelector.class), LABELS));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | true",
        "{matchLabels: {app: vllm}} | true",
        "{matchLabels: {app: other}} | false",
        "{matchLabels: {app: vllm, zone: a}} | true",
        "{matchLabels: {zone: a}} | true",
        "{matchExpressions: [{key: app, operator: In, values: [other]}]} | false",
        "{matchExpressions: [{key: zone, operator: In, values: [a]}]} | true",
        "{matchExpressions: [{key: app, operator: NotIn, values: [vllm]}]} | false",
        "{matchExpressions: [{key: zone, operator: Exists}]} | true",
        "{matchExpressions: [{key: zone, operator: DoesNotExist}]} | true",
        "{matchExpressions: [{key: tier, operator: DoesNotExist}]} | false",
        "{matchLabels: {zone: a}, matchExpressions: [{key: tier, operator: In, values: [cpu]}]} | false",
      })
  void maySelectWhatIsNotKnownWholly(String selector, boolean selects) {
    assertEquals(
        selects,
        Selectors.mayMatch(YAML.unmarshal("---\n" + selector, LabelSelector.class), LABELS));
  }
}
