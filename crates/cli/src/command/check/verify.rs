//! The commands that check again what a check has reported.

use std::path::Path;

use lawbook_core::diagnostic::Severity;
use lawbook_core::rule::page::Scope;
use lawbook_workspace::Law;

use crate::args::CheckArgs;
use crate::report::{self, RootOfCommands, STRICT_RULES, VerifyCommands};

/// The arguments that decide what is found, for the commands that check again.
pub(super) fn verify(args: &CheckArgs, law: &Law) -> VerifyCommands {
    let word = |name: &str| name.to_owned();
    let mut verify = VerifyCommands { law: law_words(args, Path::new("")), ..VerifyCommands::default() };
    if !law.is_found_from_working_directory() {
        let law_there = law_words(args, law.working_directory());
        verify.root = Some(RootOfCommands { at: law.paths().shown_root(), law: law_there });
    }
    verify.packs = args.law.pack.iter().flat_map(|pack| [word("--pack"), pack.clone()]).collect();
    verify.rules = args.law.rule.iter().flat_map(|rule| [word("--rule"), rule.clone()]).collect();
    verify.ignored = args.selection.ignore_rule.iter().flat_map(|rule| [word("--ignore-rule"), rule.clone()]).collect();
    verify.excluded = args.selection.exclude.iter().map(|glob| format!("--exclude={glob}")).collect();
    verify.change = args.change.words();
    verify.has_phases = law.plan().has_phase(Scope::Project) || law.plan().has_phase(Scope::Change);
    for (is_set, name) in [(args.no_baseline, "--no-baseline"), (args.parse_all, "--parse-all")] {
        if is_set {
            verify.inputs.push(word(name));
        }
    }
    if args.max_file_size != CheckArgs::DEFAULT_MAX_FILE_SIZE {
        verify.inputs.extend([word("--max-file-size"), args.max_file_size.to_string()]);
    }
    if let Some(today) = args.today {
        verify.inputs.extend([word("--today"), today.to_string()]);
    }
    if args.fail_stale {
        verify.failing.push(word("--fail-stale"));
    }
    if args.fail_level.severity() != Severity::Error {
        verify.failing.extend([word("--fail-level"), word(args.fail_level.severity().name())]);
    }
    if let Some(max) = args.max_warnings {
        verify.failing.extend([word("--max-warnings"), max.to_string()]);
    }
    if let Some(level) = args.outcome.min_level {
        verify.failing.extend([word("--min-level"), word(level.severity().name())]);
    }
    verify.paths = args.paths.iter().map(|path| report::path_word(path)).collect();
    verify.stdin = args.stdin_filename.as_ref().map(|path| path.to_string_lossy().into_owned());
    verify
}

/// The arguments that decide which rules exist, with paths relative to `base`.
fn law_words(args: &CheckArgs, base: &Path) -> Vec<String> {
    let word = |name: &str| name.to_owned();
    let mut words = Vec::new();
    if args.law.no_config {
        words.push(word("--no-config"));
    }
    if let Some(config) = &args.law.config {
        words.extend([word("--config"), report::path_word(&base.join(config))]);
    }
    if args.law.strict_rules {
        words.push(word(STRICT_RULES));
    }
    for rules in &args.law.rules {
        words.extend([word("--rules"), report::path_word(&base.join(rules))]);
    }
    words
}
