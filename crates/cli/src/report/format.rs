//! The table of the output formats.

use serde_json::Error;

use crate::report::{
    ReportView, agent, azure, checkstyle, github, gitlab, json, junit, markdown, pretty, rdjson, sarif, unix,
};
use crate::text::Text;

/// An output format of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Its readers and its content, for the help.
    pub(crate) help: &'static str,
    /// True if `--statistics` adds its table to the report; of other formats it goes to standard error.
    pub(crate) has_statistics: bool,
    renderer: Renderer,
}

/// The renderer of a format.
#[derive(Clone, Copy, Debug)]
enum Renderer {
    /// Adds lines to an empty text, with its colours.
    Lines(fn(ReportView<'_>, &mut Text)),
    /// Gives JSON, which fails if a value cannot be serialized.
    Json(fn(ReportView<'_>) -> Result<Text, Error>),
    /// The same where nothing but findings has a place.
    Findings(fn(ReportView<'_>) -> Result<Text, Error>),
}

/// The format for people.
pub(crate) const PRETTY: Format = Format {
    name: "pretty",
    help: "Excerpts and colours, for people",
    has_statistics: true,
    renderer: Renderer::Lines(pretty::render),
};

/// The format for coding agents.
pub(crate) const AGENT: Format = Format {
    name: "agent",
    help: "Plain lines of limited size, for coding agents",
    has_statistics: true,
    renderer: Renderer::Lines(agent::render),
};

/// The format for programs.
pub(crate) const JSON: Format = Format {
    name: "json",
    help: "Everything, for programs",
    has_statistics: false,
    renderer: Renderer::Json(json::render),
};

/// The format for the log of GitHub Actions.
pub(crate) const GITHUB: Format = Format {
    name: "github",
    help: "Annotations for GitHub Actions, and the report for people",
    has_statistics: true,
    renderer: Renderer::Lines(github::render),
};

/// The format for the log of Azure Pipelines.
pub(crate) const AZURE: Format = Format {
    name: "azure",
    help: "Issues of a run of Azure Pipelines, and the report for people",
    has_statistics: true,
    renderer: Renderer::Lines(azure::render),
};

/// The format for editors.
pub(crate) const UNIX: Format = Format {
    name: "unix",
    help: "Lines `path:line:column: level: message [rule]`, for editors",
    has_statistics: false,
    renderer: Renderer::Lines(unix::render),
};

/// All formats: a row for each file that renders one.
pub(crate) const FORMATS: &[Format] = &[
    PRETTY,
    AGENT,
    JSON,
    Format {
        name: "sarif",
        help: "SARIF 2.1.0, for GitHub code scanning and other services",
        has_statistics: false,
        renderer: Renderer::Findings(sarif::render),
    },
    Format {
        name: "sarif-suppressed",
        help: "The same with suppressed findings, which are marked; GitHub would show them as open",
        has_statistics: false,
        renderer: Renderer::Findings(sarif::render_with_suppressed),
    },
    GITHUB,
    AZURE,
    Format {
        name: "gitlab",
        help: "GitLab's Code Quality, a file for `artifacts: reports: codequality`",
        has_statistics: false,
        renderer: Renderer::Findings(gitlab::render),
    },
    Format {
        name: "junit",
        help: "XML of JUnit, a failed test for each finding",
        has_statistics: false,
        renderer: Renderer::Lines(junit::render),
    },
    Format {
        name: "checkstyle",
        help: "XML of Checkstyle, for Jenkins and others",
        has_statistics: false,
        renderer: Renderer::Lines(checkstyle::render),
    },
    Format {
        name: "rdjson",
        help: "One result for reviewdog, with suggestions",
        has_statistics: false,
        renderer: Renderer::Findings(rdjson::render),
    },
    Format {
        name: "rdjsonl",
        help: "The same, one diagnostic a line",
        has_statistics: false,
        renderer: Renderer::Findings(rdjson::render_lines),
    },
    Format {
        name: "markdown",
        help: "A table for comments, the worst findings first, at most 64 KiB",
        has_statistics: false,
        renderer: Renderer::Lines(markdown::render_comment),
    },
    UNIX,
];

impl Format {
    /// The format of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        FORMATS.iter().find(|format| format.name == name).copied()
    }

    /// True if the format says how many files were checked and left out. Of a run whose formats do not, standard error says it:
    /// no findings would look as if everything was checked.
    pub(crate) fn says_outcome(self) -> bool {
        !matches!(self.renderer, Renderer::Findings(_))
    }

    /// Renders a report. `text` is an empty text whose colours are used where the format has any.
    ///
    /// # Errors
    /// A value cannot be serialized as JSON.
    pub(crate) fn render(self, view: ReportView<'_>, mut text: Text) -> Result<Text, Error> {
        match self.renderer {
            Renderer::Lines(render) => {
                render(view, &mut text);
                Ok(text)
            }
            Renderer::Json(render) | Renderer::Findings(render) => render(view),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_that_of_one_format() {
        for format in FORMATS {
            assert_eq!(FORMATS.iter().filter(|other| other.name == format.name).count(), 1, "{}", format.name);
            // What follows `=` on the command line is a path.
            assert!(!format.name.contains('='), "{}", format.name);
        }
    }
}
