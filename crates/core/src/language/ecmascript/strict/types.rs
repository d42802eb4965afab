//! Types.

use oxc_ast::ast::{
    Expression, TSImportType, TSImportTypeQualifier, TSIndexedAccessType, TSLiteral, TSMappedType,
    TSMappedTypeModifierOperator, TSNamedTupleMember, TSQualifiedName, TSTemplateLiteralType, TSTupleElement, TSType,
    TSTypeAnnotation, TSTypeName, TSTypeOperatorOperator, TSTypeParameterDeclaration, TSTypeParameterInstantiation,
    TSTypePredicate, TSTypePredicateName, TSTypeQuery, TSTypeQueryExprName,
};
use oxc_span::GetSpan;

use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn type_(&mut self, type_: &TSType<'_>, field: u16) {
        self.with_stack(|emit| emit.type_on_ensured_stack(type_, field));
    }

    /// Adds a type; the `const` of `as const` stays a token as in the grammar.
    pub(super) fn type_or_const(&mut self, type_: &TSType<'_>, field: u16) {
        let at = span(type_);
        if self.text_of(at.start, at.end) != "const" {
            self.type_(type_, field);
        }
    }

    fn type_on_ensured_stack(&mut self, type_: &TSType<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(type_);
        match type_ {
            TSType::TSAnyKeyword(_)
            | TSType::TSBooleanKeyword(_)
            | TSType::TSNeverKeyword(_)
            | TSType::TSNumberKeyword(_)
            | TSType::TSObjectKeyword(_)
            | TSType::TSStringKeyword(_)
            | TSType::TSSymbolKeyword(_)
            | TSType::TSUnknownKeyword(_)
            | TSType::TSVoidKeyword(_) => self.tokens(k.predefined_type, field, at),
            TSType::TSBigIntKeyword(_) | TSType::TSIntrinsicKeyword(_) => self.leaf(k.type_identifier, field, at),
            TSType::TSNullKeyword(_) => self.literal_leaf(k.null, field, at),
            TSType::TSUndefinedKeyword(_) => self.literal_leaf(k.undefined, field, at),
            TSType::TSThisType(_) => self.leaf(k.this_type, field, at),
            TSType::TSArrayType(array) => self.around_type(k.array_type, field, at, &array.element_type, NO_FIELD),
            TSType::TSConditionalType(conditional) => {
                self.open(k.conditional_type, field, at);
                self.type_(&conditional.check_type, f.left);
                self.type_(&conditional.extends_type, f.right);
                self.type_(&conditional.true_type, f.consequence);
                self.type_(&conditional.false_type, f.alternative);
                self.close();
            }
            TSType::TSConstructorType(constructor) => {
                self.open(k.constructor_type, field, at);
                self.optional_type_parameters(constructor.type_parameters.as_deref());
                self.parameters(None, &constructor.params);
                self.type_(&constructor.return_type.type_annotation, f.type_);
                self.close();
            }
            TSType::TSFunctionType(function) => {
                self.open(k.function_type, field, at);
                self.optional_type_parameters(function.type_parameters.as_deref());
                self.parameters(function.this_param.as_deref(), &function.params);
                self.result(&function.return_type.type_annotation, f.return_type);
                self.close();
            }
            TSType::TSImportType(import) => self.import_type(import, field),
            TSType::TSIndexedAccessType(access) => self.indexed_access(access, field),
            TSType::TSInferType(infer) => {
                self.open(k.infer_type, field, at);
                self.leaf(k.type_identifier, NO_FIELD, span(&infer.type_parameter.name));
                if let Some(constraint) = &infer.type_parameter.constraint {
                    self.type_(constraint, NO_FIELD);
                }
                self.close();
            }
            TSType::TSIntersectionType(list) => self.operator_list(k.intersection_type, b'&', &list.types, field, at),
            TSType::TSUnionType(list) => self.operator_list(k.union_type, b'|', &list.types, field, at),
            TSType::TSLiteralType(literal) => self.literal_type(&literal.literal, field, at),
            TSType::TSMappedType(mapped) => self.mapped_type(mapped, field),
            TSType::TSNamedTupleMember(member) => self.named_member(member, field, false),
            TSType::TSTemplateLiteralType(template) => self.template_type(template, field),
            TSType::TSTupleType(tuple) => {
                self.open(k.tuple_type, field, at);
                for element in &tuple.element_types {
                    self.tuple_element(element);
                }
                self.close();
            }
            TSType::TSTypeLiteral(literal) => {
                self.open(k.object_type, field, at);
                self.type_members(&literal.members);
                self.close();
            }
            TSType::TSTypeOperatorType(operator) => match operator.operator {
                TSTypeOperatorOperator::Keyof => {
                    self.around_type(k.index_type_query, field, at, &operator.type_annotation, NO_FIELD);
                }
                TSTypeOperatorOperator::Unique => {
                    // In the grammar each of the two words is a token named `unique symbol`.
                    let token = self.ids().tokens.unique_symbol;
                    self.open(k.predefined_type, field, at);
                    self.token(token, NO_FIELD, Span::new(at.start, at.start + 6));
                    self.token(token, NO_FIELD, span(&operator.type_annotation));
                    self.close();
                }
                TSTypeOperatorOperator::Readonly => {
                    self.around_type(k.readonly_type, field, at, &operator.type_annotation, NO_FIELD);
                }
            },
            TSType::TSTypePredicate(predicate) => self.predicate(predicate, field),
            TSType::TSTypeQuery(query) => self.type_query(query, field),
            TSType::TSTypeReference(reference) => {
                let arguments = reference.type_arguments.as_deref();
                self.named_type(&reference.type_name, arguments, field, at);
            }
            TSType::TSParenthesizedType(inner) => {
                self.around_type(k.parenthesized_type, field, at, &inner.type_annotation, NO_FIELD);
            }
            TSType::JSDocNullableType(inner) => {
                self.around_type(k.flow_maybe_type, field, at, &inner.type_annotation, NO_FIELD);
            }
            TSType::JSDocNonNullableType(inner) => self.type_(&inner.type_annotation, field),
            TSType::JSDocUnknownType(_) => self.tokens(k.existential_type, field, at),
        }
    }

    fn literal_leaf(&mut self, kind: u16, field: u16, at: Span) {
        self.open(self.kinds().literal_type, field, at);
        self.leaf(kind, NO_FIELD, at);
        self.close();
    }

    fn around_type(&mut self, kind: u16, field: u16, at: Span, inner: &TSType<'_>, inner_field: u16) {
        self.open(kind, field, at);
        self.type_(inner, inner_field);
        self.close();
    }

    /// Adds a union or intersection, which the grammar nests to the left.
    fn operator_list(&mut self, kind: u16, operator: u8, types: &[TSType<'_>], field: u16, at: Span) {
        let leading = self.byte(at.start) == operator;
        let inner = if leading { types } else { types.get(1..).unwrap_or_default() };
        let mut outer = field;
        for type_ in inner.iter().rev() {
            self.open(kind, outer, Span::new(at.start, span(type_).end));
            outer = NO_FIELD;
        }
        let mut opened = inner.len();
        for (number, type_) in types.iter().enumerate() {
            let field = if opened == 0 { outer } else { NO_FIELD };
            self.type_(type_, field);
            if (leading || number > 0) && opened > 0 {
                self.close();
                opened -= 1;
            }
        }
    }

    fn literal_type(&mut self, literal: &TSLiteral<'_>, field: u16, at: Span) {
        let k = self.kinds();
        if let TSLiteral::TemplateLiteral(template) = literal {
            self.open(k.template_literal_type, field, at);
            if let Some(quasi) = template.quasis.first() {
                self.template_chars(span(quasi));
            }
            return self.close();
        }
        self.open(k.literal_type, field, at);
        match literal {
            TSLiteral::BooleanLiteral(boolean) => {
                self.leaf(if boolean.value { k.true_ } else { k.false_ }, NO_FIELD, at);
            }
            TSLiteral::StringLiteral(string) => self.string(string, NO_FIELD),
            TSLiteral::UnaryExpression(unary) => {
                self.open(k.unary_expression, NO_FIELD, at);
                match &unary.argument {
                    Expression::NumericLiteral(number) => self.number(number, self.fields().argument),
                    argument => self.expression(argument, self.fields().argument),
                }
                self.close();
            }
            TSLiteral::NumericLiteral(_) | TSLiteral::BigIntLiteral(_) => self.leaf(k.number, NO_FIELD, at),
            TSLiteral::TemplateLiteral(_) => {}
        }
        self.close();
    }

    fn template_chars(&mut self, at: Span) {
        if !at.is_empty() {
            self.leaf(self.kinds().string_fragment, NO_FIELD, at);
        }
    }

    fn template_type(&mut self, template: &TSTemplateLiteralType<'_>, field: u16) {
        self.open(self.kinds().template_literal_type, field, span(template));
        let mut types = template.types.iter();
        let mut quasis = template.quasis.iter().peekable();
        while let Some(quasi) = quasis.next() {
            let text = span(quasi);
            self.template_chars(text);
            if let (Some(type_), Some(next)) = (types.next(), quasis.peek()) {
                let at = Span::new(text.end, span(*next).start);
                self.around_type(self.kinds().template_type, NO_FIELD, at, type_, NO_FIELD);
            }
        }
        self.close();
    }

    fn mapped_type(&mut self, mapped: &TSMappedType<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(mapped);
        let key = span(&mapped.key);
        let clause_end = span(mapped.name_type.as_ref().unwrap_or(&mapped.constraint)).end;
        let bracket = self.after(clause_end, "]");
        let end = mapped.type_annotation.as_ref().map_or(bracket, |type_| span(type_).end);
        self.open(k.object_type, field, at);
        self.open(k.index_signature, NO_FIELD, Span::new(self.skip(at.start + 1), end));
        self.open(k.mapped_type_clause, NO_FIELD, Span::new(key.start, clause_end));
        self.leaf(k.type_identifier, f.name, key);
        self.type_(&mapped.constraint, f.type_);
        if let Some(name) = &mapped.name_type {
            self.type_(name, f.alias);
        }
        self.close();
        if let Some(type_) = &mapped.type_annotation {
            let kind = match mapped.optional {
                None => k.type_annotation,
                Some(TSMappedTypeModifierOperator::True) => k.opting_type_annotation,
                Some(TSMappedTypeModifierOperator::Plus) => k.adding_type_annotation,
                Some(TSMappedTypeModifierOperator::Minus) => k.omitting_type_annotation,
            };
            self.around_type(kind, f.type_, Span::new(self.skip(bracket), end), type_, NO_FIELD);
        }
        self.close();
        self.close();
    }

    fn named_member(&mut self, member: &TSNamedTupleMember<'_>, field: u16, rest: bool) {
        let (k, f) = (self.kinds(), self.fields());
        let (at, label) = (span(member), span(&member.label));
        let start = if rest { self.before(at.start, "...") } else { at.start };
        let kind = if member.optional { k.optional_parameter } else { k.required_parameter };
        self.open(kind, field, Span::new(start, at.end));
        if rest {
            self.open(k.rest_pattern, f.name, Span::new(start, label.end));
            self.leaf(k.identifier, NO_FIELD, label);
            self.close();
        } else {
            self.leaf(k.identifier, f.name, label);
        }
        let element = span(&member.element_type);
        self.open(k.type_annotation, f.type_, Span::new(self.before(element.start, ":"), element.end));
        self.tuple_element(&member.element_type);
        self.close();
        self.close();
    }

    fn tuple_element(&mut self, element: &TSTupleElement<'_>) {
        let k = self.kinds();
        match element {
            TSTupleElement::TSOptionalType(inner) => {
                self.around_type(k.optional_type, NO_FIELD, span(&**inner), &inner.type_annotation, NO_FIELD);
            }
            TSTupleElement::TSRestType(inner) => match &inner.type_annotation {
                TSType::TSNamedTupleMember(member) => self.named_member(member, NO_FIELD, true),
                type_ => self.around_type(k.rest_type, NO_FIELD, span(&**inner), type_, NO_FIELD),
            },
            _ => {
                if let Some(type_) = element.as_ts_type() {
                    self.type_(type_, NO_FIELD);
                }
            }
        }
    }

    fn indexed_access(&mut self, access: &TSIndexedAccessType<'_>, field: u16) {
        let mut chain = vec![access];
        let mut object = &access.object_type;
        while let TSType::TSIndexedAccessType(inner) = object {
            chain.push(inner);
            object = &inner.object_type;
        }
        let mut outer = field;
        for access in &chain {
            self.open(self.kinds().lookup_type, outer, span(*access));
            outer = NO_FIELD;
        }
        self.type_(object, outer);
        for access in chain.iter().rev() {
            self.type_(&access.index_type, NO_FIELD);
            self.close();
        }
    }

    fn type_query(&mut self, query: &TSTypeQuery<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(query);
        self.open(k.type_query, field, at);
        if let Some(arguments) = &query.type_arguments {
            self.open(k.instantiation_expression, NO_FIELD, Span::new(span(&query.expr_name).start, at.end));
            self.query_name(&query.expr_name, f.function);
            self.type_arguments(arguments, f.type_arguments);
            self.close();
        } else {
            self.query_name(&query.expr_name, NO_FIELD);
        }
        self.close();
    }

    fn query_name(&mut self, name: &TSTypeQueryExprName<'_>, field: u16) {
        match name {
            TSTypeQueryExprName::TSImportType(import) => self.import_type(import, field),
            _ => {
                if let Some(name) = name.as_ts_type_name() {
                    self.name_as_expression(name, field);
                }
            }
        }
    }

    /// Adds a dotted name with the kinds that it has among expressions.
    pub(super) fn name_as_expression(&mut self, name: &TSTypeName<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        match name {
            TSTypeName::IdentifierReference(identifier) => self.leaf(k.identifier, field, span(&**identifier)),
            TSTypeName::ThisExpression(this) => self.leaf(k.this, field, span(&**this)),
            TSTypeName::QualifiedName(qualified) => {
                self.open(k.member_expression, field, span(&**qualified));
                self.name_as_expression(&qualified.left, f.object);
                self.leaf(k.property_identifier, f.property, span(&qualified.right));
                self.close();
            }
        }
    }

    fn import_type(&mut self, import: &TSImportType<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(import);
        let mut names = Vec::new();
        let mut qualifier = import.qualifier.as_ref();
        while let Some(TSImportTypeQualifier::QualifiedName(qualified)) = qualifier {
            names.push(span(&qualified.right));
            qualifier = Some(&qualified.left);
        }
        if let Some(TSImportTypeQualifier::Identifier(first)) = qualifier {
            names.push(span(&**first));
        }
        let mut outer = field;
        if import.type_arguments.is_some() {
            self.open(k.generic_type, outer, at);
            outer = f.name;
        }
        for name in &names {
            self.open(k.member_expression, outer, Span::new(at.start, name.end));
            outer = f.object;
        }
        let open = self.before(span(&import.source).start, "(");
        let inner = import.options.as_ref().map_or(span(&import.source), |options| span(&**options));
        let comma = self.after(inner.end, ",");
        let end = self.after(comma, ")");
        self.open(k.call_expression, outer, Span::new(at.start, end));
        self.tokens(k.import, f.function, Span::new(at.start, self.skip_back(open)));
        self.open(k.arguments, f.arguments, Span::new(open, end));
        self.string(&import.source, NO_FIELD);
        if let Some(options) = &import.options {
            self.object(options, NO_FIELD);
        }
        self.close();
        self.close();
        for name in names.iter().rev() {
            self.leaf(k.property_identifier, f.property, *name);
            self.close();
        }
        if let Some(arguments) = &import.type_arguments {
            self.type_arguments(arguments, f.type_arguments);
            self.close();
        }
    }

    /// Adds a named type with its arguments.
    pub(super) fn named_type(
        &mut self,
        name: &TSTypeName<'_>,
        arguments: Option<&TSTypeParameterInstantiation<'_>>,
        field: u16,
        at: Span,
    ) {
        let (k, f) = (self.kinds(), self.fields());
        let Some(arguments) = arguments else { return self.type_name(name, field) };
        self.open(k.generic_type, field, at);
        self.type_name(name, f.name);
        self.type_arguments(arguments, f.type_arguments);
        self.close();
    }

    fn type_name(&mut self, name: &TSTypeName<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let TSTypeName::QualifiedName(qualified) = name else {
            return self.leaf(k.type_identifier, field, span(name));
        };
        self.open(k.nested_type_identifier, field, span(&**qualified));
        self.module_name(&qualified.left, f.module);
        self.leaf(k.type_identifier, f.name, span(&qualified.right));
        self.close();
    }

    /// Adds a dotted name of a module or namespace.
    pub(super) fn module_name(&mut self, name: &TSTypeName<'_>, field: u16) {
        match name {
            TSTypeName::QualifiedName(qualified) => self.qualified_name(qualified, field),
            name => self.leaf(self.kinds().identifier, field, span(name)),
        }
    }

    pub(super) fn qualified_name(&mut self, qualified: &TSQualifiedName<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.nested_identifier, field, span(qualified));
        self.name_as_expression(&qualified.left, f.object);
        self.leaf(k.property_identifier, f.property, span(&qualified.right));
        self.close();
    }

    pub(super) fn type_arguments(&mut self, arguments: &TSTypeParameterInstantiation<'_>, field: u16) {
        self.open(self.kinds().type_arguments, field, span(arguments));
        for type_ in &arguments.params {
            self.type_or_const(type_, NO_FIELD);
        }
        self.close();
    }

    pub(super) fn optional_type_arguments(&mut self, arguments: Option<&TSTypeParameterInstantiation<'_>>, field: u16) {
        if let Some(arguments) = arguments {
            self.type_arguments(arguments, field);
        }
    }

    pub(super) fn optional_type_parameters(&mut self, parameters: Option<&TSTypeParameterDeclaration<'_>>) {
        let (k, f) = (self.kinds(), self.fields());
        let Some(parameters) = parameters else { return };
        self.open(k.type_parameters, f.type_parameters, span(parameters));
        for parameter in &parameters.params {
            self.open(k.type_parameter, NO_FIELD, span(parameter));
            self.leaf(k.type_identifier, f.name, span(&parameter.name));
            if let Some(constraint) = &parameter.constraint {
                let at = span(constraint);
                let at = Span::new(self.before(at.start, "extends"), at.end);
                self.around_type(k.constraint, f.constraint, at, constraint, NO_FIELD);
            }
            if let Some(default) = &parameter.default {
                let at = span(default);
                let at = Span::new(self.before(at.start, "="), at.end);
                self.around_type(k.default_type, f.value, at, default, NO_FIELD);
            }
            self.close();
        }
        self.close();
    }

    pub(super) fn optional_annotation(&mut self, annotation: Option<&TSTypeAnnotation<'_>>) {
        if let Some(annotation) = annotation {
            let at = self.annotation_span(annotation);
            let f = self.fields();
            self.around_type(self.kinds().type_annotation, f.type_, at, &annotation.type_annotation, NO_FIELD);
        }
    }

    /// The span of an annotation with its colon.
    pub(super) fn annotation_span(&self, annotation: &TSTypeAnnotation<'_>) -> Span {
        let type_ = annotation.type_annotation.span();
        Span::new(self.before(type_.start, ":"), type_.end)
    }

    /// Adds the result type of a function, with its colon.
    pub(super) fn return_annotation(&mut self, annotation: &TSTypeAnnotation<'_>, field: u16) {
        let k = self.kinds();
        let kind = match &annotation.type_annotation {
            TSType::TSTypePredicate(predicate) if predicate.asserts => k.asserts_annotation,
            TSType::TSTypePredicate(_) => k.type_predicate_annotation,
            _ => k.type_annotation,
        };
        self.open(kind, field, self.annotation_span(annotation));
        self.result(&annotation.type_annotation, NO_FIELD);
        self.close();
    }

    fn result(&mut self, type_: &TSType<'_>, field: u16) {
        match type_ {
            TSType::TSTypePredicate(predicate) => self.predicate(predicate, field),
            type_ => self.type_(type_, field),
        }
    }

    fn predicate(&mut self, predicate: &TSTypePredicate<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(predicate);
        let name = match &predicate.parameter_name {
            TSTypePredicateName::Identifier(name) => (k.identifier, span(&**name)),
            TSTypePredicateName::This(this) => (k.this, span(&**this)),
        };
        let mut outer = field;
        if predicate.asserts {
            self.open(k.asserts, outer, at);
            outer = NO_FIELD;
        }
        if let Some(type_) = &predicate.type_annotation {
            self.open(k.type_predicate, outer, Span::new(name.1.start, at.end));
            if is_type_word(self.text_of(name.1.start, name.1.end)) {
                self.tokens(name.0, f.name, name.1);
            } else {
                self.leaf(name.0, f.name, name.1);
            }
            self.type_(&type_.type_annotation, f.type_);
            self.close();
        } else {
            self.leaf(name.0, outer, name.1);
        }
        if predicate.asserts {
            self.close();
        }
    }
}

/// True for the name of a predefined type. In the grammar a parameter of that name is an identifier that holds the
/// type's token.
fn is_type_word(name: &str) -> bool {
    matches!(name, "any" | "number" | "boolean" | "string" | "symbol" | "void" | "unknown" | "never" | "object")
}
