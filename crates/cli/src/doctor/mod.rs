//! The checks of `lawbook doctor`: what is configured, what judges what, and what is broken.
//!
//! A check looks at what was gathered before, and says what it sees. None uses the network, and none writes.

mod agents;
mod baseline;
mod ci;
mod doors;
mod files;
mod hooks;
mod settings;
mod versions;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_workspace::{GitHooks, Law, Run};

use crate::environment::Environment;
use crate::survey::Survey;

/// What is looked at.
#[derive(Debug)]
pub(crate) struct Examined<'e> {
    pub(crate) environment: &'e Environment,
    /// The project from the top of its repository.
    pub(crate) survey: Survey,
    /// The root, or without a law the folder that one was looked for in.
    pub(crate) root: PathBuf,
    /// The law, or the mistakes for which there is none.
    pub(crate) law: Result<Arc<Law>, MistakeList>,
    /// A check of all files, or the mistakes for which it could not run; none without a law.
    pub(crate) run: Option<Result<Run, MistakeList>>,
    /// The hooks of git; none where git gives none.
    pub(crate) hooks: Option<GitHooks>,
    /// The mistake for which git gives no hooks where a `.git` is.
    pub(crate) unread: Option<Mistake>,
}

/// The part of the answer that a check belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// What is configured.
    Configured,
    /// What judges what.
    Judges,
}

/// A check.
pub(crate) struct Check {
    /// Its name, in the answer for programs.
    pub(crate) name: &'static str,
    pub(crate) area: Area,
    /// Says what it sees.
    pub(crate) look: fn(&Examined<'_>) -> Vec<Observation>,
}

/// All checks, in the order of the answer.
pub(crate) const CHECKS: &[Check] = &[
    Check { name: "settings", area: Area::Configured, look: settings::settings },
    Check { name: "rules", area: Area::Configured, look: settings::rules },
    Check { name: "pages", area: Area::Configured, look: settings::pages },
    Check { name: "files", area: Area::Configured, look: files::files },
    Check { name: "unread-files", area: Area::Configured, look: files::unread },
    Check { name: "suppressions", area: Area::Configured, look: files::suppressions },
    Check { name: "fixes", area: Area::Configured, look: files::fixes },
    Check { name: "baseline", area: Area::Configured, look: baseline::baseline },
    Check { name: "ignored-law", area: Area::Configured, look: baseline::ignored },
    Check { name: "git", area: Area::Judges, look: hooks::git },
    Check { name: "agents", area: Area::Judges, look: agents::agents },
    Check { name: "program", area: Area::Judges, look: versions::program },
    Check { name: "ci", area: Area::Judges, look: ci::runs },
    Check { name: "ci-history", area: Area::Judges, look: ci::history },
    Check { name: "versions", area: Area::Judges, look: versions::pins },
];

/// The state of what a check sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// As it should be.
    Good,
    /// Worth knowing: nothing is wrong, or it is a choice.
    Note,
    /// It does not do what it is there for.
    Broken,
}

impl Health {
    /// The name in the answer for programs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Broken => "broken",
        }
    }
}

/// What a check sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observation {
    pub(crate) state: Health,
    pub(crate) message: String,
    /// The command, or else the step, that changes it.
    pub(crate) fix: Option<String>,
}

impl Observation {
    fn good(message: impl Into<String>) -> Self {
        Self { state: Health::Good, message: message.into(), fix: None }
    }

    fn note(message: impl Into<String>) -> Self {
        Self { state: Health::Note, message: message.into(), fix: None }
    }

    fn broken(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { state: Health::Broken, message: message.into(), fix: Some(fix.into()) }
    }

    fn with_fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }

    /// A mistake for which something does not work.
    fn of_mistake(mistake: &Mistake) -> Self {
        let mut bare = mistake.clone();
        bare.help = None;
        let fix = mistake.help.clone().unwrap_or_else(|| "`lawbook check` shows the place".to_owned());
        Self::broken(bare.to_string(), fix)
    }
}

/// The text of a regular file of moderate size; a pipe would never end.
fn text_of(at: &Path) -> Option<String> {
    /// The most bytes of settings and scripts that are read.
    const MAX_BYTES: u64 = 4 << 20;
    let is_moderate = at.metadata().is_ok_and(|found| found.is_file() && found.len() <= MAX_BYTES);
    is_moderate.then(|| std::fs::read_to_string(at).ok())?
}

impl Examined<'_> {
    /// The run over all files, if there could be one.
    fn run(&self) -> Option<&Run> {
        self.run.as_ref()?.as_ref().ok()
    }
}
