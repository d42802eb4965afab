//! The lines that have a CI system run lawbook.

use crate::survey::CiSystem;

/// The path of the workflow that is written for GitHub Actions.
pub(crate) const GITHUB_WORKFLOW: &str = ".github/workflows/lawbook.yml";

/// The version that CI installs: that of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `actions/checkout`, by the commit of its release.
const CHECKOUT: &str = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";

/// The variable of the repository that says what CI installs, as long as the program is published nowhere: whoever took
/// its name in a registry of packages would run in the CI of others.
pub(crate) const PACKAGE_VARIABLE: &str = "LAWBOOK_PACKAGE";

/// What the installer is given: the published version, or what the variable says, which has to be set.
fn package(is_published: bool) -> String {
    if is_published {
        return format!("lawbook=={VERSION}");
    }
    format!("\"${{{PACKAGE_VARIABLE}:?set this variable to the address or path of a wheel of lawbook {VERSION}}}\"")
}

/// The workflow for GitHub Actions, of a repository with this default branch.
pub(crate) fn github_workflow(branch: &str, is_published: bool) -> String {
    let package = package(is_published);
    let given = if is_published {
        String::new()
    } else {
        format!("\n        env:\n          {PACKAGE_VARIABLE}: ${{{{ vars.{PACKAGE_VARIABLE} }}}}")
    };
    // A name with other signs is no plain word of YAML.
    let is_plain = branch.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    let branch = if is_plain { branch.to_owned() } else { format!("'{}'", branch.replace('\'', "''")) };
    format!(
        r#"# A pull request may bring no finding of its own, and is judged by the law before it as well as by the law after it.
name: lawbook
on:
  pull_request:
  push:
    branches: [{branch}]
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
      - run: pipx install {package}{given}
      - if: github.event_name == 'pull_request'
        run: lawbook check --since "origin/$GITHUB_BASE_REF"
      - if: github.event_name != 'pull_request'
        run: lawbook check
"#
    )
}

/// The lines for a system whose files are not written, to be added by hand.
pub(crate) fn other_lines(system: CiSystem, is_published: bool) -> String {
    let package = package(is_published);
    match system {
        CiSystem::GitLab => format!(
            r#"lawbook:
  image: python:3.13
  variables:
    GIT_DEPTH: "0"
  script:
    - pip install {package}
    - lawbook check --since "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --format pretty --format gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event""#
        ),
        CiSystem::Azure => format!(
            r#"steps:
  - checkout: self
    fetchDepth: 0
  - script: pipx install {package}
  - script: lawbook check --since "origin/${{SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}}"
    condition: eq(variables['Build.Reason'], 'PullRequest')"#
        ),
        CiSystem::GitHub | CiSystem::Other(_) => format!(
            "pip install {package}\nlawbook check --since BASE   # the branch that the change is for; with the whole history"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_installed_by_a_name_that_is_not_published() {
        let others = [CiSystem::GitLab, CiSystem::Azure, CiSystem::Other("Jenkins")];
        let all = |is_published: bool| {
            let others = others.iter().map(move |system| other_lines(*system, is_published));
            others.chain([github_workflow("trunk", is_published)]).collect::<Vec<_>>()
        };
        for text in all(true) {
            assert!(text.contains(&format!("install lawbook=={VERSION}")), "{text}");
        }
        for text in all(false) {
            assert!(!text.contains("install lawbook"), "{text}");
            assert!(text.contains("install \"${LAWBOOK_PACKAGE:?set this variable to"), "{text}");
        }
        assert!(github_workflow("trunk", false).contains("LAWBOOK_PACKAGE: ${{ vars.LAWBOOK_PACKAGE }}\n"));
    }

    #[test]
    fn pushes_to_the_default_branch_are_judged() {
        for (branch, expected) in [("trunk", "[trunk]"), ("a/b", "[a/b]"), ("it's, #1", "['it''s, #1']")] {
            assert!(github_workflow(branch, true).contains(&format!("branches: {expected}\n")), "{branch}");
        }
    }
}
