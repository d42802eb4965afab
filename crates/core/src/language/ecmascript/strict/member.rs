//! Calls, members, objects and their properties.

use oxc_ast::ast::{
    Argument, CallExpression, ChainElement, ComputedMemberExpression, Expression, ImportExpression, NewExpression,
    ObjectExpression, ObjectProperty, ObjectPropertyKind, PrivateFieldExpression, PropertyKey, PropertyKind,
    StaticMemberExpression,
};

use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn chain(&mut self, chain: &ChainElement<'_>, field: u16) {
        match chain {
            ChainElement::CallExpression(call) => self.call(call, field),
            ChainElement::TSNonNullExpression(inner) => {
                self.around(self.kinds().non_null_expression, field, span(&**inner), &inner.expression, NO_FIELD);
            }
            ChainElement::ComputedMemberExpression(member) => self.computed_member(member, field),
            ChainElement::StaticMemberExpression(member) => self.static_member(member, field),
            ChainElement::PrivateFieldExpression(member) => self.private_member(member, field),
        }
    }

    pub(super) fn call(&mut self, call: &CallExpression<'_>, field: u16) {
        let f = self.fields();
        let at = span(call);
        self.open(self.kinds().call_expression, field, at);
        self.expression(&call.callee, f.function);
        let mut end = span(&call.callee).end;
        if call.optional {
            let mark = self.skip(end);
            end = mark + 2;
            // In TypeScript's grammar the `?.` of a call is a plain token.
            if !self.typescript() {
                self.optional_chain(mark);
            }
        }
        if let Some(arguments) = &call.type_arguments {
            self.type_arguments(arguments, f.type_arguments);
            end = span(&**arguments).end;
        }
        let start = self.skip(end);
        self.arguments(&call.arguments, Span::new(start, at.end));
        self.close();
    }

    fn arguments(&mut self, arguments: &[Argument<'_>], at: Span) {
        self.open(self.kinds().arguments, self.fields().arguments, at);
        for argument in arguments {
            match argument {
                Argument::SpreadElement(spread) => self.spread(spread),
                _ => {
                    if let Some(expression) = argument.as_expression() {
                        self.expression(expression, NO_FIELD);
                    }
                }
            }
        }
        self.close();
    }

    pub(super) fn import_call(&mut self, import: &ImportExpression<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(import);
        self.open(k.call_expression, field, at);
        let open = self.before(span(&import.source).start, "(");
        // The grammar has no `import.defer(…)`; it becomes a function of that name.
        self.tokens(k.import, f.function, Span::new(at.start, self.skip_back(open)));
        self.open(k.arguments, f.arguments, Span::new(open, at.end));
        self.expression(&import.source, NO_FIELD);
        if let Some(options) = &import.options {
            self.expression(options, NO_FIELD);
        }
        self.close();
        self.close();
    }

    pub(super) fn new_expression(&mut self, new: &NewExpression<'_>, field: u16) {
        let f = self.fields();
        let at = span(new);
        self.open(self.kinds().new_expression, field, at);
        self.expression(&new.callee, f.constructor);
        let mut end = span(&new.callee).end;
        if let Some(arguments) = &new.type_arguments {
            self.type_arguments(arguments, f.type_arguments);
            end = span(&**arguments).end;
        }
        let start = self.skip(end);
        if start < at.end && self.byte(start) == b'(' {
            self.arguments(&new.arguments, Span::new(start, at.end));
        }
        self.close();
    }

    fn optional_chain(&mut self, mark: u32) {
        let at = Span::new(mark, mark + 2);
        if self.typescript() {
            self.tokens(self.kinds().optional_chain, self.fields().optional_chain, at);
        } else {
            self.leaf(self.kinds().optional_chain, self.fields().optional_chain, at);
        }
    }

    fn object_of(&mut self, object: &Expression<'_>, optional: bool) {
        self.expression(object, self.fields().object);
        if optional {
            self.optional_chain(self.skip(span(object).end));
        }
    }

    pub(super) fn static_member(&mut self, member: &StaticMemberExpression<'_>, field: u16) {
        self.open(self.kinds().member_expression, field, span(member));
        self.object_of(&member.object, member.optional);
        self.leaf(self.kinds().property_identifier, self.fields().property, span(&member.property));
        self.close();
    }

    pub(super) fn private_member(&mut self, member: &PrivateFieldExpression<'_>, field: u16) {
        self.open(self.kinds().member_expression, field, span(member));
        self.object_of(&member.object, member.optional);
        self.leaf(self.kinds().private_property_identifier, self.fields().property, span(&member.field));
        self.close();
    }

    pub(super) fn computed_member(&mut self, member: &ComputedMemberExpression<'_>, field: u16) {
        self.open(self.kinds().subscript_expression, field, span(member));
        self.object_of(&member.object, member.optional);
        self.expression(&member.expression, self.fields().index);
        self.close();
    }

    pub(super) fn object(&mut self, object: &ObjectExpression<'_>, field: u16) {
        self.open(self.kinds().object, field, span(object));
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => self.property(property),
                ObjectPropertyKind::SpreadProperty(spread) => self.spread(spread),
            }
        }
        self.close();
    }

    fn property(&mut self, property: &ObjectProperty<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(property);
        if (property.method || property.kind != PropertyKind::Init)
            && let Expression::FunctionExpression(function) = &property.value
        {
            self.open(k.method_definition, NO_FIELD, at);
            self.key(&property.key, property.computed, f.name);
            self.signature(function, f.return_type);
            self.body_of(function);
            self.close();
        } else if property.shorthand {
            self.leaf(k.shorthand_property_identifier, NO_FIELD, at);
        } else {
            self.open(k.pair, NO_FIELD, at);
            self.key(&property.key, property.computed, f.key);
            self.expression(&property.value, f.value);
            self.close();
        }
    }

    /// Adds the name of a property; a computed one with its brackets.
    pub(super) fn key(&mut self, key: &PropertyKey<'_>, computed: bool, field: u16) {
        let k = self.kinds();
        let at = span(key);
        if computed {
            self.open(k.computed_property_name, field, self.brackets(at));
            if let Some(expression) = key.as_expression() {
                self.expression(expression, NO_FIELD);
            }
            self.close();
            return;
        }
        match key {
            PropertyKey::StaticIdentifier(_) => self.leaf(k.property_identifier, field, at),
            PropertyKey::PrivateIdentifier(_) => self.leaf(k.private_property_identifier, field, at),
            _ => {
                if let Some(expression) = key.as_expression() {
                    self.expression(expression, field);
                }
            }
        }
    }

    /// The span of the brackets around `inner`.
    pub(super) fn brackets(&self, inner: Span) -> Span {
        Span::new(self.before(inner.start, "["), self.after(inner.end, "]"))
    }

    /// The span of a property's name; of a computed one with its brackets.
    pub(super) fn key_span(&self, key: &PropertyKey<'_>, computed: bool) -> Span {
        if computed { self.brackets(span(key)) } else { span(key) }
    }
}
