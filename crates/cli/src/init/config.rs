//! The text of a new `lawbook.toml`.

use lawbook_core::ir::SuppressionLimits;
use lawbook_core::settings::default_tests;

/// What differs between projects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// True if a `lawbook.toml` in a folder above holds too.
    pub(crate) is_below: bool,
    /// True if somebody works here with a coding agent.
    pub(crate) has_agents: bool,
    /// Globs of files that are generated.
    pub(crate) generated: Vec<String>,
    /// Globs of tests beside the usual ones.
    pub(crate) other_tests: Vec<String>,
}

/// The text of the file. The words in capitals are replaced.
const TEMPLATE: &str = r#"HEAD

[files]
# Not checked, even if named on the command line. `.gitignore` is honoured too. Relative to this file.
EXCLUDE
# Where tests live, for rules that treat them differently.
TESTS
# Code that nobody ships (examples, measurements, inputs of tests), for rules that leave it alone.
# examples = ["examples/**"]
# Kinds of files to skip, unless set all three: "vendored" (put there by a package manager), "minified", "generated" (a
# comment says so).
# skip = ["vendored"]
# Check the code in fenced blocks of Markdown files (`.md`, `.markdown`) too, in the language of the block's tag.
# fences = true

# The maximum number of `lawbook-ignore` comments: in all, for a rule, in a folder. Their reasons have at least
# `min_words` words, and an `until=DATE` is at most `max_days` days away.
# [suppressions]
# max = 40
# min_words = MIN_WORDS
# max_days = MAX_DAYS
# [[suppressions.budgets]]
# rule = "no-unwrap"
# files = ["src/legacy/**"]
# max = 3

[rules]
# A level is "off", "info", "warning" or "error"; options are set beside it.
# no-skipped-test = "off"
# max-function-lines = { level = "warning", max = 60 }

# Other levels for some files; later ones win.
# [[overrides]]
# files = ["scripts/**"]
# rules = { no-eval = "off" }
"#;

/// The start of a file that holds for itself.
const HEAD: &str = r#"# The law of this repository. `lawbook rules` lists what is on; `lawbook explain ID` says why; docs/configuration.md of
# lawbook has all settings, and the globs that hold without one.

# It holds for this folder and all below; a lawbook.toml in one of these says what differs there.

# Presets, and folders of rule pages of your own. "recommended" holds what every healthy code base keeps, "agents" what
# it adds to that for code that agents write: ["recommended", "agents", "./law"]
extends = [PRESETS]"#;

/// The start of a file below another one.
const HEAD_BELOW: &str = r#"# What differs in this folder. The lawbook.toml above goes on holding here, its presets and levels too: write only what
# is not the same. `lawbook config explain FILE` says what holds for a file.

# Folders of rule pages that hold here alone.
# extends = ["./law"]"#;

/// The text of a new file.
pub(crate) fn config_text(config: &Config) -> String {
    let presets = if config.has_agents { vec!["recommended", "agents"] } else { vec!["recommended"] };
    let exclude = match &config.generated[..] {
        [] => "exclude = []                            # such as [\"dist/**\", \"**/*.generated.ts\"]".to_owned(),
        globs => format!("exclude = [{}] # generated", list(globs.iter().map(String::as_str))),
    };
    let usual: Vec<&str> = default_tests().collect();
    let tests = if config.other_tests.is_empty() {
        "# tests = [\"tests/**\"]".to_owned()
    } else {
        let others = config.other_tests.iter().map(String::as_str);
        format!(
            "# The first are those that settings of test runners name, the others the usual ones.\ntests = [{}]",
            list(others.chain(usual))
        )
    };
    let limits = SuppressionLimits::default();
    TEMPLATE
        .replace("HEAD", if config.is_below { HEAD_BELOW } else { HEAD })
        .replace("PRESETS", &list(presets.into_iter()))
        .replace("EXCLUDE", &exclude)
        .replace("TESTS", &tests)
        .replace("MIN_WORDS", &limits.min_words.to_string())
        .replace("MAX_DAYS", &limits.max_days.to_string())
}

/// Globs as items of a list.
fn list<'g>(globs: impl Iterator<Item = &'g str>) -> String {
    globs.map(|glob| format!("\"{glob}\"")).collect::<Vec<_>>().join(", ")
}

/// A glob of files that tools write: the name of a folder that they lie in, or the ends of their own names.
struct Generated {
    glob: &'static str,
    folder: Option<&'static str>,
    endings: &'static [&'static str],
}

const fn folder(glob: &'static str, folder: &'static str) -> Generated {
    Generated { glob, folder: Some(folder), endings: &[] }
}

const fn endings(glob: &'static str, endings: &'static [&'static str]) -> Generated {
    Generated { glob, folder: None, endings }
}

const GENERATED: &[Generated] = &[
    folder("**/generated/**", "generated"),
    folder("**/__generated__/**", "__generated__"),
    folder("**/.next/**", ".next"),
    folder("**/.nuxt/**", ".nuxt"),
    folder("**/.svelte-kit/**", ".svelte-kit"),
    folder("**/storybook-static/**", "storybook-static"),
    endings("**/*.generated.*", &[".generated.ts", ".generated.tsx", ".generated.js", ".generated.rs"]),
    endings("**/*.gen.*", &[".gen.ts", ".gen.tsx", ".gen.js", ".gen.rs"]),
    endings("**/*_pb2*.py", &["_pb2.py", "_pb2_grpc.py"]),
    endings("**/*_pb.*", &["_pb.js", "_pb.ts"]),
    endings("**/*.pb.*", &[".pb.ts", ".pb.rs", ".pb.js"]),
    endings("**/*.bundle.js", &[".bundle.js"]),
];

/// The folder of build output; git may track it.
const OUTPUT: &str = "dist";

/// The most folders of build output that are named one by one.
const MAX_OUTPUTS: usize = 4;

/// Folders whose content is of others, or an input of tests.
const APART: [&str; 4] = ["node_modules", "vendor", "fixtures", "__fixtures__"];

/// The globs that match some of these paths, all of which are of languages that are read. A folder of build output counts
/// at the top and beside the manifest of a package: others of its name are of the code's own.
pub(crate) fn generated_globs<'p>(paths: impl Iterator<Item = &'p str>, has: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = vec![false; GENERATED.len()];
    let mut outputs: Vec<&str> = Vec::new();
    for path in paths.filter(|path| !path.split('/').any(|part| APART.contains(&part))) {
        let folders = || path.match_indices('/').map(|(end, _)| &path[..end]);
        let named = |name: &str| folders().any(|at| at.rsplit('/').next() == Some(name));
        for (found, generated) in found.iter_mut().zip(GENERATED) {
            let is_ended = generated.endings.iter().any(|ending| path.ends_with(ending));
            *found |= is_ended || generated.folder.is_some_and(named);
        }
        let output = folders().find(|at| match at.rsplit_once('/') {
            Some((above, last)) => last == OUTPUT && has(&format!("{above}/package.json")),
            None => *at == OUTPUT,
        });
        outputs.extend(output.filter(|output| outputs.last() != Some(output)));
    }
    let mut globs: Vec<String> = GENERATED
        .iter()
        .zip(found)
        .filter(|(_, found)| *found)
        .map(|(generated, _)| generated.glob.to_owned())
        .collect();
    if outputs.len() > MAX_OUTPUTS {
        globs.push(format!("**/{OUTPUT}/**"));
    } else {
        globs.extend(outputs.iter().map(|output| format!("{output}/**")));
    }
    globs
}

#[cfg(test)]
mod tests {
    use super::*;
    use lawbook_core::settings::Settings;

    #[test]
    fn the_text_holds_for_whatever_was_found() {
        let settings = Settings::parse("lawbook.toml", config_text(&Config::default())).unwrap();
        assert_eq!((settings.extends.len(), settings.files.exclude.len()), (1, 0));
        assert!(!settings.files.gives("tests"));
        let config = Config {
            is_below: false,
            has_agents: true,
            generated: vec!["dist/**".to_owned(), "**/*_pb2*.py".to_owned()],
            other_tests: vec!["checks/**".to_owned()],
        };
        let settings = Settings::parse("lawbook.toml", config_text(&config)).unwrap();
        assert_eq!((settings.extends.len(), settings.files.exclude.len()), (2, 2));
        assert_eq!(settings.files.tests.len(), default_tests().count() + 1);
        let below = Config { is_below: true, ..Config::default() };
        let settings = Settings::parse("lawbook.toml", config_text(&below)).unwrap();
        assert_eq!(settings.extends.len(), 0);
        // What is commented out would be right as well.
        let text = config_text(&Config::default());
        let is_setting = |rest: &&str| rest.contains(" = ") || rest.starts_with('[');
        let lines = text.lines().map(|line| line.strip_prefix("# ").filter(is_setting).unwrap_or(line));
        let all = lines.filter(|line| !line.starts_with("it adds to")).collect::<Vec<_>>().join("\n");
        assert_eq!(Settings::parse("lawbook.toml", all.clone()).err(), None, "{all}");
    }

    #[test]
    fn generated_files_are_known_by_their_places() {
        let globs = |paths: &[&str]| generated_globs(paths.iter().copied(), &|path| path == "packages/a/package.json");
        assert_eq!(globs(&["dist/index.js", "packages/a/dist/x.js"]), ["dist/**", "packages/a/dist/**"]);
        let many = ["a", "b", "c", "d", "e"].map(|name| format!("{name}/dist/x.js"));
        assert_eq!(generated_globs(many.iter().map(String::as_str), &|_| true), ["**/dist/**"]);
        assert_eq!(
            globs(&["a/fixtures/generated/x.ts", "src/dist/x.js", "generated.ts", "src/generate/a.ts"]),
            [""; 0]
        );
        assert_eq!(
            globs(&["a/generated/b/c.ts", "x.gen.ts", "a_pb2.py"]),
            ["**/generated/**", "**/*.gen.*", "**/*_pb2*.py"]
        );
    }
}
