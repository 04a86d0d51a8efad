module dev.mcppolicy/test-kit/controllers/source-controller

go 1.26.0

// the definitions of its sources alone are used
require github.com/fluxcd/source-controller v1.9.3
