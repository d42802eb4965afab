#!/usr/bin/env bash
# Publishes the npm packages of a release: those of the platforms first, so that the main one is never there without
# them. What is published already is left, so that it can be run again.
#
# usage: publish-npm.sh FOLDER VERSION [--dry-run]
set -euo pipefail
folder=$1
version=$2
shift 2

main=$folder/lawbook-$version.tgz
[ -f "$main" ] || { echo "no $main" >&2; exit 1; }
for file in "$folder"/lawbook-*-*-*.tgz "$main"; do
    name=$(tar -xzOf "$file" package/package.json | node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).name')
    if [ "$(npm view "$name@$version" version 2> /dev/null)" = "$version" ]; then
        echo "$name@$version is published already"
    else
        npm publish "$file" --access public --provenance "$@"
    fi
done
