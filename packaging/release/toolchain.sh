#!/usr/bin/env bash
# Installs the Rust that the workspace asks for, with the standard library of a target, and makes it the default.
#
# usage: toolchain.sh TARGET
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
rustup toolchain install "$version" --profile minimal --target "$1"
rustup default "$version"
