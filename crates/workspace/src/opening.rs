//! What to open and how to check, as data.

use std::path::PathBuf;

use lawbook_core::date::Date;
use lawbook_core::pack::Pack;
use lawbook_core::plan::Selection;

/// What to open and how to check, with what most want as its default.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Opening {
    /// Files and folders, from the working directory; none means that directory. Where they lie decides which folder is
    /// the root.
    pub paths: Vec<PathBuf>,
    /// Packs beside the built-in one.
    pub packs: Vec<Pack>,
    /// More folders or pages of rules, from the working directory.
    pub rules: Vec<PathBuf>,
    /// Whether a `lawbook.toml` is left unread.
    pub no_config: bool,
    /// The rules and packs to which all runs are narrowed.
    pub selection: Selection,
    /// The day on which suppressions expire or do not; none means the clock's.
    pub today: Option<Date>,
    /// Whether files are parsed in which no enabled rule can find anything.
    pub parse_all: bool,
    /// Whether files in which no rule can find anything, by their text alone, are left unparsed.
    pub prefilter: bool,
    /// How many threads work; none means one a core.
    pub threads: Option<usize>,
    /// Larger files are left out, in bytes.
    pub max_file_size: u64,
    /// The stack of each thread in bytes, when only threads of such a stack may check files.
    pub stack_size: Option<usize>,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            packs: Vec::new(),
            rules: Vec::new(),
            no_config: false,
            selection: Selection::default(),
            today: None,
            parse_all: false,
            prefilter: true,
            threads: None,
            max_file_size: 16 << 20,
            stack_size: None,
        }
    }
}
