//! The value of `lawbook check --format`: a format, and perhaps a file for it.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use crate::report::{FORMATS, Format};

/// The context of an error that says why a value is refused.
pub(super) const REASON: ContextKind = ContextKind::Custom;

/// A format of the report, and where it is written.
#[derive(Clone, Debug)]
pub(crate) struct FormatChoice {
    /// The format.
    pub(crate) format: Format,
    /// The file; none for standard output.
    pub(crate) path: Option<PathBuf>,
}

/// Parses `FORMAT` and `FORMAT=PATH`. The path `-` is standard output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormatChoiceParser;

impl TypedValueParser for FormatChoiceParser {
    type Value = FormatChoice;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<FormatChoice, Error> {
        let refuse = |kind, value: &str, context: (ContextKind, ContextValue)| {
            let mut error = Error::new(kind).with_cmd(command);
            if let Some(arg) = arg {
                error.insert(ContextKind::InvalidArg, ContextValue::String(arg.to_string()));
            }
            error.insert(ContextKind::InvalidValue, ContextValue::String(value.to_owned()));
            error.insert(context.0, context.1);
            error
        };
        let given = value.to_string_lossy();
        let (name, path) = match given.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (&*given, None),
        };
        let Some(format) = Format::named(name) else {
            let known = FORMATS.iter().map(|format| format.name.to_owned()).collect();
            return Err(refuse(ErrorKind::InvalidValue, name, (ContextKind::ValidValue, ContextValue::Strings(known))));
        };
        let reason = match path {
            None | Some("-") => return Ok(FormatChoice { format, path: None }),
            Some("") => format!("write the file behind the `=`, as in `{name}=report`"),
            Some(_) if value.to_str().is_none() => {
                "a path here must be Unicode, and `--output-file` takes any".to_owned()
            }
            Some(path) => return Ok(FormatChoice { format, path: Some(PathBuf::from(path)) }),
        };
        Err(refuse(ErrorKind::ValueValidation, &given, (REASON, ContextValue::String(reason))))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.help))))
    }
}
