//! Shows what is wrong with pages, settings and arguments: all of it at once, each with its place.

use lawbook_core::mistake::Mistake;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode};

use crate::text::{Text, visible};

/// Adds all mistakes to the text.
pub(crate) fn render(mistakes: &[Mistake], text: &mut Text) {
    let theme = if text.has_colors() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
    for (number, mistake) in mistakes.iter().enumerate() {
        if number > 0 {
            text.end_line();
        }
        let mut rendered = String::new();
        if handler.render_report(&mut rendered, &Shown::new(mistake)).is_ok() {
            text.add_rendered(&rendered);
        } else {
            text.add(&mistake.to_string()).end_line();
        }
    }
    let count = mistakes.len();
    if count > 1 {
        text.end_line();
        text.line(format_args!("lawbook: {count} mistakes, nothing was done."));
    }
}

/// A mistake in miette's terms, its strings free of control characters.
#[derive(Debug)]
struct Shown {
    message: String,
    help: Option<String>,
    source: Option<NamedSource<String>>,
    label: Option<LabeledSpan>,
}

impl Shown {
    fn new(mistake: &Mistake) -> Self {
        let mut shown = Self {
            message: visible(&mistake.message),
            help: mistake.help.as_deref().map(visible),
            source: None,
            label: None,
        };
        let Some(place) = &mistake.place else { return shown };
        // The text grows where characters are made visible, so the span is measured in what is shown.
        let at = |offset: u32| {
            let offset = place.text.floor_char_boundary(offset as usize);
            place.text.split_at(offset)
        };
        let before = visible(at(place.span.start).0).len();
        let until = visible(at(place.span.end).0).len();
        shown.source = Some(NamedSource::new(visible(&place.path).replace('\n', "\\u{a}"), visible(&place.text)));
        shown.label = Some(LabeledSpan::new(None, before, until.saturating_sub(before)));
        shown
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label.clone().map(|label| Box::new(std::iter::once(label)) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

#[cfg(test)]
mod tests {
    use lawbook_core::span::Span;

    use super::*;

    #[test]
    fn a_place_at_the_end_is_shown_too() {
        for text in ["", "a\n", "a"] {
            let span = Span::new(text.len() as u32, text.len() as u32 + 3);
            let mistake = Mistake::new("the head never ends").with_place("a.md", text, span);
            let mut shown = Text::new(false);
            render(&[mistake], &mut shown);
            assert!(shown.as_str().contains("a.md:"), "{text:?}: {}", shown.as_str());
        }
    }

    #[test]
    fn a_mistake_shows_its_place_and_no_control_character() {
        let mistake = Mistake::new("unknown key `\u{1b}`").with_help("did you mean `x`?");
        let mistake = mistake.with_place("a\u{1b}.toml", "x = 1\n\u{1b}y = 2\n", Span::new(7, 8));
        let mut text = Text::new(false);
        render(&[mistake], &mut text);
        let shown = text.as_str();
        assert!(shown.contains("unknown key `\\u{1b}`"), "{shown}");
        assert!(shown.contains("a\\u{1b}.toml:2:"), "{shown}");
        assert!(shown.contains("did you mean `x`?"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}
