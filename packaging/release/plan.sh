#!/usr/bin/env bash
# Decides for the release workflow: what is pushed as a tag is published, if everything agrees; anything else is only
# built. Writes `version` and `publish` to the step's outputs.
#
# LAWBOOK_PUBLISH  `true` once the names in the package indexes belong to the project (a variable of the repository)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

of_workspace() {
    sed -n '/^\[workspace\.package\]/,/^\[workspace\.dependencies\]/s/^'"$1"' = "\(.*\)"/\1/p' Cargo.toml
}
fail() {
    echo "::error title=release::$*" >&2
    exit 1
}

version=$(of_workspace version)
repository=$(of_workspace repository)
publish=false
if [ "${GITHUB_REF_TYPE:-}" = tag ] && [ "${GITHUB_EVENT_NAME:-}" = push ]; then
    [ "$GITHUB_REF_NAME" = "v$version" ] || fail "the tag is $GITHUB_REF_NAME, but the version in Cargo.toml is $version"
    [ "$repository" = "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" ] \
        || fail "the repository in Cargo.toml is $repository, but this is $GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
    grep -q "^## $version\( \|$\)" CHANGELOG.md || fail "CHANGELOG.md has no section $version"
    if [ "${LAWBOOK_PUBLISH:-}" = true ]; then
        publish=true
    else
        echo "::notice title=release::built but not published: the variable LAWBOOK_PUBLISH of the repository is not true"
    fi
fi
{
    echo "version=$version"
    echo "publish=$publish"
} >> "${GITHUB_OUTPUT:?}"
echo "version $version, publish: $publish"
