//! Classes, interfaces and enumerations with their members.

use oxc_ast::ast::{
    AccessorProperty, Class, ClassElement, Decorator, MethodDefinition, MethodDefinitionType, PropertyDefinition,
    StaticBlock, TSAccessibility, TSEnumDeclaration, TSEnumMemberName, TSIndexSignature, TSInterfaceDeclaration,
    TSSignature, TSTypeAnnotation,
};

use crate::language::ecmascript::strict::asi::BeforeSemicolon;
use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

/// The common parts of fields and accessors.
struct ClassField<'f, 'a> {
    decorators: &'f [Decorator<'a>],
    key: &'f oxc_ast::ast::PropertyKey<'a>,
    computed: bool,
    annotation: Option<&'f TSTypeAnnotation<'a>>,
    value: Option<&'f oxc_ast::ast::Expression<'a>>,
    accessibility: Option<TSAccessibility>,
    is_override: bool,
    /// A `?` or `!` follows the name.
    has_mark: bool,
    at: Span,
}

impl Emit<'_> {
    /// Adds a class; `start` is given if it starts behind its `export` and the decorators before that.
    pub(super) fn class(
        &mut self,
        class: &Class<'_>,
        kind: u16,
        field: u16,
        start: Option<u32>,
        before: BeforeSemicolon,
    ) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(class);
        let first = class.decorators.first().map_or(at.start, |decorator| span(decorator).start.min(at.start));
        let start = start.unwrap_or(first);
        self.open(kind, field, Span::new(start, at.end));
        let inside = class.decorators.iter().filter(|decorator| span(*decorator).start >= start);
        for decorator in inside {
            self.decorators(std::slice::from_ref(decorator));
        }
        if let Some(name) = &class.id {
            let kind = if self.typescript() { k.type_identifier } else { k.identifier };
            self.leaf(kind, f.name, span(name));
        }
        self.optional_type_parameters(class.type_parameters.as_deref());
        self.heritage(class);
        self.open(k.class_body, f.body, span(&*class.body));
        for element in &class.body.body {
            self.class_element(element);
        }
        self.close();
        if kind == k.class_declaration { self.close_block(at.end, before) } else { self.close() }
    }

    fn heritage(&mut self, class: &Class<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        let extends = class.heritage.as_ref().map(|heritage| {
            let inner = span(&heritage.expression);
            let arguments = heritage.type_arguments.as_ref().map(|arguments| span(&**arguments).end);
            Span::new(self.before(inner.start, "extends"), arguments.unwrap_or(inner.end))
        });
        let implements = class.implements.first().zip(class.implements.last());
        let implements =
            implements.map(|(first, last)| Span::new(self.before(span(first).start, "implements"), span(last).end));
        let Some(whole) = extends.into_iter().chain(implements).reduce(Span::cover) else { return };
        self.open(k.class_heritage, NO_FIELD, whole);
        if let (Some(at), Some(heritage)) = (extends, &class.heritage) {
            if self.typescript() {
                self.open(k.extends_clause, NO_FIELD, at);
                self.expression(&heritage.expression, f.value);
                self.optional_type_arguments(heritage.type_arguments.as_deref(), f.type_arguments);
                self.close();
            } else {
                self.expression(&heritage.expression, NO_FIELD);
            }
        }
        if let Some(at) = implements
            && k.implements_clause != 0
        {
            self.open(k.implements_clause, NO_FIELD, at);
            for implemented in &class.implements {
                let arguments = implemented.type_arguments.as_deref();
                self.named_type(&implemented.expression, arguments, NO_FIELD, span(implemented));
            }
            self.close();
        }
        self.close();
    }

    fn class_element(&mut self, element: &ClassElement<'_>) {
        match element {
            ClassElement::StaticBlock(block) => self.static_block(block),
            ClassElement::MethodDefinition(method) => self.method(method),
            ClassElement::PropertyDefinition(property) => self.field(&ClassField::of_property(property)),
            ClassElement::AccessorProperty(property) => self.field(&ClassField::of_accessor(property)),
            ClassElement::TSIndexSignature(signature) => self.index_signature(signature),
        }
    }

    fn member_field(&self) -> u16 {
        if self.typescript() { NO_FIELD } else { self.fields().member }
    }

    fn static_block(&mut self, block: &StaticBlock<'_>) {
        let k = self.kinds();
        let at = span(block);
        self.open(k.class_static_block, self.member_field(), at);
        let start = self.skip(at.start + 6);
        self.open(k.statement_block, self.fields().body, Span::new(start, at.end));
        self.statements(&block.body, NO_FIELD);
        self.close_block(at.end, BeforeSemicolon::Other);
        self.close();
    }

    fn method(&mut self, method: &MethodDefinition<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(method);
        let key = self.key_span(&method.key, method.computed);
        let (first, past) = decorators_span(&method.decorators, at.start);
        let past = if method.decorators.is_empty() { at.start } else { self.skip(past) };
        let mut start = first;
        if self.typescript() {
            // In TypeScript's grammar the decorators of a method are its siblings.
            self.decorators(&method.decorators);
            start = past;
        }
        let kind = match (&method.value.body, method.r#type) {
            (None, MethodDefinitionType::TSAbstractMethodDefinition) => k.abstract_method_signature,
            (None, _) if k.method_signature != 0 => k.method_signature,
            _ => k.method_definition,
        };
        let signature_end = [&method.value.return_type].into_iter().flatten().map(|result| span(&**result).end).next();
        let end = match &method.value.body {
            Some(body) => span(&**body).end,
            None => signature_end.unwrap_or_else(|| span(&*method.value.params).end),
        };
        self.open(kind, self.member_field(), Span::new(start, end));
        if !self.typescript() {
            self.decorators(&method.decorators);
        } else if method.accessibility.is_some() || method.r#override {
            self.modifiers(past, key.start);
        }
        self.key(&method.key, method.computed, f.name);
        self.signature(&method.value, f.return_type);
        self.body_of(&method.value);
        self.close();
    }

    fn field(&mut self, field: &ClassField<'_, '_>) {
        let (k, f) = (self.kinds(), self.fields());
        let key = self.key_span(field.key, field.computed);
        let (first, past) = decorators_span(field.decorators, field.at.start);
        let end = match (field.value, field.annotation) {
            (Some(value), _) => span(value).end,
            (None, Some(annotation)) => span(annotation).end,
            (None, None) if field.has_mark => {
                let optional = self.after(key.end, "?");
                if optional == key.end { self.after(key.end, "!") } else { optional }
            }
            (None, None) => key.end,
        };
        let (kind, name) =
            if self.typescript() { (k.public_field_definition, f.name) } else { (k.field_definition, f.property) };
        self.open(kind, self.member_field(), Span::new(first, end));
        self.decorators(field.decorators);
        if field.accessibility.is_some() || field.is_override {
            self.modifiers(past, key.start);
        }
        self.key(field.key, field.computed, name);
        self.optional_annotation(field.annotation);
        if let Some(value) = field.value {
            self.expression(value, f.value);
        }
        self.close();
    }

    fn index_signature(&mut self, signature: &TSIndexSignature<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        let annotation = self.annotation_span(&signature.type_annotation);
        self.open(k.index_signature, NO_FIELD, Span::new(span(signature).start, annotation.end));
        let name = span(&signature.parameter).start;
        self.leaf(k.identifier, f.name, Span::new(name, name + signature.parameter.name.len() as u32));
        self.type_(&signature.parameter.type_annotation.type_annotation, f.index_type);
        self.optional_annotation(Some(&signature.type_annotation));
        self.close();
    }

    pub(super) fn interface(&mut self, interface: &TSInterfaceDeclaration<'_>, start: u32, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.interface_declaration, field, Span::new(start, span(interface).end));
        self.leaf(k.type_identifier, f.name, span(&interface.id));
        self.optional_type_parameters(interface.type_parameters.as_deref());
        if let (Some(first), Some(last)) = (interface.extends.first(), interface.extends.last()) {
            let at = Span::new(self.before(span(first).start, "extends"), span(last).end);
            self.open(k.extends_type_clause, NO_FIELD, at);
            for heritage in &interface.extends {
                let arguments = heritage.type_arguments.as_deref();
                self.named_type(&heritage.type_name, arguments, f.type_, span(heritage));
            }
            self.close();
        }
        self.open(k.interface_body, f.body, span(&*interface.body));
        self.type_members(&interface.body.body);
        self.close();
        self.close();
    }

    /// Adds the members of an interface or an object type.
    pub(super) fn type_members(&mut self, members: &[TSSignature<'_>]) {
        let (k, f) = (self.kinds(), self.fields());
        for member in members {
            let start = span(member).start;
            match member {
                TSSignature::TSIndexSignature(signature) => self.index_signature(signature),
                TSSignature::TSPropertySignature(property) => {
                    let key = self.key_span(&property.key, property.computed);
                    let end = match &property.type_annotation {
                        Some(annotation) => span(&**annotation).end,
                        None if property.optional => self.after(key.end, "?"),
                        None => key.end,
                    };
                    self.open(k.property_signature, NO_FIELD, Span::new(start, end));
                    self.key(&property.key, property.computed, f.name);
                    self.optional_annotation(property.type_annotation.as_deref());
                    self.close();
                }
                TSSignature::TSCallSignatureDeclaration(call) => {
                    let end = signature_end(call.return_type.as_deref(), span(&*call.params));
                    self.open(k.call_signature, NO_FIELD, Span::new(start, end));
                    let this = call.this_param.as_deref();
                    let (types, result) = (call.type_parameters.as_deref(), call.return_type.as_deref());
                    self.call_signature(types, this, &call.params, result, f.return_type);
                    self.close();
                }
                TSSignature::TSConstructSignatureDeclaration(construct) => {
                    let end = signature_end(construct.return_type.as_deref(), span(&*construct.params));
                    self.open(k.construct_signature, NO_FIELD, Span::new(start, end));
                    let (types, result) = (construct.type_parameters.as_deref(), construct.return_type.as_deref());
                    self.call_signature(types, None, &construct.params, result, f.type_);
                    self.close();
                }
                TSSignature::TSMethodSignature(method) => {
                    let end = signature_end(method.return_type.as_deref(), span(&*method.params));
                    self.open(k.method_signature, NO_FIELD, Span::new(start, end));
                    self.key(&method.key, method.computed, f.name);
                    let this = method.this_param.as_deref();
                    let (types, result) = (method.type_parameters.as_deref(), method.return_type.as_deref());
                    self.call_signature(types, this, &method.params, result, f.return_type);
                    self.close();
                }
            }
        }
    }

    pub(super) fn enumeration(&mut self, declaration: &TSEnumDeclaration<'_>, start: u32, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.enum_declaration, field, Span::new(start, span(declaration).end));
        self.binding(&declaration.id, f.name);
        self.open(k.enum_body, f.body, span(&declaration.body));
        for member in &declaration.body.members {
            if let Some(value) = &member.initializer {
                self.open(k.enum_assignment, NO_FIELD, span(member));
                self.enum_name(&member.id);
                self.expression(value, f.value);
                self.close();
            } else {
                self.enum_name(&member.id);
            }
        }
        self.close();
        self.close();
    }

    fn enum_name(&mut self, name: &TSEnumMemberName<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        match name {
            TSEnumMemberName::Identifier(name) => self.leaf(k.property_identifier, f.name, span(&**name)),
            TSEnumMemberName::String(string) => self.string(string, f.name),
            TSEnumMemberName::ComputedString(string) => {
                self.open(k.computed_property_name, f.name, self.brackets(span(&**string)));
                self.string(string, NO_FIELD);
                self.close();
            }
            TSEnumMemberName::ComputedTemplateString(template) => {
                self.open(k.computed_property_name, f.name, self.brackets(span(&**template)));
                self.template(template, NO_FIELD);
                self.close();
            }
        }
    }
}

impl<'f, 'a> ClassField<'f, 'a> {
    fn of_property(property: &'f PropertyDefinition<'a>) -> Self {
        Self {
            decorators: &property.decorators,
            key: &property.key,
            computed: property.computed,
            annotation: property.type_annotation.as_deref(),
            value: property.value.as_ref(),
            accessibility: property.accessibility,
            is_override: property.r#override,
            has_mark: property.optional || property.definite,
            at: span(property),
        }
    }

    fn of_accessor(property: &'f AccessorProperty<'a>) -> Self {
        Self {
            decorators: &property.decorators,
            key: &property.key,
            computed: property.computed,
            annotation: property.type_annotation.as_deref(),
            value: property.value.as_ref(),
            accessibility: property.accessibility,
            is_override: property.r#override,
            has_mark: property.definite,
            at: span(property),
        }
    }
}

/// The start of a member with its decorators, and the end of the last of these.
fn decorators_span(decorators: &[Decorator<'_>], start: u32) -> (u32, u32) {
    let first = decorators.first().map_or(start, |decorator| span(decorator).start.min(start));
    (first, decorators.last().map_or(start, |decorator| span(decorator).end))
}

fn signature_end(result: Option<&TSTypeAnnotation<'_>>, parameters: Span) -> u32 {
    result.map_or(parameters.end, |result| span(result).end)
}
