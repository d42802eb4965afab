#!/usr/bin/env bash
# Installs lawbook for action.yml into a folder of the job and writes the path of the program to the step's outputs.
#
# LAWBOOK_PACKAGE  what pip installs: a requirement (lawbook==VERSION), or the path of a wheel
set -euo pipefail

package=${LAWBOOK_PACKAGE:?what pip installs}
folder=${RUNNER_TEMP:?}/lawbook

python=$(command -v python3 || command -v python || true)
if [ -z "$python" ]; then
    echo "::error title=lawbook::no Python on this runner, which the package is installed with; run actions/setup-python first" >&2
    exit 2
fi

rm -rf "$folder"
"$python" -m venv "$folder"
if [ -d "$folder/Scripts" ]; then
    programs=$folder/Scripts
else
    programs=$folder/bin
fi
# No builds from source: these need Rust, and are not what was released.
"$programs/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: "$package"

program=$programs/lawbook
"$program" --version
echo "program=$program" >> "${GITHUB_OUTPUT:?}"
