//! Functions: parameters, result types and bodies.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, Decorator, FormalParameter, FormalParameterRest, FormalParameters,
    Function, FunctionBody, TSThisParameter, TSTypeAnnotation,
};

use crate::language::ecmascript::strict::asi::BeforeSemicolon;
use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn function_expression(&mut self, function: &Function<'_>, field: u16) {
        let k = self.kinds();
        let kind = if function.generator { k.generator_function } else { k.function_expression };
        self.open(kind, field, span(function));
        if let Some(name) = &function.id {
            self.binding(name, self.fields().name);
        }
        self.signature(function, self.fields().return_type);
        if let Some(body) = &function.body {
            self.block(body, self.fields().body, BeforeSemicolon::Expression);
        }
        self.close();
    }

    /// Adds a function declaration, or a signature if it has no body; `start` is behind `declare`.
    pub(super) fn function_declaration(
        &mut self,
        function: &Function<'_>,
        start: u32,
        field: u16,
        before: BeforeSemicolon,
    ) {
        let k = self.kinds();
        let at = Span::new(start, span(function).end);
        let kind = match (&function.body, function.generator) {
            (None, _) if k.function_signature != 0 => k.function_signature,
            (_, true) => k.generator_function_declaration,
            (_, false) => k.function_declaration,
        };
        self.open(kind, field, at);
        if let Some(name) = &function.id {
            self.binding(name, self.fields().name);
        }
        self.signature(function, self.fields().return_type);
        if let Some(body) = &function.body {
            self.block(body, self.fields().body, before);
            self.close();
        } else {
            self.close_statement(at.end, BeforeSemicolon::Signature);
        }
    }

    /// Adds the type parameters, parameters and result type of a function.
    pub(super) fn signature(&mut self, function: &Function<'_>, result: u16) {
        self.call_signature(
            function.type_parameters.as_deref(),
            function.this_param.as_deref(),
            &function.params,
            function.return_type.as_deref(),
            result,
        );
    }

    pub(super) fn call_signature(
        &mut self,
        type_parameters: Option<&oxc_ast::ast::TSTypeParameterDeclaration<'_>>,
        this: Option<&TSThisParameter<'_>>,
        parameters: &FormalParameters<'_>,
        result: Option<&TSTypeAnnotation<'_>>,
        result_field: u16,
    ) {
        self.optional_type_parameters(type_parameters);
        self.parameters(this, parameters);
        if let Some(result) = result {
            self.return_annotation(result, result_field);
        }
    }

    pub(super) fn body_of(&mut self, function: &Function<'_>) {
        if let Some(body) = &function.body {
            self.block(body, self.fields().body, BeforeSemicolon::Other);
        }
    }

    pub(super) fn block(&mut self, body: &FunctionBody<'_>, field: u16, before: BeforeSemicolon) {
        let at = span(body);
        self.open(self.kinds().statement_block, field, at);
        self.directives(&body.directives);
        self.statements(&body.statements, NO_FIELD);
        self.close_block(at.end, before);
    }

    pub(super) fn arrow(&mut self, arrow: &ArrowFunctionExpression<'_>, field: u16) {
        let f = self.fields();
        self.open(self.kinds().arrow_function, field, span(arrow));
        self.optional_type_parameters(arrow.type_parameters.as_deref());
        match arrow.params.items.as_slice() {
            [only] if self.byte(span(&*arrow.params).start) != b'(' => self.pattern(&only.pattern, f.parameter),
            _ => self.parameters(None, &arrow.params),
        }
        if let Some(result) = &arrow.return_type {
            self.return_annotation(result, f.return_type);
        }
        match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => self.block(body, f.body, BeforeSemicolon::Expression),
            body => {
                if let Some(expression) = body.as_expression() {
                    self.expression(expression, f.body);
                }
            }
        }
        self.close();
    }

    pub(super) fn parameters(&mut self, this: Option<&TSThisParameter<'_>>, parameters: &FormalParameters<'_>) {
        let k = self.kinds();
        self.open(k.formal_parameters, self.fields().parameters, span(parameters));
        if let Some(this) = this {
            self.open(k.required_parameter, NO_FIELD, span(this));
            let at = Span::new(this.this_span.start, this.this_span.end);
            self.leaf(k.this, self.fields().pattern, at);
            self.optional_annotation(this.type_annotation.as_deref());
            self.close();
        }
        for parameter in &parameters.items {
            if self.typescript() { self.typed_parameter(parameter) } else { self.plain_parameter(parameter) }
        }
        if let Some(rest) = &parameters.rest {
            self.rest_parameter(rest);
        }
        self.close();
    }

    fn plain_parameter(&mut self, parameter: &FormalParameter<'_>) {
        let Some(default) = &parameter.initializer else { return self.pattern(&parameter.pattern, NO_FIELD) };
        self.open(self.kinds().assignment_pattern, NO_FIELD, span(parameter));
        self.pattern(&parameter.pattern, self.fields().left);
        self.expression(default, self.fields().right);
        self.close();
    }

    fn typed_parameter(&mut self, parameter: &FormalParameter<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(parameter);
        let kind = if parameter.optional { k.optional_parameter } else { k.required_parameter };
        let first = parameter.decorators.first().map_or(at.start, |decorator| span(decorator).start.min(at.start));
        self.open(kind, NO_FIELD, Span::new(first, at.end));
        self.decorators(&parameter.decorators);
        if parameter.accessibility.is_some() || parameter.r#override {
            let from = parameter.decorators.last().map_or(at.start, |decorator| span(decorator).end);
            self.modifiers(from, span(&parameter.pattern).start);
        }
        self.pattern(&parameter.pattern, f.pattern);
        self.optional_annotation(parameter.type_annotation.as_deref());
        if let Some(default) = &parameter.initializer {
            self.expression(default, f.value);
        }
        self.close();
    }

    fn rest_parameter(&mut self, rest: &FormalParameterRest<'_>) {
        if !self.typescript() {
            return self.rest_binding(&rest.rest, NO_FIELD);
        }
        let at = span(rest);
        let first = rest.decorators.first().map_or(at.start, |decorator| span(decorator).start.min(at.start));
        self.open(self.kinds().required_parameter, NO_FIELD, Span::new(first, at.end));
        self.decorators(&rest.decorators);
        self.rest_binding(&rest.rest, self.fields().pattern);
        self.optional_annotation(rest.type_annotation.as_deref());
        self.close();
    }

    pub(super) fn decorators(&mut self, decorators: &[Decorator<'_>]) {
        for decorator in decorators {
            self.around(
                self.kinds().decorator,
                self.fields().decorator,
                span(decorator),
                &decorator.expression,
                NO_FIELD,
            );
        }
    }

    /// Adds the modifiers between two places that the grammar has nodes for.
    pub(super) fn modifiers(&mut self, from: u32, to: u32) {
        let k = self.kinds();
        let mut at = self.skip(from);
        while at < to {
            let word = self.word(at, to);
            let end = at + word.len().max(1) as u32;
            match word {
                "public" | "private" | "protected" => {
                    self.tokens(k.accessibility_modifier, NO_FIELD, Span::new(at, end));
                }
                "override" => self.tokens(k.override_modifier, NO_FIELD, Span::new(at, end)),
                _ => {}
            }
            at = self.skip(end);
        }
    }
}
