#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the home of an installed JDK 25. None is ever installed.
set -euo pipefail
# shellcheck disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/../../.mvn/jdk.sh"
find_jdk
# shellcheck disable=SC2154 # find_jdk sets it
printf '%s\n' "$jdk"
