//! Lines that run lawbook as a file stands, and those among them whose result does not count.

use super::lines::{HOLDING_KEYS, PROGRAM, is_makefile, is_started, is_workflow, is_yaml, places_of_program};

/// A line that runs lawbook, and whose result does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncountedLine {
    /// The line, 1-based.
    pub line: usize,
    /// The part of the file for which the result does not count.
    pub reason: String,
}

/// The lines of a file that run lawbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoorLines {
    /// The number of lines whose result counts.
    pub counted: usize,
    /// The lines whose result does not count.
    pub uncounted: Vec<UncountedLine>,
}

/// Words that print, read or do nothing, so that a command that starts with one of them does not run lawbook.
const MENTIONING: &[&str] = &["echo", "printf", ":", "true", "false", "cat", "grep", "which", "type"];

/// Commands that end well, whatever came before them.
const ENDING_WELL: &[&str] = &["true", ":", "/bin/true", "/usr/bin/true", "echo", "printf", "exit", "return"];

/// The lines of a file of CI or of hooks that run a check of lawbook. `path` counts from the top of the repository; what
/// is no YAML, JSON, TOML or makefile is taken for a script of a shell.
pub fn door_lines(path: &str, text: &str) -> DoorLines {
    let lines = commands(text);
    let script = Script::of(path, text, &lines);
    let mut found = DoorLines::default();
    let is_never_started = is_workflow(path) && !is_started(path, text) && !text.contains("workflow_call");
    for (at, (number, code)) in lines.iter().enumerate() {
        for run in runs_of(code) {
            let reason = match run {
                LineUse::Mention => Some("it is printed or quoted, not run".to_owned()),
                LineUse::Check { options, tail } => (is_never_started
                    .then(|| "no push and no pull request starts the file".to_owned()))
                .or_else(|| of_line(path, text, code, options, tail))
                .or_else(|| is_yaml(path).then(|| of_keys(text, *number))?)
                .or_else(|| script.as_ref()?.reason(&lines, at, tail)),
            };
            match reason {
                Some(reason) => found.uncounted.push(UncountedLine { line: *number, reason }),
                None => found.counted += 1,
            }
        }
    }
    found
}

/// The lines with their numbers, without comments, and with what continues a line behind a backslash.
fn commands(text: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut is_open = false;
    for (index, line) in text.lines().enumerate() {
        let code = without_comment(line).trim_end();
        let (code, continues) = code.strip_suffix('\\').map_or((code, false), |code| (code, true));
        match all.last_mut().filter(|_| is_open) {
            Some((_, before)) => before.push_str(code.trim_start()),
            None => all.push((index + 1, code.to_owned())),
        }
        is_open = continues;
    }
    all
}

/// A line without the comment of a shell or of YAML at its end, or all of it.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') && !before.is_alphanumeric() => quote = Some(c),
            None if c == '#' && before.is_whitespace() => return &line[..at],
            _ => {}
        }
        before = c;
    }
    if line.trim_start().starts_with("//") { "" } else { line }
}

/// What a line does with lawbook.
enum LineUse<'l> {
    /// It names the check, and runs another command.
    Mention,
    /// It runs the check, with these words behind the name, and the operators and commands behind it.
    Check { options: &'l str, tail: &'l str },
}

/// The checks that a line runs.
fn runs_of(code: &str) -> Vec<LineUse<'_>> {
    let mut found = Vec::new();
    for at in places_of_program(code) {
        let (before, behind) = (&code[..at], &code[at + PROGRAM.len()..]);
        let start = ["&&", "||", ";", "|", "(", "`"].iter().filter_map(|sign| Some(before.rfind(sign)? + sign.len()));
        let head = &before[start.max().unwrap_or_default()..];
        let end = operators(behind).next().map_or(behind.len(), |(end, _)| end);
        let (options, tail) = behind.split_at(end);
        // An action, or a hook of a framework, has a command of its own.
        let is_named = ["uses:", "id:", "id ="].iter().any(|key| {
            head.rfind(key)
                .is_some_and(|at| head[at..].split_whitespace().count() <= 2 + usize::from(key.ends_with('=')))
        });
        let is_check = is_named || options.split([' ', '\t', ',']).any(|word| bare(word) == "check");
        if !is_check {
            continue;
        }
        let is_key = |word: &str| word.ends_with([':', '=', '-', '{', '[']) || word.contains('=');
        let mut words = head.split([' ', '\t']).filter(|word| !word.is_empty() && (*word == ":" || !is_key(word)));
        let first = words.next().map(bare).unwrap_or_default();
        let is_mention = !is_named && MENTIONING.contains(&first);
        found.push(if is_mention { LineUse::Mention } else { LineUse::Check { options, tail } });
    }
    found
}

/// A word without quotes and without the signs of lists around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| matches!(c, '"' | '\'' | ',' | '[' | ']' | '{' | '}' | '(' | ')' | '@'))
}

/// The operators of a shell in a text, with their places.
fn operators(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + text[from..].find(['|', '&', ';'])?;
        let sign = ["||", "&&", "|&", ";;"].into_iter().find(|sign| text[at..].starts_with(sign));
        let sign = sign.unwrap_or(&text[at..=at]);
        from = at + sign.len();
        let is_redirection = sign == "&" && (text[..at].ends_with(['>', '<']) || text[from..].starts_with('>'));
        Some((at, if is_redirection { "" } else { sign }))
    })
    .filter(|(_, sign)| !sign.is_empty())
}

/// The reason in the line itself.
fn of_line(path: &str, text: &str, code: &str, options: &str, tail: &str) -> Option<String> {
    // With reviewdog, lawbook reports and reviewdog decides.
    let is_decided_behind = tail.contains("reviewdog");
    if options.split_whitespace().any(|word| bare(word) == "--exit-zero") && !is_decided_behind {
        return Some("`--exit-zero` has it end well".to_owned());
    }
    if is_makefile(path) && code.trim_start().trim_start_matches('@').starts_with('-') {
        return Some("make ignores the failure of a command with `-`".to_owned());
    }
    let signs: Vec<(usize, &str)> = operators(tail).collect();
    for (index, (at, sign)) in signs.iter().enumerate() {
        let all = tail[at + sign.len()..].trim();
        let end = signs.get(index + 1).map_or(tail.len(), |(next, _)| *next);
        let command = tail[at + sign.len()..end].trim();
        match *sign {
            "||" => {
                return ends_well(all).then(|| format!("`|| {}` is behind it", all.trim_end_matches(['"', '\'', ','])));
            }
            ";" if !is_yaml(path) && ["true", ":", "exit 0"].contains(&bare(command)) => {
                return Some(format!("`; {}` is behind it", bare(command)));
            }
            "|" | "|&" if !is_decided_behind && passes_no_failure_on(path, text) => {
                return Some(format!("`| {}` is behind it, and decides without `pipefail`", bare(command)));
            }
            "&" if command.is_empty() => return Some("it runs in the background".to_owned()),
            _ => {}
        }
    }
    None
}

/// True if the last command of a pipe alone decides.
fn passes_no_failure_on(path: &str, text: &str) -> bool {
    (is_workflow(path) || !is_yaml(path)) && !text.contains("pipefail") && !text.contains("shell: bash")
}

/// True if commands end well in whatever way they begin.
fn ends_well(commands: &str) -> bool {
    let mut words =
        commands.split([' ', '\t', ';', '{', '}', '(', ')']).map(bare).filter(|word| !word.is_empty()).peekable();
    let first = words.peek().copied().unwrap_or_default();
    while let Some(word) = words.next() {
        if matches!(word, "exit" | "return") {
            return words.peek() == Some(&"0");
        }
    }
    ENDING_WELL.contains(&first)
}

/// The reason in the keys of YAML that hold for a line: beside it, and beside what it is below. Commands above it in the
/// same list or block are read too.
fn of_keys(text: &str, number: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(without_comment).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_blank = |line: &str| line.trim().is_empty();
    let mut at = number - 1;
    let mut column = indent(lines.get(at)?);
    let mut is_first = true;
    loop {
        // An item of a list is the item and, below it, a map that starts behind the dash.
        let inner = lines[at].trim_start().strip_prefix("- ").map(|rest| column + 2 + indent(rest));
        for column in inner.into_iter().chain([column]) {
            let is_item = |line: &str| line.trim_start().starts_with("- ");
            let start = if inner == Some(column) {
                at
            } else {
                let above = lines[..at].iter().enumerate().rev().filter(|(_, line)| !is_blank(line));
                let mut start = at;
                for (index, line) in above {
                    let own = if is_item(line) { indent(line) + 2 } else { indent(line) };
                    if indent(line) < column && own != column {
                        break;
                    }
                    start = index;
                    if own == column && indent(line) < column {
                        break;
                    }
                }
                start
            };
            let below = lines[at + 1..].iter().take_while(|line| is_blank(line) || indent(line) >= column).count();
            for (index, line) in lines.iter().enumerate().take(at + below + 1).skip(start) {
                let dash = if inner == Some(column) || indent(line) < column {
                    line.trim_start().strip_prefix("- ")
                } else {
                    None
                };
                let key = dash.map_or(line.trim(), str::trim);
                let own = dash.map_or(indent(line), |rest| indent(line) + 2 + indent(rest));
                if own != column {
                    continue;
                }
                let plain: String = key.to_ascii_lowercase().chars().filter(|c| !matches!(c, '"' | '\'')).collect();
                let plain = plain.replace("${{", "").replace("}}", "").split_whitespace().collect::<Vec<_>>().join(" ");
                if let Some(held) = HOLDING_KEYS.iter().find(|held| plain.starts_with(*held)) {
                    return Some(format!("`{held}` holds for it"));
                }
                let command = key.strip_prefix("- ").unwrap_or(key).trim();
                if is_first && index < number - 1 && (command == "set +e" || command == "exit 0" || command == "exit") {
                    return Some(format!("`{command}` is above it"));
                }
            }
        }
        let parent = lines[..at].iter().rposition(|line| !is_blank(line) && indent(line) < column)?;
        is_first = false;
        column = indent(lines[parent]);
        at = parent;
    }
}

/// A script of a shell, line by line.
struct Script {
    /// The number of blocks around each line.
    depths: Vec<usize>,
    /// True if the first failure ends it.
    fails_fast: bool,
}

impl Script {
    /// `None` for a file that is no script.
    fn of(path: &str, text: &str, lines: &[(usize, String)]) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_other =
            [".json", ".toml", ".js", ".cjs", ".mjs", ".ts", ".pkl", "rc"].iter().any(|end| name.ends_with(end));
        if is_yaml(path)
            || is_other
            || is_makefile(path)
            || name.eq_ignore_ascii_case("jenkinsfile")
            || name.ends_with("ustfile")
        {
            return None;
        }
        let mut depth = 0_usize;
        let mut depths = Vec::new();
        for (_, code) in lines {
            let code = code.trim();
            let first = code.split([' ', ';']).next().unwrap_or_default();
            let closes = matches!(first, "fi" | "done" | "esac" | "}" | ")");
            depth = depth.saturating_sub(usize::from(closes));
            depths.push(depth);
            let opens =
                matches!(first, "if" | "for" | "while" | "until" | "case") || code.ends_with('{') || code == "(";
            let is_whole = ["; fi", "; done", ";fi", "esac"].iter().any(|end| code.ends_with(end));
            depth += usize::from(opens && !is_whole);
        }
        // husky runs its scripts with `-e`.
        let is_husky = path.split('/').any(|part| part == ".husky");
        let shebang = text.lines().next().filter(|line| line.starts_with("#!")).unwrap_or_default();
        let sets = |line: &str| {
            line.trim().strip_prefix("set -").is_some_and(|options| {
                options.split(' ').next().is_some_and(|first| first.contains('e')) || options.contains("errexit")
            })
        };
        let fails_fast = (is_husky || shebang.contains(" -e") || text.lines().any(sets))
            && !text.lines().any(|line| line.trim() == "set +e");
        Some(Self { depths, fails_fast })
    }

    /// The reason in the lines above and below.
    fn reason(&self, lines: &[(usize, String)], at: usize, tail: &str) -> Option<String> {
        let ends = |code: &str| {
            let first = code.split([' ', ';']).next().unwrap_or_default();
            matches!(first, "exit" | "exec")
                && !code.contains("||")
                && !code.contains("&&")
                && !code.starts_with("exec >")
        };
        let above = lines[..at].iter().zip(&self.depths).find(|((_, code), depth)| **depth == 0 && ends(code.trim()));
        if let Some(((number, code), _)) = above {
            return Some(format!("`{}` in line {number} ends the script before it", code.trim()));
        }
        let is_decided = self.fails_fast || tail.contains("||");
        let code = lines[at].1.trim();
        let trap = lines[..at].iter().find(|(_, code)| code.trim().starts_with("trap ") && code.contains("exit 0"));
        if let Some((number, code)) = trap {
            return Some(format!("`{}` in line {number} has the script end well", code.trim()));
        }
        if is_decided {
            return None;
        }
        let condition = code.split("then").next().filter(|condition| condition.starts_with("if "));
        if condition.is_some_and(|condition| !condition.starts_with("if !") && condition.contains(" check")) {
            let rest = lines[at + 1..].iter().map(|(_, code)| code.as_str()).chain([tail]);
            let mut words = rest.flat_map(|code| code.split([' ', '\t', ';']));
            let is_used = words.any(|word| matches!(word, "else" | "elif" | "exit" | "return" | "false"));
            return (!is_used).then(|| "it is a condition, and nothing fails where it fails".to_owned());
        }
        if ["if ", "while ", "until ", "!", "elif "].iter().any(|start| code.starts_with(start)) {
            return None;
        }
        let mut below =
            lines[at + 1..].iter().zip(&self.depths[at + 1..]).filter(|((_, code), _)| !code.trim().is_empty());
        if below.clone().any(|((_, code), _)| code.contains("$?")) {
            return None;
        }
        let decides = |depth: usize, code: &str| match self.depths[at] {
            0 => true,
            _ => depth == 0 && code.trim() == "exit 0",
        };
        let ((number, code), _) = below.find(|((_, code), depth)| decides(**depth, code))?;
        Some(format!("the script goes on behind it: `{}` in line {number} decides", code.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, counted: usize, reasons: &[&str]) {
        let found = door_lines(path, text);
        let all: Vec<&str> = found.uncounted.iter().map(|line| line.reason.as_str()).collect();
        assert_eq!((found.counted, all.len()), (counted, reasons.len()), "{text}: {all:?}");
        for (reason, expected) in all.iter().zip(reasons) {
            assert!(reason.contains(expected), "no {expected:?} in {reason:?}: {text}");
        }
    }

    #[test]
    fn scripts_say_what_counts() {
        let hook = ".git/hooks/pre-commit";
        for text in [
            "#!/bin/sh\nlawbook check --staged\n",
            "lawbook check --staged || exit\nnpm test\n",
            "lawbook check --staged || exit 1\nexit 0\n",
            "set -e\nlawbook check --staged\nnpm test\n",
            "lawbook check --staged\nrc=$?\nexit $rc\n",
            "lawbook check --staged || { echo no >&2; exit 1; }\n",
            "if [ -n \"$CI\" ]; then\n  exit 0\nfi\nlawbook check --staged\n",
            "if command -v lawbook >/dev/null 2>&1; then\n  lawbook check --staged || exit\nelse\n  exit 1\nfi\nnpm test\n",
            "if ! lawbook check --staged; then\n  exit 1\nfi\nexit 0\n",
            "if [ -x a ]; then lawbook check --staged; fi\n",
            "lawbook check --staged \\\n  --fail-level warning\n",
            "npx lawbook@0.1.0 check --staged 2>&1\n",
        ] {
            check(hook, text, 1, &[]);
        }
        check(hook, "lawbook check --staged || true\n", 0, &["`|| true`"]);
        check(hook, "lawbook check --staged || { echo oops; }\n", 0, &["`|| {"]);
        check(hook, "lawbook check --staged \\\n  || :\n", 0, &["`|| :`"]);
        check(hook, "lawbook check --staged --exit-zero\n", 0, &["--exit-zero"]);
        check(hook, "#!/bin/sh\nexit 0\nlawbook check --staged || exit\n", 0, &["`exit 0` in line 2"]);
        check(hook, "exec ./other\nlawbook check --staged\n", 0, &["`exec ./other`"]);
        check(hook, "lawbook check --staged\nnpm test\n", 0, &["`npm test` in line 2 decides"]);
        check(hook, "lawbook check --staged && echo good\nnpm test\n", 0, &["`npm test` in line 2 decides"]);
        check(hook, "if x; then\n  lawbook check --staged\nfi\nexit 0\n", 0, &["`exit 0` in line 4"]);
        check(hook, "lawbook check --staged | tail\n", 0, &["pipefail"]);
        check(hook, "if lawbook check --staged; then\n  echo good\nfi\n", 0, &["it is a condition"]);
        check(hook, "trap 'exit 0' EXIT\nlawbook check --staged\n", 0, &["has the script end well"]);
        check(hook, "lawbook check --staged; true\n", 0, &["`; true`"]);
        check(hook, "lawbook check --staged &\n", 0, &["background"]);
        check(hook, "echo lawbook check --staged\n", 0, &["printed"]);
        check(hook, "true # lawbook check --staged\n# lawbook check\n", 0, &[]);
        check(".husky/pre-commit", "lawbook check --staged\nnpm test\n", 1, &[]);
        check("Makefile", "lint:\n\t-lawbook check\n", 0, &["make ignores"]);
        check(
            "package.json",
            "{\n  \"lint\": \"lawbook check || true\",\n  \"law\": \"lawbook check\"\n}\n",
            1,
            &["`|| true`"],
        );
    }

    #[test]
    fn workflows_say_what_counts() {
        let ci = |steps: &str| format!("on: [push]\njobs:\n  law:\n    runs-on: x\n    steps:\n{steps}");
        let check =
            |text: &str, counted: usize, reasons: &[&str]| check(".github/workflows/a.yml", text, counted, reasons);
        check(&ci("      - run: lawbook check --since x\n      - run: b\n        continue-on-error: true\n"), 1, &[]);
        check(&ci("      - continue-on-error: true\n        run: b\n      - run: lawbook check\n"), 1, &[]);
        check(&ci("      - if: github.event_name == 'push'\n        run: lawbook check\n"), 1, &[]);
        check(&ci("      - uses: a/lawbook@v1\n"), 1, &[]);
        check(&ci("      - run: |\n          npm test\n          lawbook check\n          npm run x\n"), 1, &[]);
        check(&ci("      - run: lawbook check --exit-zero --format rdjson | reviewdog -f=rdjson\n"), 1, &[]);
        check(&ci("      - run: echo lawbook check\n"), 0, &["printed"]);
        check(&ci("      - run: \"true\" # lawbook check\n"), 0, &[]);
        check(&ci("      - run: lawbook check || true\n"), 0, &["`|| true`"]);
        check(&ci("      - run: \"lawbook check || true\"\n"), 0, &["`|| true`"]);
        check(&ci("      - run: lawbook check --exit-zero\n"), 0, &["--exit-zero"]);
        check(&ci("      - run: lawbook check\n        continue-on-error: true\n"), 0, &["continue-on-error"]);
        check(&ci("      - continue-on-error: true\n        run: lawbook check\n"), 0, &["continue-on-error"]);
        check(
            &ci("      - name: a\n        continue-on-error: true\n        run: |\n          lawbook check\n"),
            0,
            &["continue-on-error"],
        );
        check(
            &ci("      - run: lawbook check\n").replace("    runs-on: x", "    continue-on-error: 'true'"),
            0,
            &["continue-on-error"],
        );
        check(
            &ci("      - run: lawbook check\n").replace("    runs-on: x", "    if: ${{ false }}"),
            0,
            &["`if: false`"],
        );
        check(&ci("      - run: |\n          set +e\n          lawbook check\n"), 0, &["`set +e`"]);
        check(
            &ci("      - run: lawbook check\n").replace("[push]", "workflow_dispatch"),
            0,
            &["no push and no pull request"],
        );
        check(&ci("      - run: lawbook check\n").replace("[push]", "workflow_call"), 1, &[]);
    }

    #[test]
    fn other_files_say_what_counts() {
        let gitlab = "test:\n  script: [npm test]\n  allow_failure: true\nlaw:\n  script:\n    - lawbook check\n";
        check(".gitlab-ci.yml", gitlab, 1, &[]);
        check(".gitlab-ci.yml", &format!("{gitlab}  allow_failure: true\n"), 0, &["allow_failure: true"]);
        let hooks = "repos:\n- repo: local\n  hooks:\n  - id: lawbook\n    entry: lawbook check --pre-commit\n";
        check(".pre-commit-config.yaml", hooks, 2, &[]);
        check(
            ".pre-commit-config.yaml",
            &format!("{hooks}    stages: [manual]\n"),
            0,
            &["stages: [manual", "stages: [manual"],
        );
        check("lefthook.yml", "pre-commit:\n  jobs:\n    - run: lawbook check --staged\n", 1, &[]);
        check(
            "lefthook.yml",
            "pre-commit:\n  jobs:\n    - run: lawbook check --staged\n      skip: true\n",
            0,
            &["skip: true"],
        );
    }
}
