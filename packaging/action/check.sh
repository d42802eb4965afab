#!/usr/bin/env bash
# Runs lawbook for action.yml.
#
# LAWBOOK_PROGRAM   the program
# LAWBOOK_ARGS      more arguments of `lawbook check`, in words as a shell splits them; quotes hold words together
# LAWBOOK_PATHS     the paths to check, one a line; without any, the working directory
# LAWBOOK_SINCE     a commit: report what came after it; `auto`: in pull requests the branch they go to; `off`: report all
# LAWBOOK_SARIF     the file that gets the findings as SARIF; none if empty
set -euo pipefail

program=${LAWBOOK_PROGRAM:?the program}
since=${LAWBOOK_SINCE:-auto}
if [ "$since" = auto ]; then
    # Set in pull requests alone.
    since=${GITHUB_BASE_REF:+origin/$GITHUB_BASE_REF}
elif [ "$since" = off ]; then
    since=
fi

# Fetches history until the commit that the change began at is there. The usual checkout has one commit alone.
reach() {
    local branch=${1#origin/} depth
    [ "$branch" != "$1" ] || return 0
    if ! git merge-base "$1" HEAD > /dev/null 2>&1; then
        for depth in 1 50 500 5000; do
            # The commit of a pull request is a merge, whose first parent is where its branch goes.
            git fetch --quiet --no-tags --deepen="$depth" origin \
                "+refs/heads/$branch:refs/remotes/origin/$branch" "$(git rev-parse HEAD)" || break
            git merge-base "$1" HEAD > /dev/null 2>&1 && return 0
            [ "$(git rev-parse --is-shallow-repository)" = true ] || break
        done
        echo "::error title=lawbook::the history between $1 and this commit is not there and could not be fetched; give actions/checkout fetch-depth: 0" >&2
        return 2
    fi
}

arguments=(check --format github)
if [ -n "$since" ]; then
    reach "$since" || exit 2
    arguments+=(--since "$since")
fi
if [ -n "${LAWBOOK_SARIF:-}" ]; then
    rm -f "$LAWBOOK_SARIF"
    arguments+=(--format "sarif=$LAWBOOK_SARIF")
fi
if [ -n "${LAWBOOK_ARGS:-}" ]; then
    # Words as a shell splits them, quotes included; nothing in them is run or expanded.
    words=$(printf '%s\n' "$LAWBOOK_ARGS" | xargs -n 1 printf '%s\n') || {
        echo "::error title=lawbook::args cannot be split into words: $LAWBOOK_ARGS" >&2
        exit 2
    }
    while IFS= read -r word; do
        arguments+=("$word")
    done <<< "$words"
fi
if [ -n "${LAWBOOK_PATHS:-}" ]; then
    arguments+=(--)
    while IFS= read -r path; do
        [ -z "$path" ] || arguments+=("$path")
    done <<< "$LAWBOOK_PATHS"
fi

status=0
"$program" "${arguments[@]}" || status=$?
echo "exit-code=$status" >> "${GITHUB_OUTPUT:?}"
if [ -s "${LAWBOOK_SARIF:-}" ]; then
    echo "sarif=$LAWBOOK_SARIF" >> "$GITHUB_OUTPUT"
fi
exit "$status"
