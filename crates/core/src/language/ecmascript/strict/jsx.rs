//! JSX: elements, attributes and the text between them.

use oxc_ast::ast::{
    JSXAttribute, JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement, JSXElementName,
    JSXExpressionContainer, JSXFragment, JSXMemberExpression, JSXMemberExpressionObject, JSXNamespacedName,
    JSXOpeningElement,
};

use crate::language::ecmascript::strict::emit::{Emit, NONE, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn jsx_element(&mut self, element: &JSXElement<'_>, field: u16) {
        let (k, f) = (self.k(), self.f());
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
        let (k, f) = (self.k(), self.f());
        self.open(k.jsx_element, field, span(fragment));
        self.tokens(k.jsx_opening_element, f.open_tag, span(&fragment.opening_fragment));
        self.jsx_children(&fragment.children);
        self.tokens(k.jsx_closing_element, f.close_tag, span(&fragment.closing_fragment));
        self.close();
    }

    fn opening(&mut self, opening: &JSXOpeningElement<'_>, kind: u16, field: u16) {
        self.open(kind, field, span(opening));
        self.element_name(&opening.name);
        self.optional_type_arguments(opening.type_arguments.as_deref(), self.f().type_arguments);
        for attribute in &opening.attributes {
            match attribute {
                JSXAttributeItem::Attribute(attribute) => self.attribute(attribute),
                JSXAttributeItem::SpreadAttribute(spread) => {
                    self.jsx_spread(span(&**spread), &spread.argument, self.f().attribute);
                }
            }
        }
        self.close();
    }

    fn jsx_spread(&mut self, at: Span, argument: &oxc_ast::ast::Expression<'_>, field: u16) {
        self.open(self.k().jsx_expression, field, at);
        let inner = Span::new(self.skip(at.start + 1), span(argument).end);
        self.around(self.k().spread_element, NONE, inner, argument, NONE);
        self.close();
    }

    fn element_name(&mut self, name: &JSXElementName<'_>) {
        let field = self.f().name;
        match name {
            JSXElementName::NamespacedName(name) => self.namespaced(name, field),
            JSXElementName::MemberExpression(member) => self.jsx_member(member, field),
            name => self.leaf(self.k().identifier, field, span(name)),
        }
    }

    fn jsx_member(&mut self, member: &JSXMemberExpression<'_>, field: u16) {
        let (k, f) = (self.k(), self.f());
        self.open(k.member_expression, field, span(member));
        match &member.object {
            JSXMemberExpressionObject::MemberExpression(inner) => {
                self.deeper(|emit| emit.jsx_member(inner, f.object));
            }
            object => self.leaf(k.identifier, f.object, span(object)),
        }
        self.leaf(k.property_identifier, f.property, span(&member.property));
        self.close();
    }

    fn namespaced(&mut self, name: &JSXNamespacedName<'_>, field: u16) {
        let k = self.k();
        self.open(k.jsx_namespace_name, field, span(name));
        self.leaf(k.identifier, NONE, span(&name.namespace));
        self.leaf(k.identifier, NONE, span(&name.name));
        self.close();
    }

    fn attribute(&mut self, attribute: &JSXAttribute<'_>) {
        let (k, f) = (self.k(), self.f());
        self.open(k.jsx_attribute, f.attribute, span(attribute));
        match &attribute.name {
            JSXAttributeName::Identifier(name) => self.leaf(k.property_identifier, NONE, span(&**name)),
            JSXAttributeName::NamespacedName(name) => self.namespaced(name, NONE),
        }
        match &attribute.value {
            Some(JSXAttributeValue::StringLiteral(string)) => {
                let at = span(&**string);
                self.open(k.string, NONE, at);
                self.references(Span::new(at.start + 1, at.end.saturating_sub(1)), k.string_fragment);
                self.close();
            }
            Some(JSXAttributeValue::ExpressionContainer(container)) => self.container(container),
            Some(JSXAttributeValue::Element(element)) => self.deeper(|emit| emit.jsx_element(element, NONE)),
            Some(JSXAttributeValue::Fragment(fragment)) => self.deeper(|emit| emit.jsx_fragment(fragment, NONE)),
            None => {}
        }
        self.close();
    }

    fn container(&mut self, container: &JSXExpressionContainer<'_>) {
        self.open(self.k().jsx_expression, NONE, span(container));
        if let Some(expression) = container.expression.as_expression() {
            self.expression(expression, NONE);
        }
        self.close();
    }

    fn jsx_children(&mut self, children: &[JSXChild<'_>]) {
        for child in children {
            match child {
                JSXChild::Text(text) => self.references(span(&**text), self.k().jsx_text),
                JSXChild::Element(element) => self.deeper(|emit| emit.jsx_element(element, NONE)),
                JSXChild::Fragment(fragment) => self.deeper(|emit| emit.jsx_fragment(fragment, NONE)),
                JSXChild::ExpressionContainer(container) => self.container(container),
                JSXChild::Spread(spread) => self.jsx_spread(span(&**spread), &spread.expression, NONE),
            }
        }
    }

    /// Text in which character references stand; `kind` is that of the parts between them.
    fn references(&mut self, within: Span, kind: u16) {
        let (mut start, mut at) = (within.start, within.start);
        while let Some(sign) = self.find(b'&', Span::new(at, within.end)) {
            let Some(length) = reference(self.text_of(sign, within.end)) else {
                at = sign + 1;
                continue;
            };
            self.part(Span::new(start, sign), kind);
            at = sign + length;
            self.leaf(self.k().html_character_reference, NONE, Span::new(sign, at));
            start = at;
        }
        self.part(Span::new(start, within.end), kind);
    }

    fn part(&mut self, at: Span, kind: u16) {
        let text = self.text_of(at.start, at.end);
        // White space from one line to the next is no text.
        let nothing = text.is_empty() || (kind == self.k().jsx_text && text.starts_with('\n') && is_space(text));
        if !nothing {
            self.leaf(kind, NONE, at);
        }
    }
}

fn is_space(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_whitespace() || c == '\u{B}')
}

/// The bytes of the longest character reference that the grammar knows.
const LONGEST_REFERENCE: usize = 32;

/// The length of the character reference that the text starts with.
fn reference(text: &str) -> Option<u32> {
    let end = text.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let digits = |digits: &str, most: usize, fits: fn(&char) -> bool| {
        !digits.is_empty() && digits.len() <= most && digits.chars().all(|c| fits(&c))
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
