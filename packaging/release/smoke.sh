#!/usr/bin/env bash
# Installs lawbook from the files that a release consists of, in each way that users do, and runs the main job with each.
# It needs Python, Node.js with npm, and git, and neither Rust nor the network. uvx and pipx are used where they are on
# the path.
#
# usage: smoke.sh FOLDER TARGET    FOLDER has the files of `cargo xtask dist --target TARGET`
set -euo pipefail

folder=$(cd "$1" && pwd)
target=$2
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
# The one file of these.
the() {
    [ $# -eq 1 ] && [ -f "$1" ] || fail "expected one file, found: $*"
    printf '%s\n' "$1"
}

# A small repository: one error, one clean file.
project=$place/project
mkdir -p "$project/src"
printf 'export function load(id: number): number {\n  debugger;\n  return id;\n}\n' > "$project/src/load.ts"
printf 'export const limit: number = 3;\n' > "$project/src/limit.ts"
git init --quiet "$project"

# Runs the command with arguments of lawbook, and compares how it ends and what it prints.
expect() {
    local wanted=$1 text=$2 name=$3 status=0 printed
    shift 3
    printed=$(cd "$project" && "$@" 2>&1) || status=$?
    [ "$status" = "$wanted" ] || fail "$name: exit $status in place of $wanted: $* printed: $printed"
    case $printed in
        *"$text"*) ;;
        *) fail "$name: no '$text' in what $* printed: $printed" ;;
    esac
}
try() {
    local name=$1
    shift
    expect 1 'src/load.ts:2:3: error' "$name" "$@" check --format pretty .
    expect 0 'no findings' "$name" "$@" check --format pretty src/limit.ts
    expect 2 'no-such-option' "$name" "$@" check --no-such-option
    # Arguments and standard input arrive as they are.
    expect 1 'a b.ts:1:1: error' "$name" sh -c 'printf "debugger;\n" | "$@"' sh "$@" check --format pretty --stdin-filename 'a b.ts'
    echo "ok: $name"
}

archive=$(the "$folder/lawbook-$target".tar.gz)
tar -xzf "$archive" -C "$place"
try 'archive' "$place/lawbook-$target/lawbook"
for file in README.md LICENSE-APACHE LICENSE-MIT man/lawbook.1 completions/lawbook.bash; do
    [ -s "$place/lawbook-$target/$file" ] || fail "the archive has no $file"
done

wheel=$(the "$folder"/lawbook-*.whl)
python=$(command -v python3 || command -v python)
"$python" -m venv "$place/venv"
programs=$place/venv/bin
[ -d "$programs" ] || programs=$place/venv/Scripts
"$programs/python" -m pip install --quiet --disable-pip-version-check --no-index "$wheel"
try 'wheel, pip' "$programs/lawbook"
if command -v uvx > /dev/null; then
    try 'wheel, uvx' uvx --quiet --offline --from "$wheel" lawbook
fi
if command -v pipx > /dev/null; then
    try 'wheel, pipx run' pipx run --quiet --spec "$wheel" lawbook
fi

main=$(the "$folder"/lawbook-[0-9]*.tgz)
platform=$(the "$folder"/lawbook-*-*-*.tgz)
mkdir "$place/npm"
(
    cd "$place/npm"
    echo '{ "private": true }' > package.json
    npm install --silent --offline --no-audit --no-fund --ignore-scripts "$main" "$platform"
)
try 'npm install' "$place/npm/node_modules/.bin/lawbook"
try 'npx, installed' npx --prefix "$place/npm" --offline --no lawbook
try 'npx, from the files' npx --offline --yes --package "$main" --package "$platform" -- lawbook

# Without the package of the platform it says what is missing.
rm -rf "$place"/npm/node_modules/@lawbook
expect 2 'install again without --omit=optional' 'npm without optional dependencies' "$place/npm/node_modules/.bin/lawbook" check
echo 'ok: npm without optional dependencies'
