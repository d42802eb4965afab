//! The text before an edit, from the one after it and the pieces that were replaced.

use crate::hook::event::Piece;

/// The text before some pieces were replaced, one after the other; none if it cannot be told from the text after them.
pub(crate) fn text_before(now: &str, pieces: &[Piece]) -> Option<String> {
    let mut text = now.to_owned();
    for piece in pieces.iter().rev() {
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
        let pieces: Vec<Piece> = pieces
            .iter()
            .map(|(old, new)| {
                let everywhere = new.strip_prefix('*');
                let (old, new) = ((*old).to_owned(), everywhere.unwrap_or(new).to_owned());
                Piece { old, new, is_everywhere: everywhere.is_some() }
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
