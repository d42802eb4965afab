//! `lawbook install` and `lawbook uninstall`: shows what changes in the settings of agents and of git, and writes it once
//! that is confirmed.

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_workspace::{FileEdit, GitHooks, top_above};

use crate::args::{InstallArgs, InstallTarget, UninstallArgs};
use crate::command::planned::{Planned, finish};
use crate::command::{CommandResult, Context};
use crate::install::git::{self, HOOK_NAME, HookPlace};
use crate::install::{AGENTS, Agent, HookCommand, SettingsFile};

/// Writes the hooks.
pub(crate) fn install(args: &InstallArgs, context: &mut Context<'_>) -> CommandResult {
    let program = match &context.environment.program {
        _ if !args.absolute => None,
        Some(program) => Some(program.as_path()),
        None => {
            return Err(Mistake::new("the path of this program is not known").with_help("leave out --absolute").into());
        }
    };
    let command = HookCommand::new(program, args.fail_closed);
    let mut planned = Planned::default();
    for target in &args.what {
        if let Some(agent) = agent_of(*target) {
            install_agent(agent, args.user, &command, context, &mut planned)?;
        } else {
            refuse_agents_options(args)?;
            install_git(program, context, &mut planned)?;
        }
    }
    if program.is_none() && !context.environment.finds_program("lawbook") {
        let this = context.environment.program.as_ref().map(|path| format!(", which is {}", path.display()));
        context.output.note(format_args!(
            "`lawbook` is not on the PATH, where the hooks look for it; --absolute writes the path of this program{}",
            this.unwrap_or_default()
        ));
    }
    if !args.user && args.what.iter().any(|target| agent_of(*target).is_some()) && !planned.edits.is_empty() {
        let line = "`lawbook init` now proposes a paragraph for agents in AGENTS.md too; \"agents\" in `extends` of lawbook.toml adds rules for their code.";
        planned.next.push(line.to_owned());
    }
    finish(&planned, args.yes, "already installed", context)
}

/// Takes the hooks out.
pub(crate) fn uninstall(args: &UninstallArgs, context: &mut Context<'_>) -> CommandResult {
    let mut planned = Planned::default();
    for target in &args.what {
        if let Some(agent) = agent_of(*target) {
            uninstall_agent(agent, args.user, context, &mut planned)?;
            continue;
        }
        uninstall_git(context, &mut planned)?;
        let top = context.cwd()?;
        let top = top_above(top).unwrap_or(top).to_owned();
        let named = git::naming_files(&|path| std::fs::read_to_string(top.join(path)).ok()).next();
        if let Some(path) = named.filter(|_| planned.edits.is_empty()) {
            context.output.note(format_args!("{path} has lines that run lawbook; take them out there"));
        }
    }
    finish(&planned, args.yes, "not installed", context)
}

/// The agent of the name that the arguments have; `None` for git.
fn agent_of(target: InstallTarget) -> Option<&'static Agent> {
    let value = target.to_possible_value()?;
    AGENTS.iter().copied().find(|agent| agent.name == value.get_name())
}

/// Fails if options for agents are given for git alone.
fn refuse_agents_options(args: &InstallArgs) -> Result<(), Mistake> {
    if args.what.iter().any(|target| agent_of(*target).is_some()) {
        return Ok(());
    }
    let given = [(args.user, "--user"), (args.fail_closed, "--fail-closed")];
    match given.into_iter().find(|(is_given, _)| *is_given) {
        Some((_, option)) => {
            Err(Mistake::new(format!("`{option}` is for agents, and git is none"))
                .with_help(format!("leave out {option}")))
        }
        None => Ok(()),
    }
}

/// The files with settings of an agent: the folder that they are in, and how its path is shown.
#[derive(Debug)]
pub(super) struct SettingsFolder {
    folder: PathBuf,
    shown: String,
    is_user: bool,
}

impl SettingsFolder {
    pub(super) fn of(agent: &Agent, is_user: bool, context: &Context<'_>) -> Result<Self, Vec<Mistake>> {
        if !is_user {
            let cwd = context.cwd()?;
            let folder = top_above(cwd).unwrap_or(cwd).to_owned();
            return Ok(Self { folder, shown: String::new(), is_user });
        }
        let environment = context.environment;
        let places = &agent.user_folder;
        let named = places.variable.and_then(|(variable, below)| Some(environment.folder_in(variable)?.join(below)));
        if let Some(folder) = named {
            let shown = format!("{}/", folder.display());
            return Ok(Self { folder, shown, is_user });
        }
        let Some(home) = &environment.home else {
            return Err(vec![Mistake::new("the home folder is not known").with_help("set the variable HOME")]);
        };
        let shown = format!("~/{}/", places.below_home);
        Ok(Self { folder: home.join(places.below_home), shown, is_user })
    }

    /// Opens a file with settings.
    pub(super) fn open(&self, file: &SettingsFile) -> Result<FileEdit, Mistake> {
        let path = if self.is_user { file.user } else { file.project };
        let (at, shown) = (self.folder.join(path), format!("{}{path}", self.shown));
        let refuse = |reason: &str| {
            let help = "nothing was written; make it a file of its own, then run it again";
            Mistake::new(format!("{shown} cannot be changed: {reason}")).with_help(help)
        };
        if !self.is_user && leads_out(&at, &self.folder) {
            return Err(refuse("a folder on its path is a symbolic link out of the project"));
        }
        let edit = FileEdit::open(&at, shown.as_str()).map_err(|reason| refuse(&reason))?;
        Ok(edit.with_empty_folders_below(&self.folder))
    }
}

/// True if the folders on a path lead out of a folder, by symbolic links.
pub(super) fn leads_out(at: &Path, folder: &Path) -> bool {
    let real = at.ancestors().skip(1).find_map(|above| above.canonicalize().ok());
    let folder = folder.canonicalize();
    folder.is_ok_and(|folder| real.is_some_and(|real| !real.starts_with(folder)))
}

pub(super) fn install_agent(
    agent: &'static Agent,
    is_user: bool,
    command: &HookCommand,
    context: &Context<'_>,
    planned: &mut Planned,
) -> Result<(), MistakeList> {
    let folder = SettingsFolder::of(agent, is_user, context)?;
    let file = file_to_write(agent, &folder);
    let edit = folder.open(file)?;
    let rewritten = agent.install(file, edit.shown(), edit.old(), command)?;
    planned.add(edit, rewritten);
    planned.next.push(format!("{}: {}", agent.title, agent.next));
    Ok(())
}

/// The file that holds hooks of lawbook already, else the only one with hooks, else the first.
pub(super) fn file_to_write(agent: &'static Agent, folder: &SettingsFolder) -> &'static SettingsFile {
    let texts = agent.files.iter().filter_map(|file| {
        let edit = folder.open(file).ok()?;
        Some((file, edit.old()?.to_owned()))
    });
    let texts: Vec<(&SettingsFile, String)> = texts.collect();
    let is_installed = |(file, text): &&(&'static SettingsFile, String)| {
        let without = agent.uninstall(file, file.project, text);
        without.is_ok_and(|without| without.text.as_ref() != Some(text) || !without.kept.is_empty())
    };
    let first = &agent.files[0];
    let is_first_there = texts.first().is_some_and(|(file, _)| file.project == first.project);
    let installed = texts.iter().find(is_installed);
    let other = texts.iter().find(|(file, text)| !is_first_there && file.has_hooks(text));
    installed.or(other).map_or(first, |(file, _)| file)
}

fn uninstall_agent(
    agent: &'static Agent,
    is_user: bool,
    context: &Context<'_>,
    planned: &mut Planned,
) -> Result<(), MistakeList> {
    let folder = SettingsFolder::of(agent, is_user, context)?;
    for file in agent.files {
        let edit = folder.open(file)?;
        if let Some(old) = edit.old() {
            let rewritten = agent.uninstall(file, edit.shown(), old)?;
            planned.add(edit, rewritten);
        }
    }
    Ok(())
}

/// Opens the program that git runs as the hook.
fn open_hook(hooks: &GitHooks) -> Result<FileEdit, Mistake> {
    let at = hooks.folder.join(HOOK_NAME);
    let shown = shown_below(&at, &hooks.top);
    let refuse = |reason: &str| {
        let help = "nothing was written; let the hook run `lawbook check --staged`, and fail when that fails";
        Mistake::new(format!("{shown} cannot be changed: {reason}")).with_help(help)
    };
    if hooks.hooks_path.as_ref().is_some_and(|path| path.value == "/dev/null" || path.value.is_empty()) {
        return Err(refuse("`core.hooksPath` switches all hooks off"));
    }
    let edit = FileEdit::open(&at, shown.as_str()).map_err(|reason| refuse(&reason))?;
    if edit.old().is_some() && !git::is_executable(&at) {
        return Err(refuse("it is not executable, so git does not run it"));
    }
    Ok(edit.executable())
}

pub(super) fn install_git(
    program: Option<&Path>,
    context: &Context<'_>,
    planned: &mut Planned,
) -> Result<(), MistakeList> {
    let hooks = GitHooks::find(context.cwd()?)?;
    let program = program.map(|program| program.display().to_string());
    let hook = open_hook(&hooks)?;
    let place = git::place(&hooks, hook.old(), &|path| hooks.top.join(path).exists())?;
    match place {
        HookPlace::Program => {
            let rewritten = git::extend(hook.shown(), hook.old(), program.as_deref())?;
            planned.add(hook, rewritten);
        }
        HookPlace::Configuration => {
            let config = open_config(&hooks)?;
            let rewritten = git::add_section(config.old().unwrap_or_default(), program.as_deref());
            planned.add(config, rewritten);
        }
    }
    planned.next.push("git: it runs `lawbook check --staged` before a commit. Each clone needs this once.".to_owned());
    Ok(())
}

fn uninstall_git(context: &Context<'_>, planned: &mut Planned) -> Result<(), MistakeList> {
    let hooks = GitHooks::find(context.cwd()?)?;
    let at = hooks.folder.join(HOOK_NAME);
    // A file that cannot be opened was not written by `install`.
    if let Ok(edit) = FileEdit::open(&at, shown_below(&at, &hooks.top))
        && let Some(old) = edit.old()
    {
        let rewritten = git::remove_block(old);
        planned.add(edit, rewritten);
    }
    let config = open_config(&hooks)?;
    if let Some(old) = config.old() {
        let rewritten = git::remove_section(old);
        planned.add(config, rewritten);
    }
    Ok(())
}

/// Opens the configuration of a repository.
fn open_config(hooks: &GitHooks) -> Result<FileEdit, Mistake> {
    let shown = shown_below(&hooks.config, &hooks.top);
    FileEdit::open(&hooks.config, shown.as_str())
        .map_err(|reason| Mistake::new(format!("{shown} cannot be changed: {reason}")).with_help("nothing was written"))
}

/// A path as it is shown: from the top of the working tree, if it is below it.
fn shown_below(at: &Path, top: &Path) -> String {
    at.strip_prefix(top).unwrap_or(at).display().to_string().replace('\\', "/")
}
