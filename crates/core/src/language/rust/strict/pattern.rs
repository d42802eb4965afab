//! Patterns.

use syn::{Expr, FieldPat, Member, Pat, PatIdent};

use super::lower::Lower;
use super::path::PathRole;
use crate::language::stack::with_step_stack;

impl Lower<'_> {
    /// Adds a pattern.
    pub(super) fn pattern(&mut self, pattern: &Pat, field: u16) {
        with_step_stack(|| self.pattern_on_ensured_stack(pattern, field));
    }

    /// Adds a pattern; [`with_step_stack`] has ensured that the stack suffices for it.
    fn pattern_on_ensured_stack(&mut self, pattern: &Pat, field: u16) {
        self.outer_attributes();
        match pattern {
            Pat::Const(block) => self.node(self.kind.const_block, field, |this| {
                this.pass_word("const");
                this.block(&block.block, this.field.body);
            }),
            Pat::Ident(name) => self.name_pattern(name, field),
            Pat::Lit(_) => self.signed_literal(field),
            Pat::Macro(call) => self.macro_invocation(&call.mac, field),
            // `a | b | c` nests from the left: one node for each `|`.
            Pat::Or(or) => {
                let bars = or.cases.len().saturating_sub(1) + usize::from(or.leading_vert.is_some());
                for depth in 0..bars {
                    self.open(self.kind.or_pattern, if depth == 0 { field } else { 0 });
                }
                for (at, case) in or.cases.iter().enumerate() {
                    let has_bar = self.pass_if(b'|');
                    self.pattern(case, if bars == 0 { field } else { 0 });
                    if has_bar || at > 0 {
                        self.close();
                    }
                }
            }
            Pat::Paren(paren) => self.node(self.kind.tuple_pattern, field, |this| {
                this.list("(", std::iter::once(&*paren.pat), |this, pattern| this.pattern(pattern, 0));
            }),
            Pat::Path(path) => self.path(path.qself.as_ref(), &path.path, PathRole::Pattern, field),
            Pat::Range(range) => self.node(self.kind.range_pattern, field, |this| {
                if let Some(start) = &range.start {
                    this.range_bound(start, this.field.left);
                }
                this.range_limits(&range.limits);
                if let Some(end) = &range.end {
                    this.range_bound(end, this.field.right);
                }
            }),
            Pat::Reference(reference) => self.node(self.kind.reference_pattern, field, |this| {
                this.pass_text("&");
                if reference.mutability.is_some() {
                    this.optional_mut();
                }
                this.pattern(&reference.pat, 0);
            }),
            Pat::Rest(_) => self.rest_pattern(field),
            Pat::Slice(slice) => self.node(self.kind.slice_pattern, field, |this| {
                this.list("[", slice.elems.iter(), |this, pattern| this.pattern(pattern, 0));
            }),
            Pat::Struct(pattern) => self.node(self.kind.struct_pattern, field, |this| {
                this.path(pattern.qself.as_ref(), &pattern.path, PathRole::Struct, this.field.type_);
                this.pass_text("{");
                this.elements(pattern.fields.iter(), Self::field_pattern);
                if pattern.rest.is_some() {
                    this.outer_attributes();
                    this.rest_pattern(0);
                }
                this.pass_text("}");
            }),
            Pat::Tuple(tuple) => self.node(self.kind.tuple_pattern, field, |this| {
                this.list("(", tuple.elems.iter(), |this, pattern| this.pattern(pattern, 0));
            }),
            Pat::TupleStruct(pattern) => self.node(self.kind.tuple_struct_pattern, field, |this| {
                this.path(pattern.qself.as_ref(), &pattern.path, PathRole::TuplePattern, this.field.type_);
                this.list("(", pattern.elems.iter(), |this, pattern| this.pattern(pattern, 0));
            }),
            Pat::Wild(_) => self.pass_word("_"),
            _ => self.give_up("a pattern that syn does not interpret"),
        }
    }

    fn rest_pattern(&mut self, field: u16) {
        self.node(self.kind.remaining_field_pattern, field, |this| this.pass_text(".."));
    }

    fn name_pattern(&mut self, name: &PatIdent, field: u16) {
        if self.next_is_word("ref") && name.by_ref.is_some() {
            self.node(self.kind.ref_pattern, field, |this| {
                this.pass_word("ref");
                this.mutable_pattern(name, 0);
            });
        } else {
            self.mutable_pattern(name, field);
        }
    }

    fn mutable_pattern(&mut self, name: &PatIdent, field: u16) {
        if name.mutability.is_some() && self.next_is_word("mut") {
            self.node(self.kind.mut_pattern, field, |this| {
                this.optional_mut();
                this.captured_name(name, 0);
            });
        } else {
            self.captured_name(name, field);
        }
    }

    fn captured_name(&mut self, name: &PatIdent, field: u16) {
        let Some((_, pattern)) = &name.subpat else {
            self.name(field);
            return;
        };
        self.node(self.kind.captured_pattern, field, |this| {
            this.name(0);
            this.pass_text("@");
            this.pattern(pattern, 0);
        });
    }

    /// Adds the pattern of a declaration or parameter, where the `mut` of a plain name stands before it as a sibling.
    pub(super) fn declared_pattern(&mut self, pattern: &Pat) {
        if let Pat::Ident(name) = pattern
            && name.by_ref.is_none()
        {
            self.optional_mut();
            self.captured_name(name, self.field.pattern);
        } else {
            self.pattern(pattern, self.field.pattern);
        }
    }

    fn field_pattern(&mut self, pattern: &FieldPat) {
        self.outer_attributes();
        self.node(self.kind.field_pattern, 0, |this| {
            if pattern.colon_token.is_some() {
                this.member(&pattern.member, this.field.name);
                this.pass_text(":");
                this.pattern(&pattern.pat, this.field.pattern);
                return;
            }
            match &*pattern.pat {
                Pat::Ident(name) => {
                    if name.by_ref.is_some() {
                        this.pass_word("ref");
                    }
                    this.optional_mut();
                    this.word(this.kind.shorthand_field_identifier, this.field.name);
                }
                _ => this.give_up("a field pattern that syn does not interpret"),
            }
        });
    }

    /// Adds the name or number of a field.
    pub(super) fn member(&mut self, member: &Member, field: u16) {
        match member {
            Member::Named(_) => self.word(self.kind.field_identifier, field),
            Member::Unnamed(_) => self.leaf(self.kind.integer_literal, field),
        }
    }

    fn range_bound(&mut self, bound: &Expr, field: u16) {
        match bound {
            Expr::Lit(_) | Expr::Unary(_) => self.signed_literal(field),
            bound => self.expression(bound, field),
        }
    }
}
