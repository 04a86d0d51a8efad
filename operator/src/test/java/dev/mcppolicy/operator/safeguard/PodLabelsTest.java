// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.operator.safeguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mcppolicy.api.v1alpha1.TargetSpec;
import dev.mcppolicy.operator.Resources;
import dev.mcppolicy.operator.admission.FakeApiServer;
import dev.mcppolicy.operator.safeguard.PodLabels.Known;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PodLabelsTest {
  private static final String PODS = "/api/v1/namespaces/inference/pods";
  private static final String SCALE = "/apis/x.example/v1/namespaces/inference/sets/s/scale";
  private static final TargetSpec SET =
      target("{apiVersion: x.example/v1, kind: Set, resource: sets, name: s}");
  private static final TargetSpec BARE =
      target("{apiVersion: v1, kind: Pods, selector: {matchLabels: {app: bare}}}");
  private static final TargetSpec LLM =
      target("{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: llm}");

  private FakeApiServer api;
  private KubernetesClient client;

  @BeforeEach
  void connect() throws IOException {
    api = new FakeApiServer();
    client = api.client();
    pods("");
  }

  @AfterEach
  void disconnect() {
    client.close();
    api.close();
  }

  private static TargetSpec target(String target) {
    return Resources.server(
            "vllm", "{transport: {stdio: {}}, workloads: [{name: a, target: " + target + "}]}")
        .getSpec()
        .workloads()
        .getFirst()
        .target();
  }

  private void pods(String more, String... pods) {
    api.objects.put(
        PODS,
        "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{%s},\"items\":[%s]}"
            .formatted(more, String.join(",", pods)));
  }

  private static String pod(String labels, String owner) {
    return "{\"metadata\":{\"name\":\"p\",\"labels\":{%s},\"ownerReferences\":[%s]}}"
        .formatted(
            labels,
            owner.isEmpty()
                ? ""
                : "{\"kind\":\"ReplicaSet\",\"name\":\"%s\",\"controller\":true}".formatted(owner));
  }

  private void scale(String selector) {
    api.objects.put(
        SCALE,
        "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"status\":{\"replicas\":1%s}}"
            .formatted(selector));
  }

  private Known of(TargetSpec target) {
    return new PodLabels(client).of("inference", target);
  }

  private static LabelSelector selecting(String key, String value) {
    var selector = new LabelSelector();
    selector.setMatchLabels(Map.of(key, value));
    return selector;
  }

  @Test
  void takesWhatLivePodsCarry() {
    pods("", pod("\"app\":\"bare\",\"tier\":\"gpu\"", ""), pod("\"app\":\"bare\"", ""));
    assertEquals(
        new Known(
            List.of(Map.of("app", "bare", "tier", "gpu"), Map.of("app", "bare")), Optional.empty()),
        of(BARE));
    assertEquals(true, of(BARE).mayBeOf(selecting("tier", "gpu")));
    assertEquals(false, of(BARE).mayBeOf(selecting("tier", "cpu")));
  }

  @Test
  void takesWhatPodsWillCarryAtLeastWhileThereIsNone() {
    assertEquals(new Known(List.of(), Optional.of(Map.of("app", "bare"))), of(BARE));
    assertEquals(
        new Known(List.of(), Optional.of(Map.of("serving.kserve.io/inferenceservice", "llm"))),
        of(LLM));
    assertEquals(true, of(BARE).mayBeOf(selecting("tier", "gpu")), "rather a budget too many");
    assertEquals(false, of(BARE).mayBeOf(selecting("app", "web")));
    scale(",\"selector\":\"app==s,tier in (a,b),zone!=c\"");
    assertEquals(new Known(List.of(), Optional.of(Map.of("app", "s"))), of(SET));
  }

  @Test
  void doesNotTakeAPartOfThePodsForAll() {
    pods("\"continue\":\"more\"", pod("\"app\":\"bare\"", ""));
    assertEquals(
        new Known(List.of(Map.of("app", "bare")), Optional.of(Map.of("app", "bare"))), of(BARE));
  }

  @Test
  void findsThePodsOfAScaleWithoutASelectorByTheirController() {
    scale("");
    pods("", pod("\"tier\":\"gpu\"", "s-7d4"), pod("\"app\":\"web\"", "sother-7d4"));
    assertEquals(new Known(List.of(Map.of("tier", "gpu")), Optional.empty()), of(SET));
    pods("", pod("\"app\":\"web\"", ""));
    assertEquals(true, of(SET).mayBeOf(selecting("any", "thing")), "none can be told for its own");
  }

  @Test
  void saysWhenTheApiServerDoesNotSay() {
    api.objects.remove(PODS);
    assertThrows(KubernetesClientException.class, () -> of(BARE));
  }
}
