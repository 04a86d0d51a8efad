module mcppolicy.dev/benchmarks/upstream

go 1.24.0
