//! Items of files, modules and blocks.

use syn::{Fields, FnArg, Item, Pat, ReceiverKind, Signature, UseTree};

use super::lower::Lower;
use super::path::PathRole;
use crate::language::stack::with_step_stack;

/// The place of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemContext {
    /// The file or a block, where macro calls may be statements.
    Statements,
    /// The braces of a module, trait, impl or extern block.
    List,
}

impl Lower<'_> {
    /// Adds an item, with the attributes before it.
    pub(super) fn item(&mut self, item: &Item, within: ItemContext) {
        with_step_stack(|| {
            self.outer_attributes();
            self.item_after_attributes(item, within);
        });
    }

    /// Adds an item whose attributes are passed.
    fn item_after_attributes(&mut self, item: &Item, within: ItemContext) {
        match item {
            Item::Const(item) => self.node(self.kind.const_item, 0, |this| {
                this.visibility(&item.vis);
                this.constant(&item.generics, &item.ty, Some(&item.expr));
            }),
            Item::Enum(item) => self.node(self.kind.enum_item, 0, |this| this.enumeration(item)),
            Item::ExternCrate(item) => self.node(self.kind.extern_crate_declaration, 0, |this| {
                this.visibility(&item.vis);
                this.pass_word("extern");
                this.word(this.kind.crate_, 0);
                this.word(this.kind.identifier, this.field.name);
                if item.rename.is_some() {
                    this.pass_word("as");
                    this.word(this.kind.identifier, this.field.alias);
                }
                this.pass_text(";");
            }),
            Item::Fn(item) => self.function(Some(&item.vis), &item.sig, Some(&item.block)),
            Item::ForeignMod(item) => self.node(self.kind.foreign_mod_item, 0, |this| {
                if item.unsafety.is_some() {
                    this.pass_word("unsafe");
                }
                this.extern_modifier();
                this.declarations(item.items.iter(), Self::foreign_item);
            }),
            Item::Impl(item) => self.node(self.kind.impl_item, 0, |this| this.implementation(item)),
            Item::Macro(item) if item.ident.is_some() => {
                if self.next_is_word("macro_rules") {
                    self.macro_definition();
                } else {
                    self.give_up("a macro call with a name before its tokens");
                }
            }
            Item::Macro(item) => self.macro_item(&item.mac, item.semi_token.is_some(), within),
            Item::Mod(item) => self.node(self.kind.mod_item, 0, |this| {
                this.visibility(&item.vis);
                if item.unsafety.is_some() {
                    this.pass_word("unsafe");
                }
                this.pass_word("mod");
                this.word(this.kind.identifier, this.field.name);
                match &item.content {
                    Some((_, items)) => {
                        this.declarations(items.iter(), |this, item| this.item(item, ItemContext::List));
                    }
                    None => this.pass_text(";"),
                }
            }),
            Item::Static(item) => self.node(self.kind.static_item, 0, |this| {
                this.visibility(&item.vis);
                this.static_(&item.ty, Some(&item.expr));
            }),
            Item::Struct(item) => self.node(self.kind.struct_item, 0, |this| this.structure(item)),
            Item::Trait(item) => self.node(self.kind.trait_item, 0, |this| this.trait_(item)),
            Item::Type(item) => self.node(self.kind.type_item, 0, |this| {
                this.visibility(&item.vis);
                this.type_alias(&item.generics, &item.ty);
            }),
            Item::Union(item) => self.node(self.kind.union_item, 0, |this| {
                this.visibility(&item.vis);
                this.pass_word("union");
                this.word(this.kind.type_identifier, this.field.name);
                this.generics(&item.generics);
                this.where_clause(item.generics.where_clause.as_ref());
                this.named_fields(&item.fields);
            }),
            Item::Use(item) => self.node(self.kind.use_declaration, 0, |this| {
                this.visibility(&item.vis);
                this.pass_word("use");
                this.use_tree(&item.tree, this.field.argument);
                this.pass_text(";");
            }),
            Item::TraitAlias(_) => self.give_up("the grammar has no trait aliases"),
            _ => self.give_up("an item that syn does not interpret"),
        }
    }

    /// Adds braces with declarations in them.
    pub(super) fn declarations<T>(&mut self, items: impl Iterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.node(self.kind.declaration_list, self.field.body, |this| {
            this.pass_text("{");
            this.inner_attributes();
            for item in items {
                this.outer_attributes();
                each(this, item);
                if this.failure.is_some() {
                    return;
                }
            }
            this.pass_text("}");
        });
    }

    /// Adds a macro call as an item.
    pub(super) fn macro_item(&mut self, call: &syn::Macro, semicolon: bool, within: ItemContext) {
        if semicolon && within == ItemContext::Statements {
            self.node(self.kind.expression_statement, 0, |this| {
                this.macro_invocation(call, 0);
                this.pass_text(";");
            });
            return;
        }
        self.macro_invocation(call, 0);
        if semicolon {
            self.empty_statement();
        }
    }

    /// Adds `const NAME: T = value;`, without its visibility.
    pub(super) fn constant(&mut self, generics: &syn::Generics, ty: &syn::Type, value: Option<&syn::Expr>) {
        if self.next_is_word("default") {
            self.pass();
        }
        self.pass_word("const");
        self.word(self.kind.identifier, self.field.name);
        self.generics(generics);
        self.typed_value(ty, value);
    }

    /// Adds `: T = value;`.
    fn typed_value(&mut self, ty: &syn::Type, value: Option<&syn::Expr>) {
        self.pass_text(":");
        self.type_(ty, self.field.type_);
        if let Some(value) = value {
            self.pass_text("=");
            self.expression(value, self.field.value);
        }
        self.pass_text(";");
    }

    /// Adds `static mut NAME: T = value;`, without its visibility.
    pub(super) fn static_(&mut self, ty: &syn::Type, value: Option<&syn::Expr>) {
        while !self.next_is_word("static") && self.failure.is_none() {
            self.pass();
        }
        self.pass_word("static");
        self.optional_mut();
        self.word(self.kind.identifier, self.field.name);
        self.typed_value(ty, value);
    }

    /// Adds `type Name<T> = U;`, without its visibility.
    pub(super) fn type_alias(&mut self, generics: &syn::Generics, ty: &syn::Type) {
        if self.next_is_word("default") {
            self.pass();
        }
        self.pass_word("type");
        self.word(self.kind.type_identifier, self.field.name);
        self.generics(generics);
        self.where_clause(generics.where_clause.as_ref());
        self.pass_text("=");
        self.type_(ty, self.field.type_);
        self.where_clause(generics.where_clause.as_ref());
        self.pass_text(";");
    }

    fn enumeration(&mut self, item: &syn::ItemEnum) {
        self.visibility(&item.vis);
        self.pass_word("enum");
        self.word(self.kind.type_identifier, self.field.name);
        self.generics(&item.generics);
        self.where_clause(item.generics.where_clause.as_ref());
        self.node(self.kind.enum_variant_list, self.field.body, |this| {
            this.list("{", item.variants.iter(), |this, variant| {
                this.outer_attributes();
                this.node(this.kind.enum_variant, 0, |this| {
                    this.word(this.kind.identifier, this.field.name);
                    this.fields(&variant.fields);
                    if let Some((_, value)) = &variant.discriminant {
                        this.pass_text("=");
                        this.expression(value, this.field.value);
                    }
                });
            });
        });
    }

    fn structure(&mut self, item: &syn::ItemStruct) {
        self.visibility(&item.vis);
        self.pass_word("struct");
        self.word(self.kind.type_identifier, self.field.name);
        self.generics(&item.generics);
        self.where_clause(item.generics.where_clause.as_ref());
        self.fields(&item.fields);
        self.where_clause(item.generics.where_clause.as_ref());
        if item.semi_token.is_some() {
            self.pass_text(";");
        }
    }

    fn fields(&mut self, fields: &Fields) {
        match fields {
            Fields::Named(named) => self.named_fields(named),
            Fields::Unnamed(unnamed) => {
                self.node(self.kind.ordered_field_declaration_list, self.field.body, |this| {
                    this.list("(", unnamed.unnamed.iter(), |this, field| {
                        this.outer_attributes();
                        this.visibility(&field.vis);
                        this.type_(&field.ty, this.field.type_);
                    });
                });
            }
            Fields::Unit => {}
        }
    }

    fn named_fields(&mut self, fields: &syn::FieldsNamed) {
        self.node(self.kind.field_declaration_list, self.field.body, |this| {
            this.list("{", fields.named.iter(), |this, field| {
                this.outer_attributes();
                if field.default.is_some() {
                    this.give_up("the grammar has no default values of fields");
                }
                this.node(this.kind.field_declaration, 0, |this| {
                    this.visibility(&field.vis);
                    this.word(this.kind.field_identifier, this.field.name);
                    this.pass_text(":");
                    this.type_(&field.ty, this.field.type_);
                });
            });
        });
    }

    fn implementation(&mut self, item: &syn::ItemImpl) {
        if item.modifiers.defaultness.is_some() {
            self.pass_word("default");
        }
        if item.unsafety.is_some() {
            self.pass_word("unsafe");
        }
        self.pass_word("impl");
        self.generics(&item.generics);
        if item.modifiers.polarity.is_some() {
            self.pass_text("!");
        }
        if let Some((path, _)) = &item.trait_ {
            self.path(None, path, PathRole::Type, self.field.trait_);
            self.pass_word("for");
        }
        self.type_(&item.self_ty, self.field.type_);
        self.where_clause(item.generics.where_clause.as_ref());
        self.declarations(item.items.iter(), Self::impl_item);
    }

    fn trait_(&mut self, item: &syn::ItemTrait) {
        self.visibility(&item.vis);
        while !self.next_is_word("trait") && self.failure.is_none() {
            self.pass();
        }
        self.pass_word("trait");
        self.word(self.kind.type_identifier, self.field.name);
        self.generics(&item.generics);
        if item.colon_token.is_some() {
            self.trait_bounds(item.supertraits.iter(), self.field.bounds);
        }
        self.where_clause(item.generics.where_clause.as_ref());
        self.declarations(item.items.iter(), Self::trait_member);
    }

    /// Adds a function with a body, or a signature without one.
    pub(super) fn function(
        &mut self,
        visibility: Option<&syn::Visibility>,
        signature: &Signature,
        body: Option<&syn::Block>,
    ) {
        let kind = if body.is_some() { self.kind.function_item } else { self.kind.function_signature_item };
        self.node(kind, 0, |this| {
            if let Some(visibility) = visibility {
                this.visibility(visibility);
            }
            this.function_modifiers();
            this.pass_word("fn");
            this.word(this.kind.identifier, this.field.name);
            this.generics(&signature.generics);
            this.parameters(signature);
            this.return_type(&signature.output);
            this.where_clause(signature.generics.where_clause.as_ref());
            match body {
                Some(body) => this.block(body, this.field.body),
                None => this.pass_text(";"),
            }
        });
    }

    /// Adds `const async unsafe extern "C"` before `fn`.
    pub(super) fn function_modifiers(&mut self) {
        if self.next_is_word("fn") {
            return;
        }
        self.node(self.kind.function_modifiers, 0, |this| {
            while !this.next_is_word("fn") && this.failure.is_none() {
                if this.next_is_word("extern") { this.extern_modifier() } else { this.pass() }
            }
        });
    }

    fn extern_modifier(&mut self) {
        self.node(self.kind.extern_modifier, 0, |this| {
            this.pass_word("extern");
            if this.token().kind != super::lexer::TokenKind::Ident && !this.token_is(0, b'{') {
                this.literal(0);
            }
        });
    }

    fn parameters(&mut self, signature: &Signature) {
        self.node(self.kind.parameters, self.field.parameters, |this| {
            this.pass_text("(");
            this.elements(signature.inputs.iter(), Self::parameter);
            if let Some(variadic) = &signature.variadic {
                this.outer_attributes();
                this.node(this.kind.variadic_parameter, 0, |this| {
                    if let Some((pattern, _)) = &variadic.pat {
                        this.declared_pattern(pattern);
                        this.pass_text(":");
                    }
                    this.pass_text("...");
                });
                this.pass_if(b',');
            }
            this.pass_text(")");
        });
    }

    fn parameter(&mut self, parameter: &FnArg) {
        self.outer_attributes();
        match parameter {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Typed(_, ty) => self.node(self.kind.parameter, 0, |this| {
                    this.optional_mut();
                    this.word(this.kind.self_, this.field.pattern);
                    this.pass_text(":");
                    this.type_(ty, this.field.type_);
                }),
                _ => self.node(self.kind.self_parameter, 0, |this| {
                    if this.pass_if(b'&') && this.token().kind == super::lexer::TokenKind::Lifetime {
                        this.lifetime(0);
                    }
                    this.optional_mut();
                    this.word(this.kind.self_, 0);
                }),
            },
            FnArg::Typed(typed) => {
                if matches!(&*typed.pat, Pat::Verbatim(_)) {
                    self.type_(&typed.ty, 0);
                    return;
                }
                self.node(self.kind.parameter, 0, |this| {
                    this.declared_pattern(&typed.pat);
                    this.pass_text(":");
                    this.type_(&typed.ty, this.field.type_);
                });
            }
        }
    }

    /// Adds the tree of a `use`.
    fn use_tree(&mut self, tree: &UseTree, field: u16) {
        let leading = self.token_is(0, b':') && self.token_is(1, b':');
        let (mut names, mut end) = (0, tree);
        while let UseTree::Path(path) = end {
            names += 1;
            end = &path.tree;
        }
        match end {
            UseTree::Rename(_) => self.node(self.kind.use_as_clause, field, |this| {
                this.scoped_names(names + 1, leading, this.field.path);
                this.pass_word("as");
                this.word(this.kind.identifier, this.field.alias);
            }),
            UseTree::Glob(_) => self.node(self.kind.use_wildcard, field, |this| {
                if names > 0 {
                    this.scoped_names(names, leading, 0);
                }
                if names > 0 || leading {
                    this.pass_text("::");
                }
                this.pass_text("*");
            }),
            UseTree::Group(group) if names > 0 || leading => {
                self.node(self.kind.scoped_use_list, field, |this| {
                    if names > 0 {
                        this.scoped_names(names, leading, this.field.path);
                    }
                    this.pass_text("::");
                    this.use_list(group, this.field.list);
                });
            }
            UseTree::Group(group) => self.use_list(group, field),
            _ => self.scoped_names(names + 1, leading, field),
        }
    }

    fn use_list(&mut self, group: &syn::UseGroup, field: u16) {
        self.node(self.kind.use_list, field, |this| {
            this.list("{", group.items.iter(), |this, tree| this.use_tree(tree, 0));
        });
    }
}
