//! Conversations with an agent about real repositories.

mod protected;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::hook::event::{AgentEdit, OldText, ReplacedPiece};

const NO_DEBUGGER: &str = "---\nsummary: Leave no breakpoint behind.\nlanguages: [typescript]\nseverity: warning\nrule:\n  pattern: debugger\n---\nA breakpoint stops whoever runs the code next.\n\n## Help\nDelete the statement. It is of no use.\n\n## Bad\n```ts\ndebugger // error\n```\n\n## Good\n```ts\nconst a = 1;\n```\n";
const NO_VAR: &str = "---\nsummary: Declare with const or let.\nlanguages: [typescript]\nseverity: error\nrule:\n  pattern: var $A = $B\n---\nA `var` is visible in the whole function.\n\n## Help\nWrite `let`.\n\n## Bad\n```ts\nvar a = 1 // error\n```\n\n## Good\n```ts\nlet a = 1;\n```\n";

/// A repository with two rules, and an agent that works in it.
struct AgentWork {
    folder: TempDir,
    environment: Environment,
    conversation: Option<String>,
    agent: &'static str,
}

impl AgentWork {
    /// A folder with these files and the law.
    fn without_git(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut environment = Environment::in_folder(folder.path());
        environment.state_home = Some(folder.path().canonicalize().unwrap().join("state"));
        let work = Self { folder, environment, conversation: Some("one".to_owned()), agent: "claude-code" };
        let law = [("law/no-debugger.md", NO_DEBUGGER), ("law/no-var.md", NO_VAR)];
        work.write("lawbook.toml", "extends = [\"./law\"]\n");
        law.iter().chain(files).for_each(|(path, text)| work.write(path, text));
        work
    }

    /// A repository in which these files and the law are committed.
    fn new(files: &[(&str, &str)]) -> Self {
        let work = Self::without_git(files);
        work.git(&["init", "--quiet", "--initial-branch=main"]);
        work.commit("first");
        work
    }

    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("repo")
    }

    fn write(&self, path: &str, text: &str) {
        let at = self.root().join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }

    fn git(&self, args: &[&str]) {
        let names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
        let mut command = Command::new("git");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let ran = command.args(names).args(args).current_dir(self.root()).output().unwrap();
        assert!(ran.status.success(), "git {args:?}: {ran:?}");
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
    }

    fn answer_to(&self, moment: Moment) -> HookAnswer {
        let event = Event { conversation: self.conversation.clone(), call: None, cwd: Some(self.root()), moment };
        answer_in(&event, self.agent, Vec::new(), &self.environment, &self.root()).unwrap()
    }

    fn start(&self) -> HookAnswer {
        self.answer_to(Moment::Start)
    }

    fn before(&self, path: &str) -> HookAnswer {
        let edit = AgentEdit { path: path.into(), old: OldText::Unknown };
        self.answer_to(Moment::Before(Action::Edit(vec![edit])))
    }

    fn shell(&self, line: &str) -> HookAnswer {
        self.answer_to(Moment::Before(Action::Shell(line.to_owned())))
    }

    /// Writes a file, and tells of an edit with this older text.
    fn edit(&self, path: &str, text: &str, old: OldText) -> HookAnswer {
        self.write(path, text);
        let edit = AgentEdit { path: self.root().join(path), old };
        self.answer_to(Moment::After(Action::Edit(vec![edit])))
    }

    fn stop(&self) -> HookAnswer {
        self.answer_to(Moment::Stop { is_repeated: false })
    }

    fn stop_again(&self) -> HookAnswer {
        self.answer_to(Moment::Stop { is_repeated: true })
    }

    /// The files of the state.
    fn state_files(&self) -> Vec<PathBuf> {
        let folder = self.root().join(".git/lawbook");
        let found = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        found.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect()
    }
}

fn whole(text: &str) -> OldText {
    OldText::Whole(Some(text.to_owned()))
}

fn piece(old: &str, new: &str) -> OldText {
    OldText::Pieces(vec![ReplacedPiece { old: old.to_owned(), new: new.to_owned(), is_everywhere: false }])
}

/// Asserts the kind of an answer, and the texts that it holds; one with `!` at its start must not be there.
#[track_caller]
fn check(answer: &HookAnswer, kind: &str, texts: &[&str]) {
    let (found, text) = match answer {
        HookAnswer::Nothing => ("nothing", ""),
        HookAnswer::Context(text) => ("context", &**text),
        HookAnswer::Deny(text) => ("deny", &**text),
        HookAnswer::Ask(text) => ("ask", &**text),
        HookAnswer::Findings(text) => ("findings", &**text),
        HookAnswer::GoOn(text) => ("go on", &**text),
        HookAnswer::Failed(text) => ("failed", &**text),
    };
    assert_eq!(found, kind, "{answer:?}");
    for expected in texts {
        let is_there =
            expected.strip_prefix('!').map_or_else(|| text.contains(expected), |other| !text.contains(other));
        assert!(is_there, "{expected}: {text}");
    }
}

#[test]
fn an_edit_is_answered_with_what_it_has_brought() {
    let old = "var a = 1\n";
    for old_text in [whole(old), piece("f()\n", "f()\ndebugger\n"), OldText::Unknown] {
        let before = "var a = 1\nf()\n";
        let work = AgentWork::new(&[("a.ts", before)]);
        work.start();
        let old_text = if old_text == whole(old) { whole(before) } else { old_text };
        let answer = work.edit("a.ts", "var a = 1\nf()\ndebugger\n", old_text.clone());
        check(
            &answer,
            "findings",
            &["a.ts warning no-debugger", "3:1 | debugger", "verify: lawbook check --changed a.ts", "!no-var"],
        );
        check(&work.edit("a.ts", before, OldText::Unknown), "nothing", &[]);
    }
}

#[test]
fn findings_that_were_told_are_not_told_after_the_next_edit() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.write("a.ts", "f()\nvar a = 1\n");
    work.start();
    check(&work.edit("a.ts", "f()\nvar a = 1\ndebugger\n", OldText::Unknown), "findings", &["no-debugger", "!no-var"]);
    check(&work.edit("a.ts", "f()\nvar a = 1\ndebugger\ng()\n", OldText::Unknown), "nothing", &[]);
    check(&work.edit("a.ts", "var b = 2\nf()\nvar a = 1\n", OldText::Unknown), "findings", &["var b = 2", "!var a"]);
}

#[test]
fn an_edit_that_breaks_a_file_is_told() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    check(&work.edit("a.ts", "f(\n", whole("f()\n")), "findings", &["parse-error"]);
    check(&work.edit("a.ts", "f(\n\n", whole("f(\n")), "nothing", &[]);
}

#[test]
fn files_that_no_check_reads_are_no_matter() {
    let work = AgentWork::new(&[("b.ts", "f()\n")]);
    work.write("lawbook.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"gen\"]\n");
    for path in ["a.txt", "gen/a.ts", "node_modules/a.ts", "law/x.ts.bak", "../outside.ts"] {
        check(&work.edit(path, "debugger\n", OldText::Unknown), "nothing", &[]);
    }
    let gone = AgentEdit { path: "gone.ts".into(), old: whole("debugger\n") };
    check(&work.answer_to(Moment::After(Action::Edit(vec![gone]))), "nothing", &[]);
    let folder = AgentEdit { path: "law".into(), old: OldText::Unknown };
    check(&work.answer_to(Moment::After(Action::Edit(vec![folder]))), "nothing", &[]);
}

#[test]
fn the_files_of_one_patch_have_one_answer() {
    let work = AgentWork::new(&[("a.ts", "f()\n"), ("sub/b.ts", "f()\n")]);
    work.write("a.ts", "debugger\n");
    work.write("sub/b.ts", "debugger\n");
    let edits = ["a.ts", "sub/b.ts", "/nowhere/c.ts"].map(|path| AgentEdit { path: path.into(), old: whole("f()\n") });
    let answer = work.answer_to(Moment::After(Action::Edit(edits.to_vec())));
    check(&answer, "findings", &["a.ts warning", "sub/b.ts warning", "2 warnings in 2 files"]);
}

#[test]
fn an_edit_without_git_is_compared_with_its_older_text() {
    let work = AgentWork::without_git(&[("a.ts", "f()\n")]);
    check(
        &work.edit("a.ts", "f()\ndebugger\n", whole("f()\n")),
        "findings",
        &["no-debugger", "verify: lawbook check a.ts"],
    );
    check(&work.stop(), "nothing", &[]);
}

#[test]
fn the_laws_of_a_path_are_told_once() {
    let work = AgentWork::new(&[]);
    let texts = [
        "the law for a.ts:",
        "- error no-var: Declare with const or let. Do: Write `let`.",
        "- warning no-debugger",
        "Do: Delete the statement.",
        "!of no use",
    ];
    let answer = work.before("a.ts");
    check(&answer, "context", &texts);
    let HookAnswer::Context(text) = answer else { return };
    assert!(text.find("no-var") < text.find("no-debugger"), "{text}");
    check(&work.before("a.ts"), "nothing", &[]);
    check(&work.before("b.ts"), "nothing", &[]);
    check(&work.before("a.txt"), "nothing", &[]);
    work.start();
    check(&work.before("a.ts"), "context", &["the law for a.ts:"]);
    work.write("sub/lawbook.toml", "extends = [\"./law\"]\n");
    work.write("sub/law/no-eval.md", &NO_DEBUGGER.replace("debugger", "eval($A)").replace("breakpoint", "eval"));
    check(&work.before("sub/c.ts"), "context", &["in addition", "no-eval", "!no-var"]);
}

#[test]
fn a_stop_is_answered_with_everything_since_the_start() {
    let work = AgentWork::new(&[
        ("a.ts", "var a = 1\n"),
        ("dirty.ts", "f()\n"),
        ("a.test.ts", "it(\"a\", () => { expect(1).toBe(1); });\n"),
    ]);
    work.write("dirty.ts", "f()\ndebugger\n");
    work.start();
    check(&work.stop(), "nothing", &[]);
    work.write("a.ts", "var a = 1\nvar b = 2\n");
    work.commit("by the agent");
    work.write("new.ts", "debugger\n");
    work.write("a.test.ts", "");
    let answer = work.stop();
    let texts = [
        "a.ts error no-var",
        "2:1 | var b = 2",
        "new.ts warning no-debugger",
        "1 test lost:",
        "a.test.ts:1 it(\"a\"): the test is removed",
        "verify: lawbook check --since",
        "!dirty.ts",
        "!var a = 1",
    ];
    check(&answer, "go on", &texts);
    // The same again is not said again.
    check(&work.stop_again(), "nothing", &[]);
    check(&work.stop(), "nothing", &[]);
    work.write("new.ts", "debugger\ndebugger\n");
    check(&work.stop(), "go on", &[]);
    work.write("a.ts", "var a = 1\n");
    fs::remove_file(work.root().join("new.ts")).unwrap();
    work.write("a.test.ts", "it(\"a\", () => { expect(1).toBe(1); });\n");
    check(&work.stop(), "nothing", &[]);
}

#[test]
fn suppressions_and_amended_commits_are_seen_at_a_stop() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.start();
    work.write("a.ts", "f()\n// lawbook-ignore no-var: the shell has no scopes\nvar a = 1\n");
    work.git(&["add", "a.ts"]);
    work.git(&["commit", "--quiet", "--amend", "-m", "rewritten"]);
    check(&work.stop(), "go on", &["new-suppression"]);
    let other = AgentWork::new(&[("a.ts", "f()\n")]);
    other.start();
    other.git(&["checkout", "--quiet", "--orphan", "other"]);
    other.write("a.ts", "debugger\n");
    other.commit("of its own");
    check(&other.stop(), "go on", &["no-debugger"]);
}

#[test]
fn a_law_that_cannot_be_read_any_more_is_told_at_a_stop() {
    let breaks: [&dyn Fn(&AgentWork); 4] = [
        &|work| work.write("lawbook.toml", "extends = [\n"),
        &|work| work.write("lawbook.toml", "extends = []\n"),
        &|work| work.write("lawbook.toml", "future = true\n"),
        &|work| work.write("below/lawbook.toml", "rules =\n"),
    ];
    for break_law in breaks {
        let work = AgentWork::new(&[("a.ts", "f()\n"), ("below/a.ts", "f()\n")]);
        work.start();
        work.write("below/a.ts", "debugger\n");
        break_law(&work);
        check(&work.stop(), "go on", &["weakened-law", "lawbook.toml"]);
        check(&work.stop_again(), "nothing", &[]);
        check(&work.stop(), "nothing", &[]);
    }
}

#[test]
fn a_new_suppression_of_a_low_level_is_told_once() {
    let law = "extends = [\"./law\"]\n[rules]\nnew-suppression = \"info\"\n";
    let text = "f()\n// lawbook-ignore no-var: the shell has no scopes\nvar a = 1\n";
    let by_shell = AgentWork::new(&[("a.ts", "f()\n"), ("lawbook.toml", law)]);
    by_shell.start();
    by_shell.write("a.ts", text);
    check(&by_shell.stop(), "go on", &["new-suppression"]);
    check(&by_shell.stop_again(), "nothing", &[]);
    let by_edit = AgentWork::new(&[("a.ts", "f()\n"), ("lawbook.toml", law)]);
    by_edit.start();
    check(&by_edit.edit("a.ts", text, whole("f()\n")), "findings", &["new-suppression"]);
    check(&by_edit.stop(), "nothing", &[]);
}

#[test]
fn the_settings_of_the_user_are_refused_as_those_of_the_project() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    let of_user = work.folder.path().canonicalize().unwrap().join("home/.claude/settings.json");
    check(&work.before(of_user.to_str().unwrap()), "deny", &["settings.json"]);
    check(&work.before(of_user.with_file_name("notes.md").to_str().unwrap()), "nothing", &[]);
    for home in ["~", "$HOME", "${HOME}"] {
        check(&work.shell(&format!("echo {{}} > {home}/.claude/settings.json")), "deny", &["settings.json"]);
        check(&work.shell(&format!("echo {{}} > {home}/notes.md")), "nothing", &[]);
    }
}

#[test]
fn an_agent_is_not_made_to_go_on_for_ever() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.start();
    let mut kinds = Vec::new();
    for round in 0..5 {
        work.write("a.ts", &format!("f()\n{}", "debugger\n".repeat(round + 1)));
        kinds.push(matches!(work.answer_to(Moment::Stop { is_repeated: round > 0 }), HookAnswer::GoOn(_)));
    }
    assert_eq!(kinds, [true, true, true, false, false]);
    for round in 5..20 {
        work.write("a.ts", &format!("f()\n{}", "debugger\n".repeat(round + 1)));
        kinds.push(matches!(work.stop(), HookAnswer::GoOn(_)));
    }
    assert_eq!(kinds.iter().filter(|is_going_on| **is_going_on).count(), 10);
}

#[test]
fn the_first_event_may_be_any() {
    let work = AgentWork::new(&[("a.ts", "var a = 1\n")]);
    // The edit is made when its event comes.
    let answer = work.edit("a.ts", "var a = 1\ndebugger\n", whole("var a = 1\n"));
    check(&answer, "findings", &["no-debugger"]);
    check(&work.stop(), "go on", &["no-debugger", "!no-var"]);
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    check(&work.shell("echo debugger > a.ts"), "nothing", &[]);
    work.write("a.ts", "debugger\n");
    check(&work.stop(), "go on", &["no-debugger"]);
    let before_any_commit = AgentWork::without_git(&[("a.ts", "var a = 1\n")]);
    before_any_commit.git(&["init", "--quiet"]);
    before_any_commit.start();
    before_any_commit.write("b.ts", "debugger\n");
    before_any_commit.commit("first");
    check(&before_any_commit.stop(), "go on", &["b.ts warning no-debugger", "!a.ts"]);
}

#[test]
fn any_text_is_an_id_of_a_conversation() {
    let long = "x".repeat(100_000);
    for id in [None, Some(""), Some("../../x"), Some("a/b\0c"), Some(&*long)] {
        let mut work = AgentWork::new(&[("a.ts", "f()\n")]);
        work.conversation = id.map(str::to_owned);
        work.start();
        work.write("a.ts", "debugger\n");
        check(&work.stop(), "go on", &[]);
        check(&work.stop(), "nothing", &[]);
        assert_eq!(work.state_files().len(), 1);
    }
    let mut work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.conversation = None;
    work.start();
    work.write("a.ts", "debugger\n");
    work.start();
    check(&work.stop(), "nothing", &[]);
    let mut work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.start();
    work.write("a.ts", "debugger\n");
    work.conversation = Some("another".to_owned());
    check(&work.stop(), "nothing", &[]);
    assert_eq!(work.state_files().len(), 2);
}

#[test]
fn a_damaged_state_is_made_anew_and_said() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.start();
    for text in ["", "{", "[]", "{\"version\": 7}", "\u{0}"] {
        fs::write(&work.state_files()[0], text).unwrap();
        check(&work.stop(), "failed", &["damaged"]);
        check(&work.stop(), "nothing", &[]);
    }
    fs::write(&work.state_files()[0], "{").unwrap();
    check(&work.edit("a.ts", "debugger\n", whole("f()\n")), "findings", &["damaged", "no-debugger"]);
}

#[test]
fn two_hooks_at_once_keep_what_both_say() {
    let work = AgentWork::new(&[]);
    work.start();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let work = &work;
            scope.spawn(move || {
                let path = format!("{number}.ts");
                work.edit(&path, "debugger\n", OldText::Whole(None));
            });
        }
    });
    let text = fs::read_to_string(&work.state_files()[0]).unwrap();
    assert!((0..8).all(|number| text.contains(&format!("\"{number}.ts\""))), "{text}");
}

#[test]
fn an_event_that_two_agents_report_has_one_answer() {
    let mut work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.start();
    let edit = |work: &AgentWork| work.edit("a.ts", "f()\ndebugger\n", whole("f()\n"));
    check(&edit(&work), "findings", &[]);
    work.agent = "cursor";
    work.conversation = Some("two".to_owned());
    check(&edit(&work), "nothing", &[]);
    check(&work.edit("a.ts", "f()\ndebugger\ndebugger\n", whole("f()\n")), "findings", &[]);
    check(&work.before("lawbook.toml"), "deny", &[]);
    work.agent = "copilot";
    check(&work.before("lawbook.toml"), "deny", &[]);
}

#[test]
fn a_linked_working_tree_has_a_state_of_its_own() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.git(&["worktree", "add", "--quiet", "-b", "other", "../tree"]);
    let tree = work.root().with_file_name("tree");
    let event = |moment| Event { conversation: None, call: None, cwd: Some(tree.clone()), moment };
    let answer = |moment| answer_in(&event(moment), "codex", Vec::new(), &work.environment, &work.root()).unwrap();
    answer(Moment::Start);
    fs::write(tree.join("a.ts"), "debugger\n").unwrap();
    check(&answer(Moment::Stop { is_repeated: false }), "go on", &["no-debugger"]);
    assert!(work.state_files().is_empty());
    check(&answer(Moment::Before(Action::Shell("rm -rf ../repo/.git/hooks".to_owned()))), "deny", &[]);
}

#[test]
fn two_conversations_that_end_at_once_are_both_answered() {
    let mut work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.start();
    (work.agent, work.conversation) = ("codex", Some("two".to_owned()));
    work.start();
    work.write("a.ts", "debugger\n");
    check(&work.stop(), "go on", &["no-debugger"]);
    (work.agent, work.conversation) = ("claude-code", Some("one".to_owned()));
    check(&work.stop(), "go on", &["no-debugger"]);
}

#[test]
fn code_that_no_rule_looks_at_is_named_once_at_a_stop() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.write("old.ts", "// @generated\ndebugger\n");
    work.start();
    check(&work.stop(), "nothing", &[]);
    work.write("vendor/new.ts", "debugger\n");
    work.write("made.ts", "// @generated\ndebugger\n");
    check(&work.stop(), "go on", &["  vendor: vendored", "  made.ts: generated", "!  old.ts: generated"]);
    check(&work.stop_again(), "nothing", &[]);
}

#[test]
fn a_hook_of_git_that_is_gone_is_named_at_a_stop() {
    let work = AgentWork::new(&[("a.ts", "f()\n")]);
    work.write(".git/hooks/pre-commit", "#!/bin/sh\nlawbook check --staged\n");
    work.start();
    check(&work.stop(), "nothing", &[]);
    work.write(".git/hooks/pre-commit", "#!/bin/sh\n");
    check(&work.stop(), "go on", &["the hook of git does not run lawbook any more"]);
    check(&work.stop_again(), "nothing", &[]);
}
