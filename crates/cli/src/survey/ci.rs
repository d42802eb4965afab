//! The files of CI systems.

use crate::survey::Survey;

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CiSystem {
    GitHub,
    GitLab,
    Azure,
    /// Another one, by its name for people.
    Other(&'static str),
}

/// A file of a CI system.
#[derive(Clone, Debug)]
pub(crate) struct CiFile {
    pub(crate) system: CiSystem,
    pub(crate) path: String,
    /// The text, as far as it can be read.
    pub(crate) text: String,
}

/// The systems by the start of the paths of their files, and the ends that count.
const PLACES: &[(CiSystem, &str, &[&str])] = &[
    (CiSystem::GitHub, ".github/workflows/", &[".yml", ".yaml"]),
    (CiSystem::GitHub, ".github/actions/", &["action.yml", "action.yaml"]),
    (CiSystem::GitLab, ".gitlab-ci.yml", &[""]),
    (CiSystem::GitLab, ".gitlab/ci/", &[".yml", ".yaml"]),
    (CiSystem::Azure, "azure-pipelines.yml", &[""]),
    (CiSystem::Azure, "azure-pipelines.yaml", &[""]),
    (CiSystem::Azure, ".azure-pipelines/", &[".yml", ".yaml"]),
    (CiSystem::Azure, ".azuredevops/", &[".yml", ".yaml"]),
    (CiSystem::Other("CircleCI"), ".circleci/config.yml", &[""]),
    (CiSystem::Other("Buildkite"), ".buildkite/", &[".yml", ".yaml"]),
    (CiSystem::Other("Jenkins"), "Jenkinsfile", &[""]),
    (CiSystem::Other("Travis CI"), ".travis.yml", &[""]),
    (CiSystem::Other("Bitbucket"), "bitbucket-pipelines.yml", &[""]),
    (CiSystem::Other("Drone"), ".drone.yml", &[""]),
    (CiSystem::Other("Woodpecker"), ".woodpecker", &[".yml", ".yaml"]),
    (CiSystem::Other("Forgejo"), ".forgejo/workflows/", &[".yml", ".yaml"]),
    (CiSystem::Other("Gitea"), ".gitea/workflows/", &[".yml", ".yaml"]),
    (CiSystem::Other("AppVeyor"), "appveyor.yml", &[""]),
    (CiSystem::Other("AppVeyor"), ".appveyor.yml", &[""]),
    (CiSystem::Other("Cirrus CI"), ".cirrus.yml", &[""]),
    (CiSystem::Other("Semaphore"), ".semaphore/", &[".yml", ".yaml"]),
];

/// The most files that are read.
const MAX_FILES: usize = 200;

impl CiSystem {
    /// The name for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub Actions",
            Self::GitLab => "GitLab CI",
            Self::Azure => "Azure Pipelines",
            Self::Other(name) => name,
        }
    }
}

impl CiFile {
    /// True if it names lawbook outside of comments.
    pub(crate) fn runs_lawbook(&self) -> bool {
        self.text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("lawbook"))
    }
}

/// The files of all systems.
pub(super) fn files(survey: &Survey) -> Vec<CiFile> {
    let system = |path: &str| {
        let is_of = |(_, start, ends): &&(CiSystem, &str, &[&str])| {
            let rest = path.strip_prefix(start);
            rest.is_some_and(|rest| {
                ends.iter().any(|end| if end.is_empty() { rest.is_empty() } else { path.ends_with(end) })
            })
        };
        PLACES.iter().find(is_of).map(|(system, ..)| *system)
    };
    let files = survey.paths().iter().filter_map(|path| Some((system(path)?, path)));
    let read = |(system, path): (CiSystem, &String)| CiFile {
        system,
        path: path.clone(),
        text: survey.text(path).unwrap_or_default(),
    };
    files.take(MAX_FILES).map(read).collect()
}
