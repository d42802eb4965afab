//! The pages of an answer. A cursor names the place where a page begins and the state that it belongs to, so that the server
//! keeps nothing between calls: the tool answers anew, and a cursor of another state is refused.

use std::ops::Range;

use lawbook_core::mistake::Mistake;
use serde_json::Value;

use crate::mcp::arguments::Arguments;

/// The argument that names the page.
pub(crate) const CURSOR: &str = "cursor";

/// The most bytes of a page, in words and as data each: about 2,000 tokens.
pub(crate) const MAX_PAGE_BYTES: usize = 8_000;

/// The digits of a state in a cursor.
const STATE_DIGITS: usize = 16;

/// The list that a page is taken from, and the call that asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest<'a> {
    /// The arguments of the call, with the cursor.
    pub(crate) arguments: &'a Arguments,
    /// The name of the tool.
    pub(crate) tool: &'a str,
    /// The number of items in all.
    pub(crate) total: usize,
    /// The most items of a page.
    pub(crate) most: usize,
}

/// A page: some items of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResultPage {
    pub(crate) items: Range<usize>,
    pub(crate) total: usize,
    /// The cursor of the next page, if there is one.
    pub(crate) next: Option<String>,
}

/// The state of a list, as a text: items that are the same give the same one.
fn state_of(items: &str) -> String {
    lawbook_workspace::digest(items.as_bytes())
}

impl PageRequest<'_> {
    /// The page that the cursor names, else the first. `size` is the number of bytes of an answer with some items; one item
    /// is shown whatever its size.
    ///
    /// # Errors
    /// The cursor is none of this tool with these arguments, or the answer has changed since.
    pub(crate) fn page(&self, items: &str, size: &mut dyn FnMut(Range<usize>) -> usize) -> Result<ResultPage, Mistake> {
        let all = format!("{}\n{}\n{}", self.tool, self.arguments.without(CURSOR), state_of(items));
        let state: String = state_of(&all).chars().take(STATE_DIGITS).collect();
        let from = match self.arguments.text(CURSOR) {
            None => 0,
            Some(cursor) => self.start(cursor, &state)?,
        };
        let mut count = (self.total - from).min(self.most);
        while count > 1 && size(from..from + count) > MAX_PAGE_BYTES {
            count = (count * 3 / 4).max(1);
        }
        let to = from + count;
        Ok(ResultPage { items: from..to, total: self.total, next: (to < self.total).then(|| format!("{to}-{state}")) })
    }

    fn start(&self, cursor: &str, state: &str) -> Result<usize, Mistake> {
        let help = format!("call `{}` with the same arguments and without `{CURSOR}`, for the first page", self.tool);
        let is_digits = |text: &str| text.len() == STATE_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parts = cursor.split_once('-').and_then(|(start, of)| Some((start.parse::<usize>().ok()?, of)));
        let Some((start, of)) = parts.filter(|(_, of)| is_digits(of)) else {
            return Err(Mistake::new(format!("`{cursor}` is no cursor that `{}` has given", self.tool)).with_help(help));
        };
        if of != state {
            let message = "the cursor is of another call: the arguments differ, or the answer has changed since";
            return Err(Mistake::new(message).with_help(help));
        }
        if start == 0 || start >= self.total {
            return Err(Mistake::new("the cursor is behind the last page").with_help(help));
        }
        Ok(start)
    }
}

impl ResultPage {
    /// A line about which items these are: `findings 1 to 20 of 57`. None where all are on one page.
    pub(crate) fn in_words(&self, items: &str, tool: &str) -> Option<String> {
        if self.items.len() == self.total {
            return None;
        }
        let (from, to, total) = (self.items.start + 1, self.items.end, self.total);
        let place = format!("{items} {from} to {to} of {total}");
        Some(match &self.next {
            Some(next) => format!("{place}; next: call `{tool}` with the same arguments and `{CURSOR}: \"{next}\"`"),
            None => format!("{place}, the last page"),
        })
    }

    /// Adds the cursor of the next page to a structured answer.
    pub(crate) fn add_to(&self, structured: &mut Value) {
        if let Some(object) = structured.as_object_mut() {
            object.insert("total".to_owned(), self.total.into());
            object.insert("nextCursor".to_owned(), self.next.as_deref().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mcp::arguments::{Argument, ArgumentKind};

    const KNOWN: &[Argument] =
        &[Argument::new("path", ArgumentKind::Text, "a file"), Argument::new(CURSOR, ArgumentKind::Text, "the page")];

    fn page(path: &str, cursor: Option<&str>, items: &[&str]) -> Result<ResultPage, String> {
        let given = json!({ "path": path, "cursor": cursor });
        let arguments = Arguments::read(KNOWN, given.as_object().unwrap().clone()).unwrap();
        let request = PageRequest { arguments: &arguments, tool: "list", total: items.len(), most: 4 };
        let mut size = |range: Range<usize>| items[range].iter().map(|item| item.len()).sum();
        request.page(&items.join("\n"), &mut size).map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn pages_go_on_until_all_is_said() {
        let long = "x".repeat(MAX_PAGE_BYTES + 1);
        let items = ["a", "b", "c", "d", "e", &long, "g"];
        let (mut cursor, mut ranges) = (None, Vec::new());
        loop {
            let page = page("a", cursor.as_deref(), &items).unwrap();
            ranges.push(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(ranges, [0..4, 4..5, 5..6, 6..7]);
        assert_eq!(page("a", None, &[]).unwrap(), ResultPage { items: 0..0, total: 0, next: None });
    }

    #[test]
    fn a_cursor_holds_for_its_call_and_its_state_alone() {
        let items = ["a", "b", "c", "d", "e"];
        let next = page("a", None, &items).unwrap().next.unwrap();
        assert!(page("a", Some(&next), &items).is_ok());
        assert!(page("b", Some(&next), &items).unwrap_err().contains("of another call"));
        assert!(page("a", Some(&next), &["a", "b", "c", "d", "f"]).unwrap_err().contains("has changed since"));
        let state = next.split_once('-').unwrap().1;
        for wrong in ["", "4", "x-y", "4-", "-4", &format!("99-{state}"), &format!("0-{state}"), &format!("4-{state}0")]
        {
            let said = page("a", Some(wrong), &items).unwrap_err();
            assert!(said.contains("without `cursor`"), "{wrong}: {said}");
        }
    }
}
