//! The abilities of a terminal by its variables: colours, links and width. Nothing here reads the environment itself.

use std::ffi::OsString;

/// Returns a variable if it is set and not empty.
pub(crate) type TerminalVariables<'v> = dyn Fn(&str) -> Option<OsString> + 'v;

/// The width in columns of what is no terminal, or of a terminal that does not tell it.
pub(crate) const DEFAULT_WIDTH: usize = 120;

/// The narrowest and the widest that lines are made for, in columns.
const WIDTHS: [usize; 2] = [20, 240];

/// True if output is coloured by the conventions for `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR` and
/// `TERM`.
pub(crate) fn shows_colors(is_terminal: bool, variable: &TerminalVariables<'_>) -> bool {
    let is_off = |name: &str| variable(name).is_some_and(|value| value == "0" || value.eq_ignore_ascii_case("false"));
    if variable("NO_COLOR").is_some() || is_off("FORCE_COLOR") {
        return false;
    }
    if variable("FORCE_COLOR").is_some() || (variable("CLICOLOR_FORCE").is_some() && !is_off("CLICOLOR_FORCE")) {
        return true;
    }
    is_terminal && !is_off("CLICOLOR") && variable("TERM").is_none_or(|term| term != "dumb")
}

/// The width of a stream in columns: that of `COLUMNS`, else that of its terminal.
pub(crate) fn width(of_terminal: Option<usize>, variable: &TerminalVariables<'_>) -> usize {
    let given = variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    let [narrowest, widest] = WIDTHS;
    given.or(of_terminal).filter(|width| *width > 0).unwrap_or(DEFAULT_WIDTH).clamp(narrowest, widest)
}

/// The terminals that are known to show links, by `TERM_PROGRAM`.
const PROGRAMS_WITH_LINKS: &[&str] = &["Hyper", "WezTerm", "ghostty", "iTerm.app", "mintty", "rio", "vscode", "zed"];

/// The terminals that are known to show links, by `TERM`.
const TERMS_WITH_LINKS: &[&str] =
    &["alacritty", "alacritty-direct", "contour", "foot", "foot-extra", "xterm-ghostty", "xterm-kitty"];

/// The first version of VTE, as `VTE_VERSION` has it, that shows links.
const FIRST_VTE_WITH_LINKS: u32 = 5000;

/// True if a terminal shows links (OSC 8). There is no way to ask it, so that only those that are known count, and
/// `FORCE_HYPERLINK`. What is no terminal gets none in any case.
pub(crate) fn shows_links(is_terminal: bool, variable: &TerminalVariables<'_>) -> bool {
    let text = |name: &str| variable(name).and_then(|value| value.into_string().ok()).unwrap_or_default();
    if !is_terminal || text("TERM") == "dumb" {
        return false;
    }
    if let Some(forced) = variable("FORCE_HYPERLINK") {
        return forced != "0" && !forced.eq_ignore_ascii_case("false");
    }
    let is_set = |name: &str| variable(name).is_some();
    // A multiplexer passes links on only if it knows them, whatever it runs in.
    if is_set("CI") || is_set("NO_HYPERLINK") || is_set("NO_HYPERLINKS") || is_set("TMUX") || is_set("STY") {
        return false;
    }
    PROGRAMS_WITH_LINKS.contains(&&*text("TERM_PROGRAM"))
        || TERMS_WITH_LINKS.contains(&&*text("TERM"))
        || text("VTE_VERSION").parse().is_ok_and(|version: u32| version >= FIRST_VTE_WITH_LINKS)
        || ["DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION"].into_iter().any(is_set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(given: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        let owned: Vec<(String, OsString)> =
            given.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
        move |name| owned.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    #[track_caller]
    fn check_colors(is_terminal: bool, given: &[(&str, &str)], expected: bool) {
        assert_eq!(shows_colors(is_terminal, &variables(given)), expected, "{is_terminal} {given:?}");
    }

    #[test]
    fn colours_follow_the_conventions() {
        check_colors(true, &[], true);
        check_colors(false, &[], false);
        check_colors(true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], false);
        for forced in ["1", "2", "3", "true"] {
            check_colors(false, &[("FORCE_COLOR", forced)], true);
            check_colors(false, &[("FORCE_COLOR", forced), ("TERM", "dumb")], true);
        }
        for off in ["0", "false"] {
            check_colors(true, &[("FORCE_COLOR", off)], false);
            check_colors(true, &[("FORCE_COLOR", off), ("CLICOLOR_FORCE", "1")], false);
        }
        check_colors(false, &[("CLICOLOR_FORCE", "1")], true);
        check_colors(false, &[("CLICOLOR_FORCE", "0")], false);
        check_colors(false, &[("CLICOLOR", "1")], false);
        check_colors(true, &[("CLICOLOR", "0")], false);
        check_colors(true, &[("TERM", "dumb")], false);
    }

    #[test]
    fn the_width_is_that_of_the_variable_or_the_terminal() {
        assert_eq!(width(None, &variables(&[])), DEFAULT_WIDTH);
        assert_eq!(width(Some(57), &variables(&[])), 57);
        assert_eq!(width(Some(57), &variables(&[("COLUMNS", "33")])), 33);
        assert_eq!(width(Some(57), &variables(&[("COLUMNS", "wide")])), 57);
        assert_eq!(width(Some(0), &variables(&[])), DEFAULT_WIDTH);
        assert_eq!(width(Some(3), &variables(&[])), 20);
        assert_eq!(width(None, &variables(&[("COLUMNS", "9999")])), 240);
    }

    #[track_caller]
    fn check_links(is_terminal: bool, given: &[(&str, &str)], expected: bool) {
        assert_eq!(shows_links(is_terminal, &variables(given)), expected, "{is_terminal} {given:?}");
    }

    #[test]
    fn only_terminals_that_are_known_get_links() {
        check_links(true, &[("TERM", "xterm-256color")], false);
        for known in [
            ("TERM_PROGRAM", "vscode"),
            ("TERM_PROGRAM", "WezTerm"),
            ("TERM", "xterm-kitty"),
            ("VTE_VERSION", "7600"),
            ("WT_SESSION", "4b1c"),
            ("KONSOLE_VERSION", "220401"),
            ("FORCE_HYPERLINK", "1"),
        ] {
            check_links(true, &[known], true);
            check_links(false, &[known], false);
            check_links(true, &[("TERM", "dumb"), known], false);
        }
        check_links(true, &[("VTE_VERSION", "4999")], false);
        check_links(true, &[("TERM_PROGRAM", "vscode"), ("CI", "true")], false);
        check_links(true, &[("TERM_PROGRAM", "vscode"), ("TMUX", "/tmp/tmux-0/default,1,0")], false);
        check_links(true, &[("TERM_PROGRAM", "vscode"), ("FORCE_HYPERLINK", "0")], false);
        check_links(true, &[("FORCE_HYPERLINK", "1"), ("CI", "true")], true);
    }
}
