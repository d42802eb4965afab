//! The lines that have a CI system run lawbook.

use crate::survey::CiSystem;

/// The path of the workflow that is written for GitHub Actions.
pub(crate) const GITHUB_WORKFLOW: &str = ".github/workflows/lawbook.yml";

/// The version that CI installs: that of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `actions/checkout`, by the commit of its release.
const CHECKOUT: &str = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";

/// The workflow for GitHub Actions.
pub(crate) fn github_workflow() -> String {
    format!(
        r#"# A pull request may bring no finding of its own, and is judged by the law before it as well as by the law after it.
name: lawbook
on:
  pull_request:
  push:
    branches: [main, master]
permissions:
  contents: read
jobs:
  lawbook:
    runs-on: ubuntu-latest
    steps:
      - uses: {CHECKOUT}
        with:
          # `--since` needs the commit that the branch was started from.
          fetch-depth: 0
          persist-credentials: false
      - run: pipx install lawbook=={VERSION}
      - if: github.event_name == 'pull_request'
        run: lawbook check --since "origin/$GITHUB_BASE_REF"
      - if: github.event_name != 'pull_request'
        run: lawbook check
"#
    )
}

/// The lines for a system whose files are not written, to be added by hand.
pub(crate) fn other_lines(system: CiSystem) -> String {
    match system {
        CiSystem::GitLab => format!(
            r#"lawbook:
  image: python:3.13
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: "0"
  script:
    - pip install lawbook=={VERSION}
    - git fetch origin "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
    - lawbook check --since FETCH_HEAD"#
        ),
        CiSystem::Azure => format!(
            r#"steps:
  - checkout: self
    fetchDepth: 0
  - script: pipx install lawbook=={VERSION}
  - script: lawbook check --since "origin/${{SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}}"
    condition: eq(variables['Build.Reason'], 'PullRequest')"#
        ),
        CiSystem::GitHub | CiSystem::Other(_) => format!(
            "pip install lawbook=={VERSION}\nlawbook check --since BASE   # the branch that the change is for; with the whole history"
        ),
    }
}
