module dev.mcppolicy/test-kit/images/probe

go 1.24
