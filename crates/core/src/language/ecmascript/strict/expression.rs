//! Expressions.

use oxc_ast::ast::{
    ArrayExpression, ArrayExpressionElement, AssignmentExpression, AssignmentTarget, BindingIdentifier,
    ConditionalExpression, Expression, IdentifierReference, SimpleAssignmentTarget, SpreadElement, TSTypeAssertion,
    UpdateExpression, YieldExpression,
};

use crate::language::ecmascript::strict::asi::BeforeSemicolon;
use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn expression(&mut self, expression: &Expression<'_>, field: u16) {
        match expression {
            // Half of all expressions are names, which do not recurse.
            Expression::Identifier(identifier) => self.reference(identifier, field),
            _ => self.with_stack(|emit| emit.expression_on_ensured_stack(expression, field)),
        }
    }

    fn expression_on_ensured_stack(&mut self, expression: &Expression<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(expression);
        match expression {
            Expression::BooleanLiteral(boolean) => {
                self.leaf(if boolean.value { k.true_ } else { k.false_ }, field, at);
            }
            Expression::NullLiteral(_) => self.leaf(k.null, field, at),
            Expression::NumericLiteral(_) | Expression::BigIntLiteral(_) => self.leaf(k.number, field, at),
            Expression::RegExpLiteral(regex) => self.regex(regex, field),
            Expression::StringLiteral(string) => self.string(string, field),
            Expression::TemplateLiteral(template) => self.template(template, field),
            Expression::Identifier(identifier) => self.reference(identifier, field),
            Expression::Super(_) => self.leaf(k.super_, field, at),
            Expression::ThisExpression(_) => self.leaf(k.this, field, at),
            Expression::ArrayExpression(array) => self.array(array, field),
            Expression::ArrowFunctionExpression(arrow) => self.arrow(arrow, field),
            Expression::AssignmentExpression(assignment) => self.assignment(assignment, field),
            Expression::AwaitExpression(expression) => {
                self.around(k.await_expression, field, at, &expression.argument, NO_FIELD);
            }
            Expression::BinaryExpression(binary) => {
                self.open(k.binary_expression, field, at);
                self.expression(&binary.left, f.left);
                self.expression(&binary.right, f.right);
                self.close();
            }
            Expression::LogicalExpression(binary) => {
                self.open(k.binary_expression, field, at);
                self.expression(&binary.left, f.left);
                self.expression(&binary.right, f.right);
                self.close();
            }
            Expression::PrivateInExpression(binary) => {
                self.open(k.binary_expression, field, at);
                self.leaf(k.private_property_identifier, f.left, span(&binary.left));
                self.expression(&binary.right, f.right);
                self.close();
            }
            Expression::CallExpression(call) => self.call(call, field),
            Expression::ChainExpression(chain) => self.chain(&chain.expression, field),
            Expression::ClassExpression(class) => self.class(class, k.class, field, None, BeforeSemicolon::Expression),
            Expression::ConditionalExpression(conditional) => self.conditional(conditional, field),
            Expression::FunctionExpression(function) => self.function_expression(function, field),
            Expression::ImportExpression(import) => self.import_call(import, field),
            Expression::NewExpression(new) => self.new_expression(new, field),
            Expression::ObjectExpression(object) => self.object(object, field),
            Expression::ParenthesizedExpression(inner) => {
                self.around(k.parenthesized_expression, field, at, &inner.expression, NO_FIELD);
            }
            Expression::SequenceExpression(sequence) => {
                self.open(k.sequence_expression, field, at);
                for expression in &sequence.expressions {
                    self.expression(expression, NO_FIELD);
                }
                self.close();
            }
            Expression::TaggedTemplateExpression(tagged) => {
                self.open(k.call_expression, field, at);
                self.expression(&tagged.tag, f.function);
                self.optional_type_arguments(tagged.type_arguments.as_deref(), f.type_arguments);
                self.template(&tagged.quasi, f.arguments);
                self.close();
            }
            Expression::UnaryExpression(unary) => {
                self.around(k.unary_expression, field, at, &unary.argument, f.argument);
            }
            Expression::UpdateExpression(update) => self.update(update, field),
            Expression::YieldExpression(expression) => self.yield_expression(expression, field),
            Expression::ImportMeta(_) | Expression::NewTarget(_) => self.tokens(k.meta_property, field, at),
            Expression::JSXElement(element) => self.jsx_element(element, field),
            Expression::JSXFragment(fragment) => self.jsx_fragment(fragment, field),
            Expression::TSAsExpression(cast) => {
                self.open(k.as_expression, field, at);
                self.expression(&cast.expression, NO_FIELD);
                self.type_or_const(&cast.type_annotation, NO_FIELD);
                self.close();
            }
            Expression::TSSatisfiesExpression(cast) => {
                self.open(k.satisfies_expression, field, at);
                self.expression(&cast.expression, NO_FIELD);
                self.type_(&cast.type_annotation, NO_FIELD);
                self.close();
            }
            Expression::TSTypeAssertion(assertion) => self.type_assertion(assertion, field),
            Expression::TSNonNullExpression(inner) => {
                self.around(k.non_null_expression, field, at, &inner.expression, NO_FIELD);
            }
            Expression::TSInstantiationExpression(instantiation) => {
                self.open(k.instantiation_expression, field, at);
                self.expression(&instantiation.expression, NO_FIELD);
                self.type_arguments(&instantiation.type_arguments, f.type_arguments);
                self.close();
            }
            Expression::V8IntrinsicExpression(_) => self.leaf(k.identifier, field, at),
            Expression::ComputedMemberExpression(member) => self.computed_member(member, field),
            Expression::StaticMemberExpression(member) => self.static_member(member, field),
            Expression::PrivateFieldExpression(member) => self.private_member(member, field),
        }
    }

    /// Adds a node with one expression and tokens around it.
    pub(super) fn around(&mut self, kind: u16, field: u16, at: Span, inner: &Expression<'_>, inner_field: u16) {
        self.open(kind, field, at);
        self.expression(inner, inner_field);
        self.close();
    }

    pub(super) fn reference(&mut self, identifier: &IdentifierReference<'_>, field: u16) {
        self.name(identifier.name.as_str(), span(identifier), field);
    }

    pub(super) fn binding(&mut self, identifier: &BindingIdentifier<'_>, field: u16) {
        self.leaf(self.kinds().identifier, field, span(identifier));
    }

    /// Adds a name where the grammar has a kind for `undefined`.
    pub(super) fn name(&mut self, name: &str, at: Span, field: u16) {
        let kind = if name == "undefined" { self.kinds().undefined } else { self.kinds().identifier };
        self.leaf(kind, field, at);
    }

    fn array(&mut self, array: &ArrayExpression<'_>, field: u16) {
        self.open(self.kinds().array, field, span(array));
        for element in &array.elements {
            match element {
                ArrayExpressionElement::SpreadElement(spread) => self.spread(spread),
                ArrayExpressionElement::Elision(_) => {}
                _ => {
                    if let Some(expression) = element.as_expression() {
                        self.expression(expression, NO_FIELD);
                    }
                }
            }
        }
        self.close();
    }

    pub(super) fn spread(&mut self, spread: &SpreadElement<'_>) {
        self.around(self.kinds().spread_element, NO_FIELD, span(spread), &spread.argument, NO_FIELD);
    }

    fn assignment(&mut self, assignment: &AssignmentExpression<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let plain = assignment.operator.is_assign();
        let kind = if plain { k.assignment_expression } else { k.augmented_assignment_expression };
        let at = span(assignment);
        self.open(kind, field, at);
        self.parenthesized_target(&assignment.left, at.start, f.left);
        self.expression(&assignment.right, f.right);
        self.close();
    }

    /// Adds a target with the parentheses around it, which oxc does not keep; `start` is where they start, if there are
    /// any.
    pub(super) fn parenthesized_target(&mut self, target: &AssignmentTarget<'_>, start: u32, field: u16) {
        let (opened, inner) = self.open_parentheses(start, span(target), field);
        self.assignment_target(target, inner);
        for _ in 0..opened {
            self.close();
        }
    }

    /// Opens the parentheses between `start` and `inner`; returns their number and the field of their content.
    fn open_parentheses(&mut self, start: u32, inner: Span, field: u16) -> (usize, u16) {
        let mut starts = Vec::new();
        let mut at = start;
        while at < inner.start && self.byte(at) == b'(' {
            starts.push(at);
            at = self.skip(at + 1);
        }
        let mut ends = Vec::new();
        let mut end = inner.end;
        for _ in &starts {
            end = self.after(end, ")");
            ends.push(end);
        }
        let mut outer = field;
        for (start, end) in starts.iter().zip(ends.iter().rev()) {
            self.open(self.kinds().parenthesized_expression, outer, Span::new(*start, *end));
            outer = NO_FIELD;
        }
        (starts.len(), outer)
    }

    fn update(&mut self, update: &UpdateExpression<'_>, field: u16) {
        let at = span(update);
        self.open(self.kinds().update_expression, field, at);
        let start = if update.prefix { self.skip(at.start + 2) } else { at.start };
        let (opened, inner) = self.open_parentheses(start, span(&update.argument), self.fields().argument);
        self.simple_target(&update.argument, inner);
        for _ in 0..opened {
            self.close();
        }
        self.close();
    }

    pub(super) fn simple_target(&mut self, target: &SimpleAssignmentTarget<'_>, field: u16) {
        let k = self.kinds();
        let at = span(target);
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(identifier) => self.reference(identifier, field),
            SimpleAssignmentTarget::TSAsExpression(cast) => {
                self.open(k.as_expression, field, at);
                self.expression(&cast.expression, NO_FIELD);
                self.type_or_const(&cast.type_annotation, NO_FIELD);
                self.close();
            }
            SimpleAssignmentTarget::TSSatisfiesExpression(cast) => {
                self.open(k.satisfies_expression, field, at);
                self.expression(&cast.expression, NO_FIELD);
                self.type_(&cast.type_annotation, NO_FIELD);
                self.close();
            }
            SimpleAssignmentTarget::TSNonNullExpression(inner) => {
                self.around(k.non_null_expression, field, at, &inner.expression, NO_FIELD);
            }
            SimpleAssignmentTarget::TSTypeAssertion(assertion) => self.type_assertion(assertion, field),
            SimpleAssignmentTarget::ComputedMemberExpression(member) => self.computed_member(member, field),
            SimpleAssignmentTarget::StaticMemberExpression(member) => self.static_member(member, field),
            SimpleAssignmentTarget::PrivateFieldExpression(member) => self.private_member(member, field),
        }
    }

    fn type_assertion(&mut self, assertion: &TSTypeAssertion<'_>, field: u16) {
        let k = self.kinds();
        let at = span(assertion);
        self.open(k.type_assertion, field, at);
        let end = self.after(span(&assertion.type_annotation).end, ">");
        self.open(k.type_arguments, NO_FIELD, Span::new(at.start, end));
        self.type_or_const(&assertion.type_annotation, NO_FIELD);
        self.close();
        self.expression(&assertion.expression, NO_FIELD);
        self.close();
    }

    fn conditional(&mut self, conditional: &ConditionalExpression<'_>, field: u16) {
        let f = self.fields();
        self.open(self.kinds().ternary_expression, field, span(conditional));
        self.expression(&conditional.test, f.condition);
        self.expression(&conditional.consequent, f.consequence);
        self.expression(&conditional.alternate, f.alternative);
        self.close();
    }

    fn yield_expression(&mut self, expression: &YieldExpression<'_>, field: u16) {
        self.open(self.kinds().yield_expression, field, span(expression));
        if let Some(argument) = &expression.argument {
            self.expression(argument, NO_FIELD);
        }
        self.close();
    }
}
