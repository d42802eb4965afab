//! Types, bounds and generics.

use syn::punctuated::Punctuated;
use syn::{
    BoundLifetimes, CapturedParam, GenericParam, Generics, Lifetime, NamedArg, PointerMutability, ReturnType, Token,
    TraitBound, Type, TypeParamBound, WhereClause, WherePredicate,
};

use super::lower::Lower;
use super::path::PathRole;
use crate::language::stack::with_step_stack;

impl Lower<'_> {
    /// Adds a type.
    pub(super) fn type_(&mut self, ty: &Type, field: u16) {
        with_step_stack(|| self.type_on_ensured_stack(ty, field));
    }

    fn type_on_ensured_stack(&mut self, ty: &Type, field: u16) {
        match ty {
            Type::Array(array) => self.node(self.kind.array_type, field, |this| {
                this.pass_text("[");
                this.type_(&array.elem, this.field.element);
                this.pass_text(";");
                this.expression(&array.len, this.field.length);
                this.pass_text("]");
            }),
            Type::Slice(slice) => self.node(self.kind.array_type, field, |this| {
                this.pass_text("[");
                this.type_(&slice.elem, this.field.element);
                this.pass_text("]");
            }),
            Type::FnPtr(pointer) => self.node(self.kind.function_type, field, |this| this.function_pointer(pointer)),
            Type::Group(group) => self.type_(&group.elem, field),
            Type::ImplTrait(ty) => self.bounded(&ty.bounds, field, Self::abstract_type),
            Type::TraitObject(ty) if ty.dyn_token.is_some() => self.bounded(&ty.bounds, field, Self::dynamic_type),
            Type::TraitObject(ty) => self.bounded(&ty.bounds, field, Self::bound),
            Type::Infer(_) => self.word(self.kind.type_identifier, field),
            Type::Macro(call) => self.macro_invocation(&call.mac, field),
            Type::Never(_) => self.node(self.kind.never_type, field, |this| this.pass_text("!")),
            Type::Paren(paren) => self.node(self.kind.tuple_type, field, |this| {
                this.list("(", std::iter::once(&*paren.elem), |this, ty| this.type_(ty, 0));
            }),
            Type::Path(ty) => self.path(ty.qself.as_ref(), &ty.path, PathRole::Type, field),
            Type::Ptr(pointer) => self.node(self.kind.pointer_type, field, |this| {
                this.pass_text("*");
                match pointer.mutability {
                    PointerMutability::Const(_) => this.pass_word("const"),
                    PointerMutability::Mut(_) => this.optional_mut(),
                }
                this.type_(&pointer.elem, this.field.type_);
            }),
            Type::Reference(reference) => self.node(self.kind.reference_type, field, |this| {
                this.pass_text("&");
                if reference.lifetime.is_some() {
                    this.lifetime(0);
                }
                this.optional_mut();
                this.type_(&reference.elem, this.field.type_);
            }),
            Type::Tuple(tuple) => {
                let kind = if tuple.elems.is_empty() { self.kind.unit_type } else { self.kind.tuple_type };
                self.node(kind, field, |this| this.list("(", tuple.elems.iter(), |this, ty| this.type_(ty, 0)));
            }
            _ => self.give_up("a type that syn does not interpret"),
        }
    }

    fn function_pointer(&mut self, pointer: &syn::TypeFnPtr) {
        if let Some(lifetimes) = &pointer.lifetimes {
            self.for_lifetimes(lifetimes);
        }
        self.function_modifiers();
        self.pass_word("fn");
        self.node(self.kind.parameters, self.field.parameters, |this| {
            this.pass_text("(");
            this.elements(pointer.inputs.iter(), Self::named_argument);
            if let Some(variadic) = &pointer.variadic {
                this.outer_attributes();
                this.node(this.kind.variadic_parameter, 0, |this| {
                    if variadic.name.is_some() {
                        this.pattern_name(this.field.pattern);
                        this.pass_text(":");
                    }
                    this.pass_text("...");
                });
                this.pass_if(b',');
            }
            this.pass_text(")");
        });
        self.return_type(&pointer.output);
    }

    /// Adds `for<'a>` before a function pointer or closure.
    pub(super) fn for_lifetimes(&mut self, lifetimes: &BoundLifetimes) {
        self.node(self.kind.for_lifetimes, 0, |this| {
            this.pass_word("for");
            this.list("<", lifetimes.lifetimes.iter(), |this, _| this.lifetime(0));
        });
    }

    /// Adds the parenthesised types of `Fn(A, B)`.
    pub(super) fn type_parameters_of_call(&mut self, inputs: &Punctuated<NamedArg, Token![,]>) {
        self.node(self.kind.parameters, self.field.parameters, |this| {
            this.list("(", inputs.iter(), Self::named_argument);
        });
    }

    fn named_argument(&mut self, argument: &NamedArg) {
        self.outer_attributes();
        if argument.name.is_none() {
            // In the grammar `_` is a token there.
            match &argument.ty {
                Type::Infer(_) => self.pass(),
                ty => self.type_(ty, 0),
            }
            return;
        }
        self.node(self.kind.parameter, 0, |this| {
            this.optional_mut();
            this.pattern_name(this.field.pattern);
            this.pass_text(":");
            this.type_(&argument.ty, this.field.type_);
        });
    }

    /// Adds a name as a pattern; `_` is a token.
    fn pattern_name(&mut self, field: u16) {
        if self.next_is_word("_") { self.pass() } else { self.name(field) }
    }

    pub(super) fn return_type(&mut self, output: &ReturnType) {
        if let ReturnType::Type(_, ty) = output {
            self.pass_text("->");
            self.type_(ty, self.field.return_type);
        }
    }

    /// Adds `A + B + C`, nested from the left; `first` adds the first bound with the `impl` or `dyn` before it.
    fn bounded(
        &mut self,
        bounds: &Punctuated<TypeParamBound, Token![+]>,
        field: u16,
        first: fn(&mut Self, &TypeParamBound, u16),
    ) {
        let pairs_first_two = self.next_is_word("impl")
            && bounds.len() > 1
            && matches!(bounds.first(), Some(TypeParamBound::PreciseCapture(_) | TypeParamBound::Lifetime(_)));
        let outer = bounds.len().saturating_sub(if pairs_first_two { 2 } else { 1 });
        for depth in 0..outer {
            self.open(self.kind.bounded_type, if depth == 0 { field } else { 0 });
        }
        let field = if outer == 0 { field } else { 0 };
        let mut rest = bounds.iter();
        match (rest.next(), pairs_first_two) {
            (Some(bound), false) => first(self, bound, field),
            // `impl 'a + X`: in the grammar the sum of the first two bounds is the trait.
            (Some(bound), true) => self.node(self.kind.abstract_type, field, |this| {
                this.pass_word("impl");
                this.node(this.kind.bounded_type, this.field.trait_, |this| {
                    this.bound(bound, 0);
                    this.pass_text("+");
                    if let Some(second) = rest.next() {
                        this.bound(second, 0);
                    }
                });
            }),
            (None, _) => {}
        }
        for bound in rest {
            self.pass_text("+");
            self.bound(bound, 0);
            self.close();
        }
        if bounds.trailing_punct() && self.token_is(0, b'+') {
            self.pass_text("+");
        }
    }

    fn abstract_type(&mut self, bound: &TypeParamBound, field: u16) {
        self.node(self.kind.abstract_type, field, |this| {
            this.pass_word("impl");
            match bound {
                TypeParamBound::Trait(TraitBound { lifetimes: Some(lifetimes), paren_token: None, path, .. }) => {
                    this.pass_word("for");
                    this.lifetime_parameters(lifetimes, 0);
                    this.path(None, path, PathRole::Type, this.field.trait_);
                }
                _ => this.bound(bound, this.field.trait_),
            }
        });
    }

    fn dynamic_type(&mut self, bound: &TypeParamBound, field: u16) {
        self.node(self.kind.dynamic_type, field, |this| {
            this.pass_word("dyn");
            this.bound(bound, this.field.trait_);
        });
    }

    /// Adds one bound.
    pub(super) fn bound(&mut self, bound: &TypeParamBound, field: u16) {
        match bound {
            TypeParamBound::Lifetime(_) => self.lifetime(field),
            TypeParamBound::Trait(bound) if bound.paren_token.is_some() => {
                self.node(self.kind.tuple_type, field, |this| {
                    this.pass_text("(");
                    this.trait_bound(bound, 0);
                    this.pass_text(")");
                });
            }
            TypeParamBound::Trait(bound) => self.trait_bound(bound, field),
            TypeParamBound::PreciseCapture(capture) => self.node(self.kind.use_bounds, field, |this| {
                this.pass_word("use");
                this.list("<", capture.params.iter(), |this, parameter| match parameter {
                    CapturedParam::Lifetime(_) => this.lifetime(0),
                    _ => this.word(this.kind.type_identifier, 0),
                });
            }),
            _ => self.give_up("a bound that syn does not interpret"),
        }
    }

    fn trait_bound(&mut self, bound: &TraitBound, field: u16) {
        if self.token_is(0, b'?') {
            self.node(self.kind.removed_trait_bound, field, |this| {
                this.pass();
                this.trait_bound(bound, 0);
            });
        } else if let Some(lifetimes) = &bound.lifetimes
            && self.next_is_word("for")
        {
            self.node(self.kind.higher_ranked_trait_bound, field, |this| {
                this.pass_word("for");
                this.lifetime_parameters(lifetimes, this.field.type_parameters);
                if this.token_is(0, b'?') {
                    this.trait_bound(bound, this.field.type_);
                } else {
                    this.path(None, &bound.path, PathRole::Type, this.field.type_);
                }
            });
        } else {
            self.path(None, &bound.path, PathRole::Type, field);
        }
    }

    fn lifetime_parameters(&mut self, lifetimes: &BoundLifetimes, field: u16) {
        self.node(self.kind.type_parameters, field, |this| {
            this.list("<", lifetimes.lifetimes.iter(), Self::generic_parameter);
        });
    }

    /// Adds `: A + B`.
    pub(super) fn trait_bounds<'a>(&mut self, bounds: impl Iterator<Item = &'a TypeParamBound>, field: u16) {
        self.node(self.kind.trait_bounds, field, |this| {
            this.pass_text(":");
            for bound in bounds {
                this.bound(bound, 0);
                this.pass_if(b'+');
            }
        });
    }

    fn lifetime_bounds(&mut self, bounds: &Punctuated<Lifetime, Token![+]>, field: u16) {
        self.node(self.kind.trait_bounds, field, |this| {
            this.pass_text(":");
            for _ in bounds {
                this.lifetime(0);
                this.pass_if(b'+');
            }
        });
    }

    /// Adds `<T, 'a, const N: usize>`, if there is one.
    pub(super) fn generics(&mut self, generics: &Generics) {
        if generics.lt_token.is_some() {
            self.node(self.kind.type_parameters, self.field.type_parameters, |this| {
                this.list("<", generics.params.iter(), Self::generic_parameter);
            });
        }
    }

    fn generic_parameter(&mut self, parameter: &GenericParam) {
        self.outer_attributes();
        match parameter {
            GenericParam::Lifetime(parameter) => self.node(self.kind.lifetime_parameter, 0, |this| {
                this.lifetime(this.field.name);
                if parameter.colon_token.is_some() {
                    this.lifetime_bounds(&parameter.bounds, this.field.bounds);
                }
            }),
            GenericParam::Type(parameter) => self.node(self.kind.type_parameter, 0, |this| {
                this.word(this.kind.type_identifier, this.field.name);
                if parameter.colon_token.is_some() {
                    this.trait_bounds(parameter.bounds.iter(), this.field.bounds);
                }
                if let Some((_, default)) = &parameter.default {
                    this.pass_text("=");
                    this.type_(default, this.field.default_type);
                }
            }),
            GenericParam::Const(parameter) => self.node(self.kind.const_parameter, 0, |this| {
                this.pass_word("const");
                this.word(this.kind.identifier, this.field.name);
                this.pass_text(":");
                this.type_(&parameter.ty, this.field.type_);
                if let Some((_, default)) = &parameter.default {
                    this.pass_text("=");
                    this.const_argument(default, this.field.value);
                }
            }),
        }
    }

    /// Adds the `where` clause, if it is next.
    pub(super) fn where_clause(&mut self, clause: Option<&WhereClause>) {
        if let Some(clause) = clause
            && self.next_is_word("where")
        {
            self.node(self.kind.where_clause, 0, |this| {
                this.pass_word("where");
                this.elements(clause.predicates.iter(), Self::where_predicate);
            });
        }
    }

    fn where_predicate(&mut self, predicate: &WherePredicate) {
        self.outer_attributes();
        self.node(self.kind.where_predicate, 0, |this| match predicate {
            WherePredicate::Lifetime(predicate) => {
                this.lifetime(this.field.left);
                this.lifetime_bounds(&predicate.bounds, this.field.bounds);
            }
            WherePredicate::Type(predicate) => {
                if let Some(lifetimes) = &predicate.lifetimes {
                    this.node(this.kind.higher_ranked_trait_bound, this.field.left, |this| {
                        this.pass_word("for");
                        this.lifetime_parameters(lifetimes, this.field.type_parameters);
                        this.type_(&predicate.bounded_ty, this.field.type_);
                    });
                } else {
                    this.type_(&predicate.bounded_ty, this.field.left);
                }
                this.trait_bounds(predicate.bounds.iter(), this.field.bounds);
            }
            _ => this.give_up("a predicate that syn does not interpret"),
        });
    }
}
