//! `lawbook doctor`: what is configured, what judges what, and what is broken.

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::source::RelPath;
use lawbook_workspace::{GitHooks, Opening, Request, Workspace, top_above};
use serde::Serialize;

use crate::args::{DoctorArgs, DoctorFormat};
use crate::command::{CommandOutcome, CommandResult, Context, run_with_progress};
use crate::doctor::{Area, CHECKS, Examined, Health, Observation};
use crate::survey::Survey;
use crate::text::{Text, TextStyle};

/// An observation with the name and the area of its check.
type Observed = (&'static str, Area, Observation);

/// Runs the command.
pub(crate) fn run(packs: Vec<Pack>, args: &DoctorArgs, context: &mut Context<'_>) -> CommandResult {
    let cwd = context.cwd()?;
    let top = top_above(cwd).unwrap_or(cwd).to_owned();
    let opened = Workspace::open(cwd, Opening::default().with_packs(packs));
    let (law, run) = match opened {
        Ok(workspace) => match workspace.whole_law() {
            Ok(law) => {
                // All of the root, wherever in it the command runs.
                let request = Request::paths([RelPath::new("")]);
                (Ok(law), Some(run_with_progress(&workspace, request, context)))
            }
            Err(mistakes) => (Err(mistakes), None),
        },
        Err(mistakes) => (Err(mistakes), None),
    };
    let survey = Survey::of(&top, context.environment.git_dir.as_deref());
    let (hooks, unread) = match top_above(cwd).map(GitHooks::find) {
        Some(Ok(hooks)) => (survey.repository().map(|_| hooks), None),
        Some(Err(mistakes)) => (None, mistakes.into_iter().next()),
        None => (None, None),
    };
    let root = law.as_ref().map_or_else(|_| cwd.to_owned(), |law| law.root().to_owned());
    let subject = Examined { root, environment: context.environment, survey, law, run, hooks, unread };
    let looked =
        CHECKS.iter().flat_map(|check| (check.look)(&subject).into_iter().map(|seen| (check.name, check.area, seen)));
    let mut observed: Vec<Observed> = Vec::new();
    for one in looked {
        // Two checks that meet the same mistake say it once.
        if one.2.state != Health::Broken || observed.iter().all(|(_, _, seen)| *seen != one.2) {
            observed.push(one);
        }
    }
    let broken = observed.iter().filter(|(_, _, seen)| seen.state == Health::Broken).count();
    let text = match args.format {
        DoctorFormat::Pretty => pretty(&observed, broken, context.output.text()),
        DoctorFormat::Json => json(&observed, broken == 0)?,
    };
    context.answer(&text)?;
    Ok(if broken == 0 { CommandOutcome::Clean } else { CommandOutcome::Findings })
}

fn pretty(observed: &[Observed], broken: usize, mut text: Text) -> Text {
    for (area, title) in [(Area::Configured, "Configured"), (Area::Judges, "What judges what")] {
        text.paint(TextStyle::Strong, title).end_line();
        for (_, _, seen) in observed.iter().filter(|(_, of, seen)| *of == area && seen.state != Health::Broken) {
            let sign = if seen.state == Health::Good { "  " } else { "- " };
            text.add(sign).add_lines(&seen.message).end_line();
            if let Some(fix) = &seen.fix {
                text.add("    ").paint(TextStyle::Faint, fix).end_line();
            }
        }
        text.end_line();
    }
    if broken == 0 {
        text.line(format_args!("Nothing is broken."));
        return text;
    }
    text.paint(TextStyle::Error, &format!("Broken: {broken}")).end_line();
    for (_, _, seen) in observed.iter().filter(|(_, _, seen)| seen.state == Health::Broken) {
        text.add("  ").add_lines(&seen.message).end_line();
        if let Some(fix) = &seen.fix {
            text.add("    ").paint(TextStyle::Strong, fix).end_line();
        }
    }
    text
}

/// The answer as JSON, version 1.
#[derive(Debug, Serialize)]
struct DoctorV1<'a> {
    version: u32,
    tool: DoctorToolV1,
    healthy: bool,
    checks: Vec<ObservationV1<'a>>,
}

#[derive(Debug, Serialize)]
struct DoctorToolV1 {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct ObservationV1<'a> {
    check: &'static str,
    area: &'static str,
    state: &'static str,
    message: &'a str,
    fix: Option<&'a str>,
}

fn json(observed: &[Observed], healthy: bool) -> Result<Text, Vec<Mistake>> {
    let checks = observed.iter().map(|(check, area, seen)| ObservationV1 {
        check,
        area: match area {
            Area::Configured => "configured",
            Area::Judges => "judges",
        },
        state: seen.state.name(),
        message: &seen.message,
        fix: seen.fix.as_deref(),
    });
    let tool = DoctorToolV1 { name: "lawbook", version: env!("CARGO_PKG_VERSION") };
    Text::json(&DoctorV1 { version: 1, tool, healthy, checks: checks.collect() })
        .map_err(|error| vec![Mistake::new(format!("the answer cannot be written as JSON: {error}"))])
}
