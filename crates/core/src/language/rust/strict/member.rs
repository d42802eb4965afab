//! Items of traits, impls and extern blocks.

use syn::{ForeignItem, ImplItem, TraitItem};

use super::item::ItemContext;
use super::lower::Lower;

impl Lower<'_> {
    pub(super) fn trait_member(&mut self, item: &TraitItem) {
        match item {
            TraitItem::Const(of) => self.node(self.kind.const_item, 0, |this| {
                this.constant(&of.generics, &of.ty, of.default.as_ref().map(|(_, value)| value));
            }),
            TraitItem::Fn(of) => self.function(None, &of.sig, of.default.as_ref()),
            TraitItem::Type(of) if of.default.is_some() => match &of.default {
                Some((_, default)) if of.colon_token.is_none() => {
                    self.node(self.kind.type_item, 0, |this| this.type_alias(&of.generics, default));
                }
                _ => self.give_up("the grammar has no associated types with bounds and default"),
            },
            TraitItem::Type(of) => self.node(self.kind.associated_type, 0, |this| {
                this.pass_word("type");
                this.word(this.kind.type_identifier, this.field.name);
                this.generics(&of.generics);
                if of.colon_token.is_some() {
                    this.trait_bounds(of.bounds.iter(), this.field.bounds);
                }
                this.where_clause(of.generics.where_clause.as_ref());
                this.pass_text(";");
            }),
            TraitItem::Macro(of) => self.macro_item(&of.mac, of.semi_token.is_some(), ItemContext::List),
            _ => self.give_up("an item of a trait that syn does not interpret"),
        }
    }

    pub(super) fn impl_item(&mut self, item: &ImplItem) {
        match item {
            ImplItem::Const(of) => self.node(self.kind.const_item, 0, |this| {
                this.visibility(&of.vis);
                this.constant(&of.generics, &of.ty, Some(&of.expr));
            }),
            ImplItem::Fn(of) => self.function(Some(&of.vis), &of.sig, Some(&of.block)),
            ImplItem::Type(of) => self.node(self.kind.type_item, 0, |this| {
                this.visibility(&of.vis);
                this.type_alias(&of.generics, &of.ty);
            }),
            ImplItem::Macro(of) => self.macro_item(&of.mac, of.semi_token.is_some(), ItemContext::List),
            _ => self.give_up("an item of an impl that syn does not interpret"),
        }
    }

    pub(super) fn foreign_item(&mut self, item: &ForeignItem) {
        match item {
            ForeignItem::Fn(of) => self.function(Some(&of.vis), &of.sig, None),
            ForeignItem::Static(of) => self.node(self.kind.static_item, 0, |this| {
                this.visibility(&of.vis);
                this.static_(&of.ty, None);
            }),
            ForeignItem::Type(of) => self.node(self.kind.associated_type, 0, |this| {
                this.visibility(&of.vis);
                this.pass_word("type");
                this.word(this.kind.type_identifier, this.field.name);
                this.generics(&of.generics);
                this.where_clause(of.generics.where_clause.as_ref());
                this.pass_text(";");
            }),
            ForeignItem::Macro(of) => self.macro_item(&of.mac, of.semi_token.is_some(), ItemContext::List),
            _ => self.give_up("an item of an extern block that syn does not interpret"),
        }
    }
}
