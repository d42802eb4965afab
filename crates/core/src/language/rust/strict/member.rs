//! Items of traits, impls and extern blocks.

use syn::{ForeignItem, ImplItem, TraitItem};

use super::item::ItemContext;
use super::lower::Lower;

impl Lower<'_> {
    pub(super) fn trait_member(&mut self, item: &TraitItem) {
        match item {
            TraitItem::Const(item) => self.node(self.kind.const_item, 0, |this| {
                this.constant(&item.generics, &item.ty, item.default.as_ref().map(|(_, value)| value));
            }),
            TraitItem::Fn(item) => self.function(None, &item.sig, item.default.as_ref()),
            TraitItem::Type(item) if item.default.is_some() => match &item.default {
                Some((_, default)) if item.colon_token.is_none() => {
                    self.node(self.kind.type_item, 0, |this| this.type_alias(&item.generics, default));
                }
                _ => self.give_up("the grammar has no associated types with bounds and default"),
            },
            TraitItem::Type(item) => self.node(self.kind.associated_type, 0, |this| {
                this.pass_word("type");
                this.word(this.kind.type_identifier, this.field.name);
                this.generics(&item.generics);
                if item.colon_token.is_some() {
                    this.trait_bounds(item.bounds.iter(), this.field.bounds);
                }
                this.where_clause(item.generics.where_clause.as_ref());
                this.pass_text(";");
            }),
            TraitItem::Macro(item) => self.macro_item(&item.mac, item.semi_token.is_some(), ItemContext::List),
            _ => self.give_up("an item of a trait that syn does not interpret"),
        }
    }

    pub(super) fn impl_item(&mut self, item: &ImplItem) {
        match item {
            ImplItem::Const(item) => self.node(self.kind.const_item, 0, |this| {
                this.visibility(&item.vis);
                this.constant(&item.generics, &item.ty, Some(&item.expr));
            }),
            ImplItem::Fn(item) => self.function(Some(&item.vis), &item.sig, Some(&item.block)),
            ImplItem::Type(item) => self.node(self.kind.type_item, 0, |this| {
                this.visibility(&item.vis);
                this.type_alias(&item.generics, &item.ty);
            }),
            ImplItem::Macro(item) => self.macro_item(&item.mac, item.semi_token.is_some(), ItemContext::List),
            _ => self.give_up("an item of an impl that syn does not interpret"),
        }
    }

    pub(super) fn foreign_item(&mut self, item: &ForeignItem) {
        match item {
            ForeignItem::Fn(item) => self.function(Some(&item.vis), &item.sig, None),
            ForeignItem::Static(item) => self.node(self.kind.static_item, 0, |this| {
                this.visibility(&item.vis);
                this.static_(&item.ty, None);
            }),
            ForeignItem::Type(item) => self.node(self.kind.associated_type, 0, |this| {
                this.visibility(&item.vis);
                this.pass_word("type");
                this.word(this.kind.type_identifier, this.field.name);
                this.generics(&item.generics);
                this.where_clause(item.generics.where_clause.as_ref());
                this.pass_text(";");
            }),
            ForeignItem::Macro(item) => self.macro_item(&item.mac, item.semi_token.is_some(), ItemContext::List),
            _ => self.give_up("an item of an extern block that syn does not interpret"),
        }
    }
}
