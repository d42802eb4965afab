//! Edits as people type them: the changes between versions of a file, lines typed again, and words changed in place.

use std::path::Path;
use std::process::{Command, Stdio};

use imara_diff::{Algorithm, Diff, InternedInput};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

use crate::chance::Chance;
use crate::editor::text::{TextChange, floor_border};

/// The most keystrokes of one replaced piece of text; what is left of it then comes at once, as from the clipboard.
const MAX_KEYSTROKES: usize = 40;

/// The most characters that are deleted one by one.
const MAX_BACKSPACES: usize = 8;

/// The number of lines of the first version that is typed, where the history has one.
const MIN_LINES: usize = 2800;

/// A text, and the changes that follow each other from it on.
#[derive(Clone, Debug)]
pub struct EditScript {
    /// The name of the file.
    pub name: String,
    /// The text before the first edit.
    pub start: String,
    /// The edits.
    pub edits: Vec<ScriptedEdit>,
}

/// A change, and whether the text after it is read by the strict parser without an error.
#[derive(Clone, Debug)]
pub struct ScriptedEdit {
    /// The change.
    pub change: TextChange,
    /// True if the strict parser reads the text after the change as a whole, and without an error.
    pub holds: bool,
}

impl EditScript {
    /// A script of at most a number of these changes, each classified.
    fn of(name: &str, start: String, changes: Vec<TextChange>, most: usize) -> Self {
        let mut text = start.clone();
        let mut edits = Vec::new();
        for change in changes.into_iter().take(most) {
            change.apply(&mut text);
            edits.push(ScriptedEdit { holds: holds(name, &text), change });
        }
        Self { name: name.to_owned(), start, edits }
    }

    /// The text after a number of edits.
    pub fn text_after(&self, count: usize) -> String {
        let mut text = self.start.clone();
        for edit in self.edits.iter().take(count) {
            edit.change.apply(&mut text);
        }
        text
    }

    /// The number of edits after which the strict parser holds.
    pub fn holding(&self) -> usize {
        self.edits.iter().filter(|edit| edit.holds).count()
    }
}

/// True if the strict parser reads a text as a whole and without an error.
pub fn holds(name: &str, text: &str) -> bool {
    SourceFile::new(RelPath::new(name), text)
        .ok()
        .and_then(|source| language::lower_strict(source).ok())
        .is_some_and(|lowered| lowered.problems.is_empty() && lowered.degraded.is_empty())
}

/// The changes between the last versions of a file in a git repository, typed.
pub fn from_history(repository: &Path, path: &str, most: usize, chance: &mut Chance) -> Result<EditScript, String> {
    let log = git(repository, &["log", "--no-merges", "--format=%H", "-n", "150", "HEAD", "--", path])?;
    let mut versions = Vec::new();
    for commit in log.lines() {
        // A commit that deletes the file, or a clone that lacks the blob, has no text.
        versions.extend(git(repository, &["show", &format!("{commit}:{path}")]));
    }
    versions.reverse();
    // From where the file is as long as it is to be measured.
    let first_long = versions.iter().position(|version: &String| version.lines().count() >= MIN_LINES);
    versions.drain(..first_long.unwrap_or(0));
    let (Some(start), Some(name)) = (versions.first().cloned(), path.rsplit('/').next()) else {
        return Err(format!("{path} has no versions in {}", repository.display()));
    };
    let mut changes = Vec::new();
    for pair in versions.windows(2) {
        if changes.len() >= most {
            break;
        }
        changes.extend(typed_difference(&pair[0], &pair[1], chance));
    }
    Ok(EditScript::of(name, start, changes, most))
}

/// Lines of a text that are cut and typed again, and words into which letters are typed and deleted again.
pub fn retyped(name: &str, text: &str, most: usize, chance: &mut Chance) -> EditScript {
    let mut changes = Vec::new();
    let mut now = text.to_owned();
    while changes.len() < most {
        let made = if chance.percent(50) { retyped_line(&now, chance) } else { changed_word(&now, chance) };
        for change in &made {
            change.apply(&mut now);
        }
        changes.extend(made);
    }
    EditScript::of(name, text.to_owned(), changes, most)
}

/// The letters that are typed into a word and deleted again: such a text is whole all the time.
pub fn inside_words(name: &str, text: &str, most: usize, chance: &mut Chance) -> EditScript {
    let mut changes = Vec::new();
    while changes.len() < most {
        changes.extend(changed_word(text, chance));
    }
    EditScript::of(name, text.to_owned(), changes, most)
}

/// The changes that make one text of another one.
fn typed_difference(old: &str, new: &str, chance: &mut Chance) -> Vec<TextChange> {
    let input: InternedInput<&str> = InternedInput::new(old, new);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let (old_starts, new_starts) = (offsets(old), offsets(new));
    let mut changes = Vec::new();
    // By this much, places behind the hunks that are done already have moved.
    let mut moved = 0_isize;
    for hunk in diff.hunks() {
        let before = old_starts[hunk.before.start as usize]..old_starts[hunk.before.end as usize];
        let after = new_starts[hunk.after.start as usize]..new_starts[hunk.after.end as usize];
        let at = before.start.saturating_add_signed(moved);
        changes.extend(typed(at, &old[before.clone()], &new[after.clone()], chance));
        moved += after.len().cast_signed() - before.len().cast_signed();
    }
    changes
}

/// The offset of each line that ends with LF, and the length of the text.
fn offsets(text: &str) -> Vec<usize> {
    let mut offsets = vec![0];
    offsets.extend(text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    }));
    offsets
}

/// The keystrokes that replace a piece of text at a place by another one.
fn typed(at: usize, old: &str, new: &str, chance: &mut Chance) -> Vec<TextChange> {
    let same = old.bytes().zip(new.bytes()).take_while(|(one, other)| one == other).count();
    let prefix = floor_border(old, same).min(floor_border(new, same));
    let (old, new) = (&old[prefix..], &new[prefix..]);
    let suffix: usize = old
        .chars()
        .rev()
        .zip(new.chars().rev())
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one.len_utf8())
        .sum();
    let (old, mut new) = (&old[..old.len() - suffix], &new[..new.len() - suffix]);
    let mut at = at + prefix;
    let mut changes = Vec::new();
    if old.chars().count() <= MAX_BACKSPACES {
        let deleted = old.char_indices().rev();
        changes.extend(deleted.map(|(start, character)| deletion(at + start, character.len_utf8())));
    } else {
        changes.push(deletion(at, old.len()));
    }
    for keystroke in 0..=MAX_KEYSTROKES {
        // Mostly one character, now and then a few as with completion or a key that is held.
        let characters = if chance.percent(75) { 1 } else { 2 + chance.below(4) };
        let length = new.char_indices().nth(characters).map_or(new.len(), |(end, _)| end);
        let length = if keystroke == MAX_KEYSTROKES { new.len() } else { length };
        // An editor types a line end as a whole.
        let length = length + usize::from(new[..length].ends_with('\r') && new[length..].starts_with('\n'));
        if length == 0 {
            break;
        }
        changes.push(TextChange { span: at..at, text: new[..length].to_owned() });
        at += length;
        new = &new[length..];
    }
    changes
}

fn deletion(at: usize, length: usize) -> TextChange {
    TextChange { span: at..at + length, text: String::new() }
}

/// A line that is cut and typed again.
fn retyped_line(text: &str, chance: &mut Chance) -> Vec<TextChange> {
    let starts = offsets(text);
    let line = chance.below(starts.len() - 1);
    let span = starts[line]..starts[line + 1];
    let content = text[span.clone()].trim_end_matches(['\r', '\n']);
    let code = content.trim_start();
    let at = span.start + content.len() - code.len();
    if code.is_empty() {
        return Vec::new();
    }
    let mut changes = vec![deletion(at, code.len())];
    changes.extend(typed(at, "", code, chance));
    changes
}

/// Letters that are typed into a word, and deleted again one by one.
fn changed_word(text: &str, chance: &mut Chance) -> Vec<TextChange> {
    let at = floor_border(text, chance.below(text.len().max(1)));
    let is_letter = |letter: char| letter.is_ascii_lowercase();
    let Some(word) = text[at..].find(is_letter).map(|start| at + start) else { return Vec::new() };
    let length = text[word..].find(|letter| !is_letter(letter)).unwrap_or(text.len() - word);
    // A short word is often a keyword.
    if length < 7 {
        return Vec::new();
    }
    let middle = word + length / 2;
    let count = 1 + chance.below(5);
    let letter = |number: usize| char::from(b'a' + (number % 26) as u8).to_string();
    let typed = (0..count).map(|number| TextChange { span: middle + number..middle + number, text: letter(number) });
    let deleted = (0..count).rev().map(|number| deletion(middle + number, 1));
    typed.chain(deleted).collect()
}

fn git(repository: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(repository)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("git could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("git {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim_end()));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("git {}: {error}", args.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_typed(old: &str, new: &str) {
        let mut text = old.to_owned();
        for change in typed_difference(old, new, &mut Chance::new(1)) {
            change.apply(&mut text);
        }
        assert_eq!(text, new);
    }

    #[test]
    fn typed_changes_make_the_new_text() {
        check_typed("a\nb\nc\n", "a\nc\nd\n");
        check_typed("", "x\r\ny");
        check_typed("let a = 'ä';\nlet b;\n", "let a = 'äö';\n\nlet c;\nlet b\n");
        check_typed("one\ntwo\nthree\nfour\n", &format!("zero\none\n{}\nfour", "x".repeat(300)));
    }

    #[test]
    fn words_keep_a_text_whole() {
        let text = "export function aLongerName(value: number) {\n  return value;\n}\n".repeat(3);
        let script = inside_words("a.ts", &text, 30, &mut Chance::new(1));
        assert_eq!((script.edits.len(), script.holding()), (30, 30));
        let script = retyped("a.ts", &text, 300, &mut Chance::new(1));
        assert!((1..300).contains(&script.holding()), "{}", script.holding());
    }
}
