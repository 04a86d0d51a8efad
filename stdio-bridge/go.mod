module mcppolicy.dev/stdio-bridge

go 1.24
