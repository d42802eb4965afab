#!/usr/bin/env bash
# Runs the scripts of action.yml as GitHub does, over repositories that are made for it: a pull request and a push.
#
# usage: try.sh WHEEL
set -euo pipefail

wheel=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export HOME=$place/home GIT_CONFIG_NOSYSTEM=1
mkdir "$HOME"
git config --global user.name somebody
git config --global user.email somebody@example.invalid
git config --global init.defaultBranch main
# As the server of GitHub does.
git config --global uploadpack.allowAnySHA1InWant true

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Where pull requests go: 60 commits after the one that the change began at, so that a few do not reach it.
git init --quiet "$place/origin"
cd "$place/origin"
mkdir src
printf 'export function old(): void {\n  debugger;\n}\n' > src/old.ts
git add . && git commit --quiet -m 'the first'
for number in $(seq 3); do git commit --quiet --allow-empty -m "before $number"; done
git checkout --quiet -b change
printf 'export function fresh(): void {\n  debugger;\n}\n' > src/fresh.ts
git add . && git commit --quiet -m 'the change'
git checkout --quiet main
for number in $(seq 60); do git commit --quiet --allow-empty -m "meanwhile $number"; done

# What actions/checkout does for a pull request: one commit, the merge of it, and no branch.
git checkout --quiet --detach main
git merge --quiet --no-ff -m 'the merge' change
git update-ref refs/pull/1/merge HEAD
git checkout --quiet main
checkout() {
    rm -rf "$place/work"
    git init --quiet "$place/work"
    cd "$place/work"
    git remote add origin "file://$place/origin"
    git fetch --quiet --no-tags --depth="$1" origin "+$2:refs/remotes/$3"
    git checkout --quiet --force "refs/remotes/$3"
}

export RUNNER_TEMP=$place/temp GITHUB_ACTIONS=true CI=true
mkdir -p "$RUNNER_TEMP"
outputs=$place/outputs
GITHUB_OUTPUT=$outputs LAWBOOK_PACKAGE=$wheel bash "$scripts/install.sh"
program=$(sed -n 's/^program=//p' "$outputs")
[ -x "$program" ] || fail "install.sh: no program at '$program'"

# Runs check.sh with these variables and compares how it ends and which files it names.
check() {
    local name=$1 wanted=$2 named=$3 unnamed=$4 status=0
    shift 4
    : > "$outputs"
    : > "$place/summary"
    env LAWBOOK_PROGRAM="$program" GITHUB_OUTPUT="$outputs" GITHUB_STEP_SUMMARY="$place/summary" \
        GITHUB_WORKSPACE="$PWD" "$@" bash "$scripts/check.sh" > "$place/printed" 2>&1 || status=$?
    [ "$status" = "$wanted" ] || fail "$name: exit $status in place of $wanted: $(cat "$place/printed")"
    [ -z "$named" ] || grep -q "^::error .*file=$named," "$place/printed" || fail "$name: $named is not named: $(cat "$place/printed")"
    [ -z "$unnamed" ] || ! grep -q "^::.*file=$unnamed" "$place/printed" || fail "$name: $unnamed is named: $(cat "$place/printed")"
    grep -qx "exit-code=$wanted" "$outputs" || [ "$wanted" = 2 ] || fail "$name: outputs: $(cat "$outputs")"
    echo "ok: $name"
}

pull=(GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main GITHUB_HEAD_REF=change GITHUB_REF=refs/pull/1/merge)
checkout 1 refs/pull/1/merge pull/1/merge
check 'a pull request, checked out as usual' 1 src/fresh.ts src/old.ts "${pull[@]}"
# The branch moved on, and the checkout is of before.
git -C "$place/origin" commit --quiet --allow-empty -m 'later'
checkout 1 refs/pull/1/merge pull/1/merge
check 'a pull request whose branch moved on' 1 src/fresh.ts src/old.ts "${pull[@]}"
checkout 1000 refs/pull/1/merge pull/1/merge
check 'a pull request with all history' 1 src/fresh.ts src/old.ts "${pull[@]}"
check 'a pull request, all of it' 1 src/old.ts '' "${pull[@]}" LAWBOOK_SINCE=off
check 'SARIF beside it' 1 src/fresh.ts src/old.ts "${pull[@]}" LAWBOOK_SARIF=lawbook.sarif
grep -qx 'sarif=lawbook.sarif' "$outputs" || fail "outputs: $(cat "$outputs")"
grep -q '"version": *"2.1.0"' lawbook.sarif || fail 'no SARIF was written'
rm lawbook.sarif
git remote set-url origin "file://$place/nowhere"
git update-ref -d refs/remotes/origin/main
check 'history that cannot be had' 2 '' '' "${pull[@]}"
grep -q 'fetch-depth: 0' "$place/printed" || fail "no way out is named: $(cat "$place/printed")"

push=(GITHUB_EVENT_NAME=push GITHUB_BASE_REF= GITHUB_REF=refs/heads/main)
checkout 1 refs/heads/main origin/main
check 'a push' 1 src/old.ts '' "${push[@]}"
check 'a push, other paths' 2 '' src/old.ts "${push[@]}" LAWBOOK_PATHS=$'no such folder\n'
mkdir 'a b'
echo 'export const limit = 3;' > 'a b/limit.ts'
check 'a push, a path with a space' 0 '' src/old.ts "${push[@]}" LAWBOOK_PATHS=$'a b\n'
check 'arguments with quotes' 0 '' src/old.ts "${push[@]}" "LAWBOOK_ARGS=--rule 'no-eval' --fail-level \"error\""
check 'arguments that are no command' 2 '' '' "${push[@]}" "LAWBOOK_ARGS=\$(touch made) --no-such-option"
check 'arguments with half a quote' 2 '' '' "${push[@]}" "LAWBOOK_ARGS=--rule 'no-eval"
grep -q 'cannot be split' "$place/printed" || fail "half a quote: $(cat "$place/printed")"
[ ! -e made ] || fail 'an argument was run'
