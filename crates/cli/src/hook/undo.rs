//! The text before an edit, from the one after it and the pieces that were replaced.

use crate::hook::event::ReplacedPiece;

/// The text before some pieces were replaced, one after the other; none if it does not follow from the text after them.
pub(crate) fn text_before(now: &str, pieces: &[ReplacedPiece]) -> Option<String> {
    let mut text = now.to_owned();
    let has_returns = now.contains("\r\n");
    for piece in pieces.iter().rev() {
        // Agents write plain line ends, and keep those of the file.
        let with_returns = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
        let returned = has_returns
            .then(|| ReplacedPiece { old: with_returns(&piece.old), new: with_returns(&piece.new), ..piece.clone() })
            .filter(|returned| text.contains(&returned.new));
        let piece = returned.as_ref().unwrap_or(piece);
        if piece.new == piece.old {
            continue;
        }
        // A deletion does not say where it was, and of several equal texts nobody knows which is new.
        if piece.new.is_empty() {
            return None;
        }
        let count = text.matches(&piece.new).count();
        let is_clear = if piece.is_everywhere { count > 0 && !piece.new.contains(&piece.old) } else { count == 1 };
        if !is_clear {
            return None;
        }
        text = text.replace(&piece.new, &piece.old);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts the text before pieces, each an old and a new text; `*` at the start of the new one stands for everywhere.
    #[track_caller]
    fn check(now: &str, pieces: &[(&str, &str)], expected: Option<&str>) {
        let pieces: Vec<ReplacedPiece> = pieces
            .iter()
            .map(|(old, new)| {
                let everywhere = new.strip_prefix('*');
                let (old, new) = ((*old).to_owned(), everywhere.unwrap_or(new).to_owned());
                ReplacedPiece { old, new, is_everywhere: everywhere.is_some() }
            })
            .collect();
        assert_eq!(text_before(now, &pieces).as_deref(), expected, "{now} {pieces:?}");
    }

    #[test]
    fn pieces_are_taken_back_in_reverse_order() {
        check("a c d", &[("b", "c")], Some("a b d"));
        check("a x d", &[("b", "c"), ("c", "x")], Some("a b d"));
        check("x y x", &[("a", "*x")], Some("a y a"));
        check("a b", &[("", "b")], Some("a "));
        check("a\r\nc\r\nd\r\n", &[("b\n", "a\nc\n")], Some("b\r\nd\r\n"));
        check("a", &[], Some("a"));
        check("a", &[("b", "b")], Some("a"));
    }

    #[test]
    fn what_is_unclear_is_not_guessed() {
        check("c c", &[("b", "c")], None);
        check("a", &[("b", "c")], None);
        check("a", &[("b", "")], None);
        check("a a", &[("b", "*")], None);
        check("log(a) log(b)", &[("log(", "*xlog(")], None);
    }
}
