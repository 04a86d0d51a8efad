module dev.mcppolicy/test-kit/images/vllm-standin

go 1.24
