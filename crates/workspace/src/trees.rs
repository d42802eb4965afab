//! The syntax trees of one file, as rules get them.

use std::path::Path;
use std::sync::Arc;

use lawbook_core::engine::Contexts;
use lawbook_core::ir::{Dialect, FileContext, FileInput, Lowered};
use lawbook_core::language;
use lawbook_core::mistake::{Mistake, MistakeList, unknown_name_help};
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::settings::{Settings, SettingsLayer};
use lawbook_core::source::{DecodeError, RelPath, SourceFile};

use crate::config;
use crate::files::DiskFiles;
use crate::filter::FileFilter;
use crate::law_tree::LawTree;
use crate::paths::{self, RootPaths};
use crate::system_error::system_message;

/// Parses the file `typed`, a path relative to `cwd`, with the settings of its root. `language`, the name of a dialect
/// or the tag of a fenced block, overrides the extension of the file.
///
/// # Errors
/// The file cannot be read or decoded, its language is unknown, or the `lawbook.toml` of its root has mistakes.
pub fn lower_file(cwd: &Path, typed: &Path, language: Option<&str>) -> Result<Lowered, MistakeList> {
    Ok(language::lower(input(&paths::working_directory(cwd)?, typed, language)?))
}

/// Reads a file and determines its dialect.
fn input(cwd: &Path, typed: &Path, language: Option<&str>) -> Result<FileInput, Vec<Mistake>> {
    let shown = typed.display();
    let refuse = |why: &str| vec![Mistake::new(format!("`{shown}` cannot be inspected: {why}"))];
    let at = paths::locate(cwd, typed).map_err(|error| refuse(&system_message(&error)))?;
    let metadata = at.metadata().map_err(|error| refuse(&system_message(&error)))?;
    if !metadata.is_file() {
        return Err(refuse("it is not a file"));
    }
    let bytes = std::fs::read(&at).map_err(|error| refuse(&system_message(&error)))?;
    // The settings for it, and the files that may declare it, decide if it is a test file.
    let (root, paths) = RootPaths::find(cwd, std::slice::from_ref(&at));
    let nested = config::above(&LawTree::Disk, paths.root(), at.parent());
    let layers = config::read_settings(&root, &paths, &nested)?;
    let (path, _) = paths.below(&at).ok_or_else(|| refuse("it lies outside of the root"))?;
    let context = context(&path, &paths, &layers)?;
    let source = SourceFile::decode(path, &bytes).map_err(|error| match error {
        DecodeError::NotText => refuse("it is neither UTF-8 nor UTF-16 with a mark"),
        DecodeError::TooLarge => refuse("it has 4 GiB or more"),
    })?;
    let mut input = FileInput::from(source);
    (input.context.test, input.context.example) = (context.test, context.example);
    // The code embedded in a host file is shown even if the settings exclude it from checks.
    input.context.dialect = input.context.dialect.or_else(|| language::host_of_path(input.source.path()));
    if let Some(name) = language {
        input.context.dialect = Some(dialect(name)?);
    }
    if input.context.dialect.is_none() {
        let help = "name its language with --language";
        return Err(vec![
            Mistake::new(format!("the language of `{shown}` is unknown: its extension is not a known one"))
                .with_help(help),
        ]);
    }
    Ok(input)
}

/// The context of a file by the settings about files.
fn context(path: &RelPath, paths: &RootPaths, layers: &[SettingsLayer]) -> Result<FileContext, Vec<Mistake>> {
    let about_files = |layer: &SettingsLayer| {
        let mut layer = layer.clone();
        let mut settings = Settings::default();
        settings.files = layer.settings.files;
        layer.settings = settings;
        layer
    };
    let layers: Vec<SettingsLayer> = layers.iter().map(about_files).collect();
    let plan = Plan::of_layers(&layers, Vec::new(), &Selection::default())?;
    let filter = FileFilter::new(&layers, &plan);
    let files = DiskFiles::new(paths, &filter, 1, []);
    Ok(Contexts::new(Arc::new(plan), &files).of(path))
}

/// The dialect of this name, or the one that fenced blocks with this tag have.
fn dialect(name: &str) -> Result<&'static Dialect, Vec<Mistake>> {
    let by_name = language::dialects().find(|dialect| dialect.name == name);
    by_name.or_else(|| language::of_tag(name)).ok_or_else(|| {
        let help = unknown_name_help(name, language::dialects().map(|dialect| dialect.name));
        vec![Mistake::new(format!("unknown language `{name}`")).with_help(help)]
    })
}
