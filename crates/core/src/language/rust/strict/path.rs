//! Paths: a list of segments in syn; in the grammar nested from the left, with kinds that depend on the place.

use syn::{AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, QSelf};

use super::super::grammar_workarounds::is_primitive;
use super::lower::Lower;

/// The place of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PathRole {
    /// As a type.
    Type,
    /// As an expression.
    Expression,
    /// As the name of a struct expression or pattern.
    Struct,
    /// As a pattern of its own.
    Pattern,
    /// Before the parentheses of a pattern.
    TuplePattern,
    /// Before `::name` of a longer path.
    Prefix,
}

/// The kinds of a path's last name, alone and behind `::`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NameStyle {
    /// `identifier`, `scoped_identifier`.
    Value,
    /// `type_identifier`, `scoped_type_identifier`.
    Type,
    /// `type_identifier`, `scoped_identifier`.
    Turbofish,
}

impl Lower<'_> {
    /// Adds a path with its arguments.
    pub(super) fn path(&mut self, qself: Option<&QSelf>, path: &Path, role: PathRole, field: u16) {
        match path.segments.len().checked_sub(1) {
            Some(last) => self.segment(qself, path, last, role, field),
            None => self.give_up("an empty path"),
        }
    }

    /// Adds the path up to a segment, with the segment's arguments.
    fn segment(&mut self, qself: Option<&QSelf>, path: &Path, at: usize, role: PathRole, field: u16) {
        let Some(segment) = path.segments.iter().nth(at) else { return };
        match &segment.arguments {
            PathArguments::None => {
                let style = match role {
                    PathRole::Type | PathRole::Struct => NameStyle::Type,
                    _ => NameStyle::Value,
                };
                self.path_without_arguments(qself, path, at, style, field);
            }
            PathArguments::AngleBracketed(arguments) => {
                let turbofish = arguments.colon2_token.is_some();
                let (kind, name_field, style) = match role {
                    PathRole::Expression => (self.kind.generic_function, self.field.function, NameStyle::Value),
                    PathRole::Pattern => (self.kind.generic_pattern, 0, NameStyle::Value),
                    PathRole::Struct => (self.kind.generic_type_with_turbofish, self.field.type_, NameStyle::Turbofish),
                    _ if turbofish => (self.kind.generic_type, self.field.type_, NameStyle::Turbofish),
                    _ => (self.kind.generic_type, self.field.type_, NameStyle::Type),
                };
                self.node(kind, field, |this| {
                    this.path_without_arguments(qself, path, at, style, name_field);
                    this.type_arguments(arguments);
                });
            }
            PathArguments::Parenthesized(arguments) => self.node(self.kind.function_type, field, |this| {
                this.path_without_arguments(qself, path, at, NameStyle::Type, this.field.trait_);
                this.type_parameters_of_call(&arguments.inputs);
                this.return_type(&arguments.output);
            }),
        }
    }

    /// Adds the path up to a segment, without the segment's arguments.
    fn path_without_arguments(&mut self, qself: Option<&QSelf>, path: &Path, at: usize, style: NameStyle, field: u16) {
        let qualified_self = qself.filter(|qself| qself.position == at);
        if at == 0 && path.leading_colon.is_none() && qualified_self.is_none() {
            match style {
                NameStyle::Value => self.name(field),
                NameStyle::Type if self.word_at(self.at).is_some_and(is_primitive) => {
                    self.word(self.kind.primitive_type, field);
                }
                _ => self.word(self.kind.type_identifier, field),
            }
            return;
        }
        let kind =
            if style == NameStyle::Type { self.kind.scoped_type_identifier } else { self.kind.scoped_identifier };
        self.node(kind, field, |this| {
            if let Some(qself) = qualified_self {
                this.qualified_self(qself, path);
            } else if at > 0 {
                this.segment(qself, path, at - 1, PathRole::Prefix, this.field.path);
            }
            this.pass_text("::");
            if style == NameStyle::Type {
                this.word(this.kind.type_identifier, this.field.name);
            } else {
                this.name_after_colons();
            }
        });
    }

    /// Adds `<T as Trait>`.
    fn qualified_self(&mut self, qself: &QSelf, path: &Path) {
        self.node(self.kind.bracketed_type, self.field.path, |this| {
            this.pass_text("<");
            match qself.position.checked_sub(1) {
                Some(last) if qself.as_token.is_some() => this.node(this.kind.qualified_type, 0, |this| {
                    this.type_(&qself.ty, this.field.type_);
                    this.pass_word("as");
                    this.segment(None, path, last, PathRole::Type, this.field.alias);
                }),
                _ => this.type_(&qself.ty, 0),
            }
            this.pass_text(">");
        });
    }

    /// Adds `<A, B>` with the `::` before it, if there is one.
    pub(super) fn type_arguments(&mut self, arguments: &AngleBracketedGenericArguments) {
        if arguments.colon2_token.is_some() {
            self.pass_text("::");
        }
        self.node(self.kind.type_arguments, self.field.type_arguments, |this| {
            this.list("<", arguments.args.iter(), Self::type_argument);
        });
    }

    fn type_argument(&mut self, argument: &GenericArgument) {
        match argument {
            GenericArgument::Lifetime(_) => self.lifetime(0),
            GenericArgument::Type(ty) => self.type_(ty, 0),
            GenericArgument::Const(value) => self.const_argument(value, 0),
            GenericArgument::AssocType(binding) => self.node(self.kind.type_binding, 0, |this| {
                this.word(this.kind.type_identifier, this.field.name);
                if let Some(arguments) = &binding.generics {
                    this.type_arguments(arguments);
                }
                this.pass_text("=");
                this.type_(&binding.ty, this.field.type_);
            }),
            GenericArgument::AssocConst(binding) => self.node(self.kind.type_binding, 0, |this| {
                this.word(this.kind.type_identifier, this.field.name);
                if let Some(arguments) = &binding.generics {
                    this.type_arguments(arguments);
                }
                this.pass_text("=");
                this.const_argument(&binding.value, this.field.type_);
            }),
            GenericArgument::Constraint(constraint) => {
                match &constraint.generics {
                    Some(arguments) => self.node(self.kind.generic_type, 0, |this| {
                        this.word(this.kind.type_identifier, this.field.type_);
                        this.type_arguments(arguments);
                    }),
                    None => self.word(self.kind.type_identifier, 0),
                }
                self.trait_bounds(constraint.bounds.iter(), 0);
            }
            _ => self.give_up("an argument that syn does not interpret"),
        }
    }

    /// Adds a constant among type arguments or as the default of a parameter: `3`, `-3`, `{ N }`, `N`.
    pub(super) fn const_argument(&mut self, value: &syn::Expr, field: u16) {
        if self.token_is(0, b'-') {
            self.signed_literal(field);
        } else {
            self.expression(value, field);
        }
    }
}
