#!/usr/bin/env bash
# Writes SHA256SUMS over the files of a release, sorted by name.
#
# usage: checksums.sh FOLDER
set -euo pipefail
cd "$1"
rm -f SHA256SUMS
sum=sha256sum
command -v sha256sum > /dev/null || sum='shasum -a 256'
find . -maxdepth 1 -type f | sed 's|^\./||' | LC_ALL=C sort | while IFS= read -r file; do
    $sum "$file"
done > SHA256SUMS.new
mv SHA256SUMS.new SHA256SUMS
cat SHA256SUMS
