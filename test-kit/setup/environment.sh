# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced before a program that starts a cluster: what Testcontainers takes from the environment alone (Maven's tests get it from pom.xml). The
# test-kit removes its containers itself, also those of a killed run, and reaches them on this machine.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
