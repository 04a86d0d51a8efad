// SPDX-License-Identifier: Apache-2.0
package dev.mcppolicy.proxy.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.junit.jupiter.api.Test;

final class VllmMetricsTest {

  @Test
  void readsWhatVllmWrites() {
    assertEquals(
        new VllmMetrics.Counted(3, 2),
        VllmMetrics.of(
            """
            # HELP python_gc_objects_collected_total Objects collected during gc
            # TYPE python_gc_objects_collected_total counter
            python_gc_objects_collected_total{generation="0"} 10732.0
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 3.0
            # HELP vllm:num_requests_waiting Number of requests waiting to be processed.
            # TYPE vllm:num_requests_waiting gauge
            vllm:num_requests_waiting{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 2.0
            vllm:e2e_request_latency_seconds_bucket{le="+Inf",model_name="m"} 7.0
            """));
  }

  @Test
  void addsUpOverEnginesAndModels() {
    assertEquals(
        new VllmMetrics.Counted(6, 0),
        VllmMetrics.of(
            """
            vllm:num_requests_running{engine="0",model_name="a"} 1.0
            vllm:num_requests_running{engine="1",model_name="a"} 2.0
            vllm:num_requests_running{engine="0",model_name="b",} 3e0 1700000000000
            vllm:num_requests_waiting 0
            """));
  }

  @Test
  void takesWhatALabelSaysForNothingElse() {
    assertEquals(
        new VllmMetrics.Counted(1, 0),
        VllmMetrics.of(
            """
            vllm:num_requests_running{model_name="x\\"} 0.0"} 1
            vllm:num_requests_waiting{model_name="} 9 {,=\\\\"} 0
            """));
  }

  @Test
  void readsNothingFromALineThatIsMalformed() {
    for (String line :
        List.of(
            "vllm:num_requests_running",
            "vllm:num_requests_running ",
            "vllm:num_requests_running{} NaN",
            "vllm:num_requests_running{} +Inf",
            "vllm:num_requests_running{} -1",
            "vllm:num_requests_running{} 1.5",
            "vllm:num_requests_running{} 0x1",
            "vllm:num_requests_running{} 1e99",
            "vllm:num_requests_running{} 1e-999999999",
            "vllm:num_requests_running{} 1 2 3",
            "vllm:num_requests_running{} 1 soon",
            "vllm:num_requests_running{a=\"b\" 1",
            "vllm:num_requests_running{a=b} 1",
            "vllm:num_requests_running{a=\"b\"c=\"d\"} 1",
            "vllm:num_requests_running{=\"b\"} 1",
            "vllm:num_requests_running{a=\"b} 1",
            "vllm:num_requests_running {a=\"b\"} 1",
            "vllm:num_requests_running 00000000000000000000000000000000000")) {
      assertInstanceOf(
          VllmMetrics.Unreadable.class,
          VllmMetrics.of(line + "\nvllm:num_requests_waiting 0\n"),
          line);
    }
  }

  @Test
  void needsBothNumbers() {
    assertEquals(
        new VllmMetrics.Unreadable("does not say vllm:num_requests_waiting"),
        VllmMetrics.of("vllm:num_requests_running 0\nvllm:num_requests_waiting_total 3\n"));
    assertEquals(
        new VllmMetrics.Unreadable("does not say vllm:num_requests_running"),
        VllmMetrics.of("# vllm:num_requests_running 0\nvllm:num_requests_waiting 3"));
    assertInstanceOf(VllmMetrics.Unreadable.class, VllmMetrics.of(""));
    assertInstanceOf(VllmMetrics.Unreadable.class, VllmMetrics.of("<html>"));
  }

  @Test
  void doesNotOverflow() {
    String many = "vllm:num_requests_running 1000000000\n".repeat(3);
    assertEquals(
        new VllmMetrics.Unreadable("says that more requests run than can be"),
        VllmMetrics.of(many + "vllm:num_requests_waiting 0"));
  }
}
