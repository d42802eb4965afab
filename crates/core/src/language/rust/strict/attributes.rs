//! Attributes, paths of names and visibilities, read from the tokens alone: syn mixes attributes with doc comments and
//! moves some to other nodes.

use super::lexer::TokenKind;
use super::lower::Lower;

impl Lower<'_> {
    /// Adds the outer attributes that are next.
    pub(super) fn outer_attributes(&mut self) {
        while self.token_is(0, b'#') && self.token_is(1, b'[') {
            self.node(self.kind.attribute_item, 0, |this| {
                this.pass();
                this.attribute();
            });
        }
    }

    /// Adds the inner attributes that are next.
    pub(super) fn inner_attributes(&mut self) {
        while self.token_is(0, b'#') && self.token_is(1, b'!') && self.token_is(2, b'[') {
            self.node(self.kind.inner_attribute_item, 0, |this| {
                this.pass();
                this.pass();
                this.attribute();
            });
        }
    }

    /// Adds an attribute with its square brackets.
    fn attribute(&mut self) {
        let end = self.token().mate as usize;
        self.pass();
        self.node(self.kind.attribute, 0, |this| {
            this.token_path(0);
            if this.token_is(0, b'=') {
                this.pass();
                this.attribute_value(end);
            } else if this.token().kind == TokenKind::Open {
                this.token_tree(this.field.arguments);
            }
            if this.at != end {
                this.give_up("an attribute of another shape");
            }
        });
        self.pass();
    }

    fn attribute_value(&mut self, end: usize) {
        let field = self.field.value;
        if self.at + 1 == end && self.token().kind != TokenKind::Ident {
            self.literal(field);
            return;
        }
        let (from, to) = (self.token().start as usize, self.token_at(end).start as usize);
        let parsed = self.text.get(from..to).and_then(|text| syn::parse_str::<syn::Expr>(text).ok());
        match parsed {
            Some(value) => self.expression(&value, field),
            None => self.give_up("an attribute whose value is no expression"),
        }
    }

    /// Adds a path of plain names: of an attribute, a macro, a restricted visibility.
    pub(super) fn token_path(&mut self, field: u16) {
        let leading = self.token_is(0, b':') && self.token_is(1, b':');
        let mut names = usize::from(!leading);
        let mut at = self.at + names;
        while self.token_at(at).byte == b':' && self.token_at(at + 1).byte == b':' {
            names += 1;
            at += 3;
        }
        self.scoped_names(names, leading, field);
    }

    /// Adds `a::b::c` of so many names.
    pub(super) fn scoped_names(&mut self, names: usize, leading: bool, field: u16) {
        if names <= 1 && !leading {
            self.name(field);
            return;
        }
        self.node(self.kind.scoped_identifier, field, |this| {
            if names > 1 {
                this.scoped_names(names - 1, leading, this.field.path);
            }
            this.pass_text("::");
            this.name_after_colons();
        });
    }

    /// Adds a visibility, if there is one.
    pub(super) fn visibility(&mut self, visibility: &syn::Visibility) {
        match visibility {
            syn::Visibility::Inherited => {}
            syn::Visibility::Public(_) => self.node(self.kind.visibility_modifier, 0, |this| this.pass_word("pub")),
            syn::Visibility::Restricted(_) => self.node(self.kind.visibility_modifier, 0, |this| {
                this.pass_word("pub");
                this.pass_text("(");
                if this.next_is_word("in") {
                    this.pass();
                }
                this.token_path(0);
                this.pass_text(")");
            }),
        }
    }
}
