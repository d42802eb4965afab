//! The context of a file: the values from its path, the settings and other files that its check depends on.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::date::Date;
use crate::engine::Engine;
use crate::ir::{DeclaredModules, DeclaringFiles, FileContext, FileInput, Language, SuppressionLimits};
use crate::plan::Plan;
use crate::source::{Files, MemoryFiles, RelPath, SourceFile};

/// The largest file that is read for the modules that it declares, in bytes.
const MAX_DECLARING_BYTES: u64 = 1 << 20;

/// The files that are asked one above the other, each whether it declares the one below as test code.
const MAX_OWNERS_ABOVE: usize = 64;

/// The contexts of the files of one run. What the files say about each other is read once.
#[derive(Debug)]
pub struct Contexts<'f> {
    plan: Arc<Plan>,
    files: &'f dyn Files,
    today: Option<Date>,
    /// By path, the answers about a file that may declare others.
    asked: Mutex<HashMap<RelPath, Arc<DeclaringFile>>>,
}

/// The answers about a file that may declare others as modules, each given once.
#[derive(Debug, Default)]
struct DeclaringFile {
    declares: OnceLock<Declares>,
    /// True if the file itself is test code as a whole.
    is_test: OnceLock<bool>,
}

/// The declarations of a file.
#[derive(Debug)]
enum Declares {
    /// There is no such file, or it cannot be read.
    Missing,
    /// The file at this path declares no other as test code. Which ones it declares is not known.
    NoTests(RelPath),
    /// It may declare test code.
    Modules(DeclaredModules),
}

impl Engine {
    /// Contexts of files that find other files in `files`.
    pub fn contexts<'f>(&self, files: &'f dyn Files) -> Contexts<'f> {
        // 1970-01-01 is the default of a run to which no day was given; then the length of suppressions is not limited.
        let today = Some(self.options.today).filter(|today| *today != Date::from_unix_seconds(0));
        Contexts { today, ..Contexts::new(self.plan.clone(), files) }
    }

    /// The context of one file; [`Engine::contexts`] is faster for several. `files` gives access to other files.
    pub fn context(&self, path: &RelPath, files: &dyn Files) -> FileContext {
        self.contexts(files).of(path)
    }

    /// The input for a file that needs no other files as context.
    pub fn input(&self, source: SourceFile) -> FileInput {
        let context = self.context(source.path(), &MemoryFiles::default());
        FileInput::new(source, context)
    }
}

impl<'f> Contexts<'f> {
    /// Contexts by the file settings of a plan.
    pub fn new(plan: Arc<Plan>, files: &'f dyn Files) -> Self {
        Self { plan, files, today: None, asked: Mutex::default() }
    }

    /// The files of the run.
    pub fn files(&self) -> &'f dyn Files {
        self.files
    }

    /// Announces the files whose contexts will be asked for, so that the files that these take are read together.
    pub fn read_ahead<'p, P: Iterator<Item = &'p RelPath>>(&self, paths: impl Fn() -> P) {
        self.files.read_ahead(&|| {
            let dialects = paths().filter_map(|path| Some((path, self.plan.dialect(path)?)));
            let declaring = dialects.flat_map(|(path, dialect)| {
                let DeclaringFiles { owners, others } = dialect.language.declaring_files(path);
                owners.into_iter().chain(others)
            });
            declaring.collect::<BTreeSet<RelPath>>().into_iter().collect()
        });
    }

    /// True if the context of a file may depend on the texts of other files.
    pub fn depends_on_files(&self, path: &RelPath) -> bool {
        let declaring = self.plan.dialect(path).map(|dialect| dialect.language.declaring_files(path));
        declaring.is_some_and(|declaring| !declaring.owners.is_empty())
    }

    /// A file with its context.
    pub fn input(&self, source: SourceFile) -> FileInput {
        let context = self.of(source.path());
        FileInput::new(source, context)
    }

    /// The context of a file. A check depends on the rest of the project only through this value: its dialect, and
    /// whether all of it is test code, by `[files] tests` or because another file declares it for tests only, and
    /// whether it is an example, and the limits of its suppressions.
    pub fn of(&self, path: &RelPath) -> FileContext {
        let dialect = self.plan.dialect(path);
        let is_test =
            self.plan.is_test(path) || dialect.is_some_and(|dialect| self.is_declared_as_test(path, dialect.language));
        let suppressions = SuppressionLimits { today: self.today, ..self.plan.suppression_limits(path) };
        let context = FileContext::of(dialect).with_test(is_test).with_example(self.plan.is_example(path));
        context.with_suppressions(suppressions)
    }

    /// True if a file, or one that it belongs to as a module, is declared for tests only.
    fn is_declared_as_test(&self, path: &RelPath, language: &dyn Language) -> bool {
        let mut passed: Vec<Arc<DeclaringFile>> = Vec::new();
        let mut at = path.clone();
        let mut is_test = false;
        for _ in 0..MAX_OWNERS_ABOVE {
            let declaring = language.declaring_files(&at);
            if declaring.owners.is_empty() {
                break;
            }
            let owners: Vec<_> = declaring.owners.iter().map(|owner| self.file(owner, language)).collect();
            let others = declaring.others.iter().map(|other| self.file(other, language));
            if self.is_declared_for_tests(&at, owners.iter().cloned().chain(others), language) {
                is_test = true;
                break;
            }
            let owner = declaring.owners.iter().zip(owners).find(|(_, owner)| owner.is_there());
            let Some((owner, file)) = owner else { break };
            let known = file.is_test.get().copied();
            is_test = known.unwrap_or_else(|| file.is_all_test() || self.plan.is_test(owner));
            passed.push(file);
            if is_test || known.is_some() {
                break;
            }
            at = owner.clone();
        }
        // Each of them is a module of the next one.
        for file in passed {
            let _ = file.is_test.set(is_test);
        }
        is_test
    }

    /// True if one of some files declares the file at a path for tests only, and none in another way.
    fn is_declared_for_tests(
        &self,
        path: &RelPath,
        declaring: impl Iterator<Item = Arc<DeclaringFile>>,
        language: &dyn Language,
    ) -> bool {
        let mut is_test = false;
        let mut silent = Vec::new();
        for file in declaring {
            match file.declares.get() {
                Some(Declares::Modules(modules)) => match modules.declares_as_test(path) {
                    Some(true) => is_test = true,
                    Some(false) => return false,
                    None => {}
                },
                Some(Declares::NoTests(at)) => silent.push(at.clone()),
                _ => {}
            }
        }
        // The modules of a crate may be declared by its library and by its program.
        is_test
            && !silent.iter().any(|at| {
                let modules = self.read(at, |text| language.declared_modules(at, text));
                modules.is_some_and(|modules| modules.declares_as_test(path) == Some(false))
            })
    }

    /// The answers about a file, read at the first call.
    fn file(&self, path: &RelPath, language: &dyn Language) -> Arc<DeclaringFile> {
        let file = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            match asked.get(path) {
                Some(file) => file.clone(),
                None => asked.entry(path.clone()).or_default().clone(),
            }
        };
        file.declares.get_or_init(|| {
            let declares = self.read(path, |text| {
                if language.may_declare_tests(text) {
                    Declares::Modules(language.declared_modules(path, text))
                } else {
                    Declares::NoTests(path.clone())
                }
            });
            declares.unwrap_or(Declares::Missing)
        });
        file
    }

    /// Reads the text of a file; none if there is none, or it is too long or no text.
    fn read<R>(&self, path: &RelPath, reader: impl FnOnce(&str) -> R) -> Option<R> {
        self.files.read_with(path, MAX_DECLARING_BYTES, |bytes| std::str::from_utf8(bytes).ok().map(reader)).ok()?
    }
}

impl DeclaringFile {
    fn is_there(&self) -> bool {
        !matches!(self.declares.get(), None | Some(Declares::Missing))
    }

    /// True if the whole text is test code, as it says itself.
    fn is_all_test(&self) -> bool {
        matches!(self.declares.get(), Some(Declares::Modules(modules)) if modules.all_test)
    }
}

#[cfg(test)]
#[cfg(feature = "rust")]
mod tests {
    use super::*;
    use crate::date::Date;
    use crate::engine::RunOptions;
    use crate::plan::{Plan, Selection};
    use crate::settings::Settings;

    /// Checks which of some files are test code.
    #[track_caller]
    fn check_tests(files: &[(&str, &str)], expected: &[&str]) {
        let plan = Plan::new(&Settings::default(), Vec::new(), &Selection::default()).unwrap();
        let engine = Engine::new(plan, RunOptions::new(Date::parse("2026-06-15").unwrap()));
        let memory: MemoryFiles = files.iter().map(|(path, text)| (RelPath::new(*path), text.as_bytes())).collect();
        let contexts = engine.contexts(&memory);
        let is_test = |path: &str| contexts.of(&RelPath::new(path)).test;
        let together: Vec<&str> = files.iter().map(|(path, _)| *path).filter(|path| is_test(path)).collect();
        assert_eq!(together, expected, "{files:?}");
        // In another order, and each alone.
        let reverse: Vec<&str> = files.iter().rev().map(|(path, _)| *path).filter(|path| is_test(path)).collect();
        let alone = |path: &&str| engine.context(&RelPath::new(*path), &memory).test;
        let alone: Vec<&str> = files.iter().rev().map(|(path, _)| *path).filter(alone).collect();
        assert_eq!((&reverse, &reverse), (&alone, &together.into_iter().rev().collect()), "{files:?}");
    }

    #[test]
    fn a_file_that_is_declared_for_tests_is_test_code_with_all_below_it() {
        let files = [
            ("src/lib.rs", "mod store; #[cfg(all(test, unix))] mod fakes; mod plain;"),
            ("src/fakes.rs", "mod deep;"),
            ("src/fakes/deep/mod.rs", "pub mod deeper;"),
            ("src/fakes/deep/deeper.rs", ""),
            ("src/store/mod.rs", "#[cfg(test)]\npub(crate) mod checks;\n#[cfg(not(test))] mod real;"),
            ("src/store/checks.rs", ""),
            ("src/store/real.rs", ""),
            ("src/plain.rs", "#[cfg(test)] mod inner { fn f() {} }"),
            ("src/plain/inner.rs", ""),
        ];
        let expected = ["src/fakes.rs", "src/fakes/deep/mod.rs", "src/fakes/deep/deeper.rs", "src/store/checks.rs"];
        check_tests(&files, &expected);
    }

    #[test]
    fn a_file_is_found_by_the_path_that_an_attribute_gives() {
        let files = [
            ("a/src/lib.rs", "#[cfg(test)] #[path = \"kit/all.rs\"] mod kit;"),
            ("a/src/kit/all.rs", ""),
            ("a/src/kit/other.rs", ""),
            ("a/src/pay.rs", "#[cfg(test)]\n#[path = \"pay_checks.rs\"]\nmod checks;"),
            ("a/src/pay_checks.rs", ""),
        ];
        check_tests(&files, &["a/src/kit/all.rs", "a/src/pay_checks.rs"]);
    }

    #[test]
    fn a_file_that_is_also_declared_otherwise_is_no_test_code() {
        let files = [
            ("src/lib.rs", "#[cfg(test)] mod both; #[cfg(test)] mod one;"),
            ("src/main.rs", "mod both;"),
            ("src/both.rs", ""),
            ("src/one.rs", ""),
        ];
        check_tests(&files, &["src/one.rs"]);
        let twice = "#[cfg(test)] #[path = \"b.rs\"] mod a; #[cfg(not(test))] #[path = \"b.rs\"] mod a;";
        check_tests(&[("lib.rs", twice), ("b.rs", "")], &[]);
    }

    #[test]
    fn modules_of_test_code_are_test_code() {
        let files = [
            ("src/a.rs", "#![cfg(test)]\nmod b;"),
            ("src/a/b.rs", ""),
            ("src/c_test.rs", "mod d;"),
            ("src/c_test/d.rs", ""),
        ];
        check_tests(&files, &["src/a/b.rs", "src/c_test.rs", "src/c_test/d.rs"]);
    }

    #[test]
    fn files_that_declare_each_other_come_to_an_end() {
        let files = [("a.rs", "#[path = \"a/mod.rs\"] mod a;"), ("a/mod.rs", "#[path = \"../a.rs\"] mod a;")];
        check_tests(&files, &[]);
    }
}
