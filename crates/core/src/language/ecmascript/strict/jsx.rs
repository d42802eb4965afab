//! JSX: elements, attributes and the text between them.

use oxc_ast::ast::{
    JSXAttribute, JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement, JSXElementName,
    JSXExpressionContainer, JSXFragment, JSXMemberExpression, JSXMemberExpressionObject, JSXNamespacedName,
    JSXOpeningElement,
};

use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn jsx_element(&mut self, element: &JSXElement<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let Some(closing) = &element.closing_element else {
            return self.opening(&element.opening_element, k.jsx_self_closing_element, field);
        };
        self.open(k.jsx_element, field, span(element));
        self.opening(&element.opening_element, k.jsx_opening_element, f.open_tag);
        self.jsx_children(&element.children);
        self.open(k.jsx_closing_element, f.close_tag, span(&**closing));
        self.element_name(&closing.name);
        self.close();
        self.close();
    }

    pub(super) fn jsx_fragment(&mut self, fragment: &JSXFragment<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.jsx_element, field, span(fragment));
        self.tokens(k.jsx_opening_element, f.open_tag, span(&fragment.opening_fragment));
        self.jsx_children(&fragment.children);
        self.tokens(k.jsx_closing_element, f.close_tag, span(&fragment.closing_fragment));
        self.close();
    }

    fn opening(&mut self, opening: &JSXOpeningElement<'_>, kind: u16, field: u16) {
        self.open(kind, field, span(opening));
        self.element_name(&opening.name);
        self.optional_type_arguments(opening.type_arguments.as_deref(), self.fields().type_arguments);
        for attribute in &opening.attributes {
            match attribute {
                JSXAttributeItem::Attribute(attribute) => self.attribute(attribute),
                JSXAttributeItem::SpreadAttribute(spread) => {
                    self.jsx_spread(span(&**spread), &spread.argument, self.fields().attribute);
                }
            }
        }
        self.close();
    }

    fn jsx_spread(&mut self, at: Span, argument: &oxc_ast::ast::Expression<'_>, field: u16) {
        self.open(self.kinds().jsx_expression, field, at);
        let inner = Span::new(self.skip(at.start + 1), span(argument).end);
        self.around(self.kinds().spread_element, NO_FIELD, inner, argument, NO_FIELD);
        self.close();
    }

    fn element_name(&mut self, name: &JSXElementName<'_>) {
        let field = self.fields().name;
        match name {
            JSXElementName::NamespacedName(name) => self.namespaced(name, field),
            JSXElementName::MemberExpression(member) => self.jsx_member(member, field),
            name => self.leaf(self.kinds().identifier, field, span(name)),
        }
    }

    fn jsx_member(&mut self, member: &JSXMemberExpression<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.member_expression, field, span(member));
        match &member.object {
            JSXMemberExpressionObject::MemberExpression(inner) => {
                self.with_stack(|emit| emit.jsx_member(inner, f.object));
            }
            object => self.leaf(k.identifier, f.object, span(object)),
        }
        self.leaf(k.property_identifier, f.property, span(&member.property));
        self.close();
    }

    fn namespaced(&mut self, name: &JSXNamespacedName<'_>, field: u16) {
        let k = self.kinds();
        self.open(k.jsx_namespace_name, field, span(name));
        self.leaf(k.identifier, NO_FIELD, span(&name.namespace));
        self.leaf(k.identifier, NO_FIELD, span(&name.name));
        self.close();
    }

    fn attribute(&mut self, attribute: &JSXAttribute<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.jsx_attribute, f.attribute, span(attribute));
        match &attribute.name {
            JSXAttributeName::Identifier(name) => self.leaf(k.property_identifier, NO_FIELD, span(&**name)),
            JSXAttributeName::NamespacedName(name) => self.namespaced(name, NO_FIELD),
        }
        match &attribute.value {
            Some(JSXAttributeValue::StringLiteral(string)) => {
                let at = span(&**string);
                self.open(k.string, NO_FIELD, at);
                self.text_with_references(Span::new(at.start + 1, at.end.saturating_sub(1)), k.string_fragment);
                self.close();
            }
            Some(JSXAttributeValue::ExpressionContainer(container)) => self.container(container),
            Some(JSXAttributeValue::Element(element)) => self.with_stack(|emit| emit.jsx_element(element, NO_FIELD)),
            Some(JSXAttributeValue::Fragment(fragment)) => {
                self.with_stack(|emit| emit.jsx_fragment(fragment, NO_FIELD));
            }
            None => {}
        }
        self.close();
    }

    fn container(&mut self, container: &JSXExpressionContainer<'_>) {
        self.open(self.kinds().jsx_expression, NO_FIELD, span(container));
        if let Some(expression) = container.expression.as_expression() {
            self.expression(expression, NO_FIELD);
        }
        self.close();
    }

    fn jsx_children(&mut self, children: &[JSXChild<'_>]) {
        for child in children {
            match child {
                JSXChild::Text(text) => self.text_with_references(span(&**text), self.kinds().jsx_text),
                JSXChild::Element(element) => self.with_stack(|emit| emit.jsx_element(element, NO_FIELD)),
                JSXChild::Fragment(fragment) => self.with_stack(|emit| emit.jsx_fragment(fragment, NO_FIELD)),
                JSXChild::ExpressionContainer(container) => self.container(container),
                JSXChild::Spread(spread) => self.jsx_spread(span(&**spread), &spread.expression, NO_FIELD),
            }
        }
    }

    /// Adds a text with its character references (`&amp;`); `kind` is that of the parts between them.
    fn text_with_references(&mut self, within: Span, kind: u16) {
        let (mut start, mut at) = (within.start, within.start);
        while let Some(sign) = self.find(b'&', Span::new(at, within.end)) {
            let Some(length) = character_reference_len(self.text_of(sign, within.end)) else {
                at = sign + 1;
                continue;
            };
            self.text_part(Span::new(start, sign), kind);
            at = sign + length;
            self.leaf(self.kinds().html_character_reference, NO_FIELD, Span::new(sign, at));
            start = at;
        }
        self.text_part(Span::new(start, within.end), kind);
    }

    fn text_part(&mut self, at: Span, kind: u16) {
        let text = self.text_of(at.start, at.end);
        // White space that starts with a line break is not text.
        let is_empty = text.is_empty() || (kind == self.kinds().jsx_text && text.starts_with('\n') && is_space(text));
        if !is_empty {
            self.leaf(kind, NO_FIELD, at);
        }
    }
}

fn is_space(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_whitespace() || c == '\u{B}')
}

/// The length of the longest character reference in the grammar.
const MAX_CHARACTER_REFERENCE_BYTES: usize = 32;

/// The length of the character reference at the start of a text, in bytes.
fn character_reference_len(text: &str) -> Option<u32> {
    let end = text.bytes().take(MAX_CHARACTER_REFERENCE_BYTES).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let digits = |digits: &str, max: usize, fits: fn(&char) -> bool| {
        !digits.is_empty() && digits.len() <= max && digits.chars().all(|c| fits(&c))
    };
    let fits = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => digits(hex, 6, char::is_ascii_hexdigit),
            None => digits(number, 5, char::is_ascii_digit),
        },
        None => digits(name, 30, char::is_ascii_alphabetic),
    };
    fits.then_some(end as u32 + 1)
}
