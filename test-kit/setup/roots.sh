# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the scripts that build images, and part of their content keys: folders that become images.

# import_root ROOT NAME:TAG LABEL [CHANGE…]: a folder as a single-layer image, reproducible: sorted, one time, numeric owners.
import_root() {
  local root=$1 name=$2 label=$3 change
  local changes=(--change "LABEL $label")
  shift 3
  for change; do changes+=(--change "$change"); done
  tar -C "$root" --sort=name --mtime=@0 --numeric-owner -c . | docker import "${changes[@]}" - "$name"
}

# debian_root ROOT PACKAGES: a minimal Debian 12 with more packages (comma-separated); downloads are kept for the next root.
debian_root() {
  # shellcheck disable=SC2154 # of steps.sh
  mkdir -p "$cache/debs"
  debootstrap --variant=minbase --cache-dir="$cache/debs" --include="$2" bookworm "$1" ||
    {
      cat "$1/debootstrap/debootstrap.log" 2>/dev/null
      return 1
    }
  rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,locale,info,lintian} "$1"/var/log/*
}
