//! `lawbook init`: looks at the project, shows what it would write, and writes it once that is confirmed. What is there
//! already is never changed but for what `lawbook install` adds to settings, and a paragraph at the end of a file for
//! agents.

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_workspace::{BASELINE_FOLDER, CONFIG_NAME, FileEdit, Opening, Request, Workspace, top_above};

use crate::args::{CreateBaselineArgs, InitArgs, InitPart};
use crate::command::install::{install_agent, install_git, leads_out};
use crate::command::planned::{Planned, ask, can_ask, finish};
use crate::command::{CommandOutcome, CommandResult, Context, baseline, run_with_progress};
use crate::init::{
    Config, GITHUB_WORKFLOW, PACKAGE_VARIABLE, config_text, generated_globs, github_workflow, imports_agents_file,
    other_lines, with_paragraph,
};
use crate::install::{AGENTS, HookCommand, Rewritten, git};
use crate::survey::{CiSystem, Survey};
use crate::text::{Text, counted};

/// What is proposed, and what is left to the user.
struct Proposal<'s> {
    survey: &'s Survey,
    planned: Planned,
    /// What is not written, and why or where to add it.
    left: Vec<Mistake>,
    /// True if a part is there already.
    has_part: bool,
    /// The parts that are not there and are not proposed either: why, and what to do.
    missing: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(packs: Vec<Pack>, args: &InitArgs, context: &mut Context<'_>) -> CommandResult {
    let cwd = context.cwd()?.to_owned();
    let survey = Survey::of(&cwd, context.environment.git_dir.as_deref());
    // With hooks, settings that have mistakes would stop every commit, those of folders too.
    Workspace::open(&cwd, Opening::default().with_packs(packs.clone()))?.whole_law()?;
    let mut proposal = Proposal {
        survey: &survey,
        planned: Planned::default(),
        left: Vec::new(),
        has_part: false,
        missing: Vec::new(),
    };
    let is_wanted = |part: InitPart| match args.only.as_slice() {
        [] => survey.is_at_top() || part == InitPart::Config,
        only => only.contains(&part),
    };
    if is_wanted(InitPart::Config) {
        proposal.add_config(context);
    }
    if is_wanted(InitPart::Agents) {
        proposal.add_agents(context);
    }
    if is_wanted(InitPart::Git) {
        proposal.add_git(context);
    }
    if is_wanted(InitPart::Ci) {
        proposal.add_ci(args.only.contains(&InitPart::Ci));
    }
    if is_wanted(InitPart::Instructions) {
        proposal.add_instructions();
    }
    let Proposal { planned, left, has_part, missing, .. } = proposal;
    let mut text = context.output.text();
    show_found(&survey, &mut text);
    context.answer(&text)?;
    let is_set_up = has_part && left.is_empty();
    let without_change = if is_set_up { "already set up" } else { "nothing more can be set up here" };
    let outcome = finish(&planned, args.yes, without_change, context)?;
    let is_written = outcome == CommandOutcome::Clean;
    let mut text = context.output.text();
    if is_written || !can_ask(context.environment) {
        show_left(&left, &mut text);
        for one in &missing {
            text.line(format_args!("Not set up: {one}"));
        }
    }
    context.answer(&text)?;
    if !is_written {
        return Ok(outcome);
    }
    let is_changed = !planned.edits.is_empty();
    let is_asked = args.baseline || args.only.is_empty();
    let outcome =
        if is_asked && survey.has(CONFIG_NAME) && (is_changed || args.baseline || can_ask(context.environment)) {
            offer_baseline(packs, args, &survey, context)?
        } else {
            CommandOutcome::Clean
        };
    let mut text = context.output.text();
    if is_changed {
        show_next(&survey, &planned, &mut text);
    }
    context.answer(&text)?;
    Ok(outcome)
}

/// Says what was found, a line for each kind.
fn show_found(survey: &Survey, text: &mut Text) {
    if let Some(folder) = folder_below_repository(survey) {
        text.line(format_args!(
            "This is the folder {folder} of a repository; run `lawbook init` at its top for all of it."
        ));
    }
    let languages = survey.languages();
    let list = |is_read: bool| {
        let files = languages.iter().filter(|language| language.is_read == is_read);
        files.map(|language| format!("{} ({})", language.name, language.files)).collect::<Vec<_>>().join(", ")
    };
    let read = match (list(true), list(false)) {
        (read, other) if read.is_empty() && other.is_empty() => "no code yet".to_owned(),
        (read, other) if read.is_empty() => format!("none that lawbook reads; {other}"),
        (read, other) if other.is_empty() => read,
        (read, other) => format!("{read}; not read: {other}"),
    };
    let tools = survey.tools();
    let suppressing: Vec<&str> = tools.iter().filter(|tool| tool.suppresses).map(|tool| tool.name).collect();
    let names = tools.iter().map(|tool| tool.name).collect::<Vec<_>>().join(", ");
    let names = match suppressing.join(" and ") {
        linters if linters.is_empty() => names,
        linters => format!("{names} (what suppresses findings of {linters} is read too)"),
    };
    let agents: Vec<&str> = survey.agents().map(|agent| agent.title).collect();
    let managers: Vec<&str> = git::managers(&|path| survey.has(path)).collect();
    let mut systems: Vec<&str> = survey.ci_files().iter().map(|file| file.system.name()).collect();
    systems.dedup();
    let rows = [
        ("languages", read),
        ("tools", names),
        ("agents", agents.join(", ")),
        ("hooks", managers.join(", ")),
        ("CI", systems.join(", ")),
    ];
    text.line(format_args!("Found:"));
    for (title, row) in rows.iter().filter(|(_, row)| !row.is_empty()) {
        text.line(format_args!("  {title:<11}{row}"));
    }
}

/// The path of the folder from the top of the repository that it is in; `None` for the top itself and outside of one.
fn folder_below_repository(survey: &Survey) -> Option<String> {
    let top = top_above(survey.folder())?;
    let below = survey.folder().strip_prefix(top).ok().filter(|below| !below.as_os_str().is_empty())?;
    Some(below.display().to_string())
}

impl Proposal<'_> {
    /// Opens a file for an edit; one that is not a file of its own in the project is left to the user.
    fn open(&mut self, path: &str) -> Option<FileEdit> {
        let folder = self.survey.folder();
        let at = folder.join(path);
        let shown =
            folder_below_repository(self.survey).map_or_else(|| path.to_owned(), |below| format!("{below}/{path}"));
        let opened = if leads_out(&at, folder) {
            Err("a folder on its path is a symbolic link out of the project".to_owned())
        } else {
            FileEdit::open(&at, shown)
        };
        opened.map_err(|reason| self.left.push(Mistake::new(format!("{path} is left as it is: {reason}")))).ok()
    }

    fn add_config(&mut self, context: &Context<'_>) {
        // Also a folder or a link of this name is there: a check says what is wrong with it.
        if self.survey.has(CONFIG_NAME) {
            self.has_part = true;
            return;
        }
        let read = self.survey.paths().iter().map(String::as_str).filter(|path| Survey::is_read(path));
        let top = top_above(self.survey.folder());
        let mut above =
            self.survey.folder().ancestors().skip(1).take_while(|above| top.is_some_and(|top| above.starts_with(top)));
        let config = Config {
            is_below: above.any(|above| above.join(CONFIG_NAME).is_file()),
            has_agents: self.survey.has_agents() || context.environment.agent.is_some(),
            generated: generated_globs(read, &|path| self.survey.has(path)),
            other_tests: self.survey.other_tests(),
        };
        if let Some(edit) = self.open(CONFIG_NAME) {
            self.planned.add(edit, Rewritten { text: Some(config_text(&config)), kept: Vec::new() });
        }
    }

    fn add_agents(&mut self, context: &mut Context<'_>) {
        let command = HookCommand::new(None, false);
        let mut is_any = false;
        if self.survey.agents().next().is_none() {
            self.missing.push(format!(
                "agents: no file of a coding agent is here; `lawbook install NAME` sets one up ({})",
                agent_names()
            ));
        }
        for agent in self.survey.agents() {
            let before = self.planned.edits.len();
            match install_agent(agent, false, &command, context, &mut self.planned) {
                Ok(()) => {
                    is_any |= self.planned.edits.len() > before;
                    self.has_part |= self.planned.edits.len() == before;
                }
                Err(mistakes) => self.left.extend(mistakes),
            }
            if self.planned.edits.len() == before {
                self.planned.next.retain(|line| !line.starts_with(agent.title));
            }
        }
        if is_any && !context.environment.finds_program("lawbook") {
            context.output.note(format_args!(
                "`lawbook` is not on the PATH, where the hooks of agents look for it: put it there, or they check nothing"
            ));
        }
    }

    fn add_git(&mut self, context: &Context<'_>) {
        let is_set_up = || git::naming_files(&|path| self.survey.text(path)).next().is_some();
        if self.survey.repository().is_none() {
            let is_unread = top_above(self.survey.folder()).is_some();
            let reason = if is_unread { "git cannot read the `.git` that is here" } else { "no repository is here" };
            self.missing.push(format!("git: {reason}, so nothing is committed"));
            return;
        }
        if is_set_up() {
            self.has_part = true;
            return;
        }
        // A hook of git is of this clone alone, so the path of this program may stand in it.
        let program = context.environment.program.as_deref().filter(|_| !context.environment.finds_program("lawbook"));
        if let Some(program) = program.filter(|program| is_in_cache(program)) {
            let message = format!("no hook of git was written: lawbook is run from a cache ({})", program.display());
            self.left.push(Mistake::new(message).with_help("install lawbook, then run `lawbook install git`"));
            return;
        }
        let before = self.planned.edits.len();
        if let Err(mistakes) = install_git(program, context, &mut self.planned) {
            self.left.extend(mistakes);
        } else if self.planned.edits.len() == before {
            self.has_part = true;
            self.planned.next.retain(|line| !line.starts_with("git:"));
        }
    }

    /// `is_asked` is true if the user has named this part.
    fn add_ci(&mut self, is_asked: bool) {
        let files = self.survey.ci_files();
        if files.iter().any(crate::survey::CiFile::runs_lawbook) {
            self.has_part = true;
            return;
        }
        let is_published = git::is_published();
        let mut systems: Vec<CiSystem> = files.iter().map(|file| file.system).collect();
        systems.dedup();
        let is_asked = is_asked && self.survey.repository().is_some();
        let has_none = systems.is_empty();
        if systems.contains(&CiSystem::GitHub) || (has_none && (is_asked || self.survey.is_on_github())) {
            systems = vec![CiSystem::GitHub];
        } else if systems.is_empty() {
            let message = match self.survey.repository() {
                Some(_) => "ci: no file of a CI system is here; `lawbook init --only ci` writes a workflow for GitHub",
                None => "ci: no file of a CI system and no repository is here",
            };
            self.missing.push(message.to_owned());
        }
        for system in systems {
            if system == CiSystem::GitHub {
                if let Some(edit) = self.open(GITHUB_WORKFLOW).filter(|edit| edit.old().is_none()) {
                    let text = github_workflow(&self.survey.default_branch(), is_published);
                    self.planned.add(edit, Rewritten { text: Some(text), kept: Vec::new() });
                    if !is_published {
                        let place = "of the repository (Settings, Secrets and variables, Actions, Variables)";
                        self.planned.next.push(format!("CI: {}", of_package(place)));
                    }
                }
            } else {
                let path = files.iter().find(|file| file.system == system).map_or("", |file| file.path.as_str());
                let message = format!("{} does not run lawbook yet", system.name());
                let then = if is_published { String::new() } else { format!("\n{}", of_package("of the project")) };
                let help = format!("add to {path}:\n{}{then}", other_lines(system, is_published));
                self.left.push(Mistake::new(message).with_help(help));
            }
        }
    }

    fn add_instructions(&mut self) {
        const SHARED: &str = "AGENTS.md";
        if !self.survey.has_agents() {
            self.missing.push("instructions: no file of a coding agent is here, so nobody would read them".to_owned());
            return;
        }
        // Of these, an agent reads its own file and not the shared one.
        let own: Vec<&str> =
            ["CLAUDE.md", ".claude/CLAUDE.md", "GEMINI.md"].into_iter().filter(|path| self.survey.has(path)).collect();
        let others = self.survey.agents().any(|agent| !matches!(agent.name, "claude-code" | "gemini"));
        let mut paths: Vec<&str> = Vec::new();
        let imports = |path: &&&str| self.survey.text(path).is_some_and(|text| imports_agents_file(&text));
        if self.survey.has(SHARED) || others || own.is_empty() || own.iter().any(|path| imports(&path)) {
            paths.push(SHARED);
        }
        let is_link = |path: &&&str| self.survey.folder().join(path).is_symlink();
        paths.extend(own.iter().filter(|path| !imports(path) && !is_link(path)));
        for path in paths {
            if is_link(&&path) {
                continue;
            }
            let Some(edit) = self.open(path) else { continue };
            match with_paragraph(edit.old()) {
                Some(new) => self.planned.add(edit, Rewritten { text: Some(new), kept: Vec::new() }),
                None => self.has_part = true,
            }
        }
    }
}

/// What has to be set for CI to install the program, as long as it is published nowhere.
fn of_package(place: &str) -> String {
    format!(
        "lawbook is not published yet: set the variable {PACKAGE_VARIABLE} {place} to the address or path of a built wheel"
    )
}

/// The names of the agents, as `lawbook install` takes them.
fn agent_names() -> String {
    AGENTS.iter().map(|agent| agent.name).collect::<Vec<_>>().join(", ")
}

/// True if a program lies in a folder that a runner of packages fills and empties.
fn is_in_cache(program: &std::path::Path) -> bool {
    program.components().any(|part| matches!(part.as_os_str().to_str(), Some("_npx" | "archive-v0" | "dlx")))
}

/// Says what is left to the user.
fn show_left(left: &[Mistake], text: &mut Text) {
    for one in left {
        let help = one.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        let all = format!("Left to you: {}{help}", one.message);
        for (number, line) in all.lines().enumerate() {
            text.line(format_args!("{}{line}", if number > 0 { "    " } else { "" }));
        }
    }
}

/// Counts the findings of today, and accepts them if that is wanted.
fn offer_baseline(packs: Vec<Pack>, args: &InitArgs, survey: &Survey, context: &mut Context<'_>) -> CommandResult {
    if survey.has(BASELINE_FOLDER) {
        if args.baseline {
            context
                .output
                .note(format_args!("there is a baseline already; `lawbook baseline create --accept-new` extends it"));
        }
        return Ok(CommandOutcome::Clean);
    }
    let workspace = Workspace::open(context.cwd()?, Opening::default().with_packs(packs.clone()))?;
    let run = run_with_progress(&workspace, Request::opened(), context)?;
    let summary = &run.report.summary;
    let findings = run.report.diagnostics.len();
    let files = counted(summary.checked + summary.prefiltered, "file");
    let mut text = context.output.text();
    if findings == 0 {
        match summary.checked + summary.prefiltered {
            0 => text.line(format_args!("Today there is no file that `lawbook check` would check.")),
            _ => text.line(format_args!("Today `lawbook check` finds nothing in {files}.")),
        };
        context.answer(&text)?;
        return Ok(CommandOutcome::Clean);
    }
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)).collect();
    text.line(format_args!("Today `lawbook check` finds {} in {files}.", counts.join(" and ")));
    context.answer(&text)?;
    let them = if findings == 1 { "it" } else { "them" };
    let is_asked = !args.yes && !args.baseline && can_ask(context.environment);
    if args.baseline || (is_asked && ask(&format!("Accept {them}, so that only new ones are reported?"), context)?) {
        let args = CreateBaselineArgs {
            paths: Vec::new(),
            law: crate::args::LawArgs::default(),
            accept_new: false,
            reason: None,
        };
        return baseline::create(packs, &args, context);
    }
    let mut text = context.output.text();
    text.line(format_args!("`lawbook baseline create` accepts {them}, so that only new ones are reported."));
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

/// Says what to do next.
fn show_next(survey: &Survey, planned: &Planned, text: &mut Text) {
    let written =
        planned.edits.iter().map(FileEdit::shown).filter(|path| !path.starts_with(".git/") && !path.starts_with('/'));
    let mut files: Vec<&str> = written.collect();
    let baseline =
        folder_below_repository(survey).map_or_else(|| ".lawbook".to_owned(), |below| format!("{below}/.lawbook"));
    if survey.has(BASELINE_FOLDER) {
        files.push(&baseline);
    }
    let is_ignored = |path: &&str| survey.repository().is_some_and(|repository| repository.ignores(path));
    let (ignored, files): (Vec<&str>, Vec<&str>) = files.into_iter().partition(is_ignored);
    text.line(format_args!("Next:"));
    let mut row = |command: &str, what: &str| {
        text.line(format_args!("  {command:<25}  {what}"));
    };
    row("lawbook check", "what is wrong today");
    row("lawbook rules", "what is on, and why");
    if survey.agents().next().is_none() {
        row("lawbook install NAME", &format!("has a coding agent check its edits: {}", agent_names()));
    }
    row("lawbook doctor", "what judges what, and what is broken");
    if survey.repository().is_some() && !files.is_empty() {
        // The paths count from the top, wherever the command runs.
        let from_top = if survey.is_at_top() { "" } else { ":/" };
        let files: Vec<String> = files.iter().map(|path| format!("{from_top}{path}")).collect();
        text.line(format_args!("  git add {}", files.join(" ")));
        text.line(format_args!("and commit: agents and people then follow the same law."));
    }
    if !ignored.is_empty() {
        let ignored = ignored.join(", ");
        text.line(format_args!(
            "A .gitignore leaves out: {ignored}. Take that line out of it, or others and CI do not have it."
        ));
    }
}
