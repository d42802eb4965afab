#!/usr/bin/env bash
# Prints the section of a version in CHANGELOG.md.
#
# usage: notes.sh VERSION
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
awk -v version="$1" '/^## /{ printed = $2 == version; next } printed' CHANGELOG.md | grep . || {
    echo "CHANGELOG.md has no section $1" >&2
    exit 1
}
