#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the static, reproducible binary: ./build.sh OUTPUT (environment: GO, GOARCH, VERSION)
set -eu
if [ $# -ne 1 ] || [ -z "$1" ]; then
	echo "build.sh: $# arguments given; say where the binary goes: build.sh OUTPUT" >&2
	exit 2
fi
go=${GO:-go}
command -v "$go" >/dev/null || {
	echo "build.sh: cannot find \`$go\`; install Go 1.24 or newer, or set GO to its go command" >&2
	exit 1
}
case $1 in /*) output=$1 ;; *) output=$PWD/$1 ;; esac
cd "$(dirname "$0")"
# GOENV and GOFLAGS are fixed so that a machine's own settings do not change the binary.
CGO_ENABLED=0 GOOS=linux GOENV=off GOWORK=off GOFLAGS=-buildvcs=false \
	exec "$go" build -trimpath -ldflags "-s -w -buildid= -X main.version=${VERSION:-dev}" -o "$output" .
