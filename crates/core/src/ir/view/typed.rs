//! Typed handles on nodes, for native rules. They give the same answers that rule pages get by keys.

use std::borrow::Cow;
use std::ops::Range;

use crate::ir::directive;
use crate::ir::view::{self, CommentMarker, CommentStyle, ImportView, Metrics, comment};
use crate::ir::{Kind, Lowered, Node, symbol};

macro_rules! handle {
    ($(#[doc = $doc:literal])* $name:ident where $kind:pat) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name<'t> {
            /// The node itself.
            pub node: Node<'t>,
        }

        impl<'t> $name<'t> {
            /// A handle on the node if it is of such a kind.
            pub fn cast(node: Node<'t>) -> Option<Self> {
                matches!(node.kind(), $kind).then_some(Self { node })
            }
        }
    };
}

handle! {
    /// A definition: a function, type, field, variable or module.
    Definition where Kind::Function
        | Kind::Method
        | Kind::Lambda
        | Kind::Class
        | Kind::Interface
        | Kind::Enum
        | Kind::TypeAlias
        | Kind::Field
        | Kind::Variable
        | Kind::Module
}

impl<'t> Definition<'t> {
    /// Its name, without quotes.
    pub fn name(self) -> Option<&'t str> {
        view::name(self.node)
    }

    /// The node of its name, a good location for findings about it.
    pub fn name_node(self) -> Option<Node<'t>> {
        view::name_node(self.node)
    }

    /// True if code outside the file can use it, see [`view::Views::exported`].
    pub fn is_exported(self, file: &Lowered) -> bool {
        self.node.language().views().exported(file, self.node)
    }

    /// True if it has documentation, see [`view::Views::documented`].
    pub fn is_documented(self) -> bool {
        self.node.language().views().documented(self.node)
    }

    /// Its symbol path, see [`symbol::path`].
    pub fn symbol(self, file: &Lowered) -> String {
        symbol::path_in(file, self.node)
    }

    /// Its attributes, annotations or decorators.
    pub fn attributes(self) -> Vec<Node<'t>> {
        self.node.language().views().attributes(self.node)
    }
}

/// The names of the attributes of a node.
pub(super) fn attribute_names(node: Node<'_>) -> Vec<Cow<'_, str>> {
    let attributes = node.language().views().attributes(node);
    attributes.into_iter().filter_map(view::name_node).map(view::compact).collect()
}

handle! {
    /// A function, method or lambda.
    Callable where Kind::Function | Kind::Method | Kind::Lambda
}

impl<'t> Callable<'t> {
    /// Its name, or that of the variable, field or pair that holds it.
    pub fn name(self) -> Option<&'t str> {
        view::name(self.node)
    }

    /// Its parameters, see [`view::Views::parameters`].
    pub fn parameters(self) -> Vec<Node<'t>> {
        self.node.language().views().parameters(self.node)
    }

    /// The names of its parameters; of a parameter that is a pattern (`{ a, b }`), its text.
    pub fn parameter_names(self) -> Vec<Cow<'t, str>> {
        let name = |parameter| view::name_node(parameter).unwrap_or(parameter).text();
        self.parameters().into_iter().map(name).map(Cow::Borrowed).collect()
    }

    /// Its body; none if it is a signature.
    pub fn body(self) -> Option<Node<'t>> {
        self.node.language().views().body(self.node)
    }

    /// True if it is `async`.
    pub fn is_async(self) -> bool {
        self.node.language().views().is_async(self.node)
    }

    /// True if it is a generator.
    pub fn is_generator(self) -> bool {
        self.node.language().views().is_generator(self.node)
    }

    /// Its size and complexity; none if the node is not of this file.
    pub fn metrics(self, file: &Lowered) -> Option<Metrics> {
        let (tree, tables) = file.tables(self.node)?;
        tables.metrics(tree, self.node.id())
    }
}

handle! {
    /// A class, interface or enum.
    Type where Kind::Class | Kind::Interface | Kind::Enum
}

impl<'t> Type<'t> {
    /// The names of its members, each once.
    pub fn members(self) -> Vec<Cow<'t, str>> {
        self.node.language().views().members(self.node)
    }

    /// The names of the types that it extends.
    pub fn extends(self) -> Vec<Cow<'t, str>> {
        self.node.language().views().extends(self.node)
    }

    /// The names of the interfaces or traits that it implements, as far as the file shows it.
    pub fn implements(self, file: &'t Lowered) -> Vec<Cow<'t, str>> {
        self.node.language().views().implements(file, self.node)
    }
}

handle! {
    /// A variable or field.
    Variable where Kind::Variable | Kind::Field
}

impl<'t> Variable<'t> {
    /// `Some(true)` if it can be assigned again; none if the language does not declare that at such a place.
    pub fn is_mutable(self) -> Option<bool> {
        self.node.language().views().mutable(self.node)
    }

    /// Its initial value.
    pub fn value(self) -> Option<Node<'t>> {
        self.node.language().views().value(self.node)
    }
}

handle! {
    /// A call, a construction, a macro call, or an import that is written as a call.
    Call where Kind::Call | Kind::New | Kind::Macro | Kind::Import
}

impl<'t> Call<'t> {
    /// The node that it calls, see [`view::Views::callee`].
    pub fn callee(self) -> Option<Node<'t>> {
        self.node.language().views().callee(self.node)
    }

    /// The node at which the text of its callee starts: the callee's object where that is a node of its own.
    pub(crate) fn callee_start(self) -> Option<Node<'t>> {
        self.node.language().views().callee_object(self.node).or_else(|| self.callee())
    }

    /// The text of its callee as [`view::compact`] gives it: `a.b` of `a ?. b<T>(1)`. None if the callee is longer than
    /// `MAX_CALLEE_BYTES`: in a chain of calls each callee contains all calls before it, so reading all callees would take
    /// quadratic time.
    pub fn callee_text(self) -> Option<Cow<'t, str>> {
        let callee = self.callee()?;
        let language = callee.language();
        let object = language.views().callee_object(self.node);
        let start = object.map_or(callee.start(), Node::start);
        if callee.end().saturating_sub(start) > MAX_CALLEE_BYTES {
            return None;
        }
        let name = view::compact(callee);
        let Some(object) = object else { return Some(name) };
        Some(Cow::Owned([&view::compact(object), language.syntax().names.separator, &name].concat()))
    }

    /// Its arguments, in order.
    pub fn arguments(self) -> Vec<Node<'t>> {
        self.node.language().views().arguments(self.node)
    }

    /// The object whose method is called: `a.b` of `a.b.c(1)`.
    pub fn receiver(self) -> Option<Node<'t>> {
        self.node.language().views().receiver(self.node)
    }
}

/// The maximum length in bytes of a callee that has a text.
const MAX_CALLEE_BYTES: u32 = 4096;

/// An import or export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import<'t> {
    /// The node itself.
    pub node: Node<'t>,
    /// Its modules and names.
    pub view: ImportView<'t>,
}

impl<'t> Import<'t> {
    /// A handle on the node if it is an import or export.
    pub fn cast(node: Node<'t>) -> Option<Self> {
        if !matches!(node.kind(), Kind::Import | Kind::Export) {
            return None;
        }
        Some(Self { node, view: node.language().views().import(node)? })
    }
}

handle! {
    /// A comment.
    CommentNode where Kind::Comment
}

impl<'t> CommentNode<'t> {
    /// Its text, without its signs and without lawbook's directives.
    pub fn text(self) -> Cow<'t, str> {
        comment::text(self.node)
    }

    /// Its text as written, with blanks in place of lawbook's directives.
    pub fn text_for_rules(self) -> Cow<'t, str> {
        directive::blanked(self.node)
    }

    /// True if it has lawbook's directives and no other words.
    pub fn is_directive(self) -> bool {
        comment::is_directive(self.node)
    }

    /// Its style: line, block or documentation.
    pub fn style(self) -> CommentStyle {
        comment::style(self.node)
    }

    /// True if it has words and addresses no tool.
    pub fn is_for_readers(self) -> bool {
        comment::is_for_readers(self.node)
    }

    /// True for a documentation comment that says something.
    pub(crate) fn documents(self) -> bool {
        comment::documents(self.node)
    }

    /// True if there is code before it on its line.
    pub fn is_trailing(self, file: &Lowered) -> bool {
        comment::is_trailing(file, self.node)
    }

    /// Its first marker: `TODO` and the like, or the word by which it addresses a tool (`noqa`).
    pub fn marker(self) -> Option<&'t str> {
        self.markers().next().map(|marker| marker.word)
    }

    /// All its markers, in order.
    pub fn markers(self) -> impl Iterator<Item = CommentMarker<'t>> {
        comment::markers(self.node)
    }

    /// The text between its signs as written, as a range of bytes of the node's text.
    pub fn inner_range(self) -> Range<usize> {
        comment::inner_range(self.node)
    }
}

handle! {
    /// A string, template, number, boolean, null or regular expression.
    LiteralNode where Kind::String | Kind::Template | Kind::Number | Kind::Boolean | Kind::Null | Kind::Regex
}

impl<'t> LiteralNode<'t> {
    /// Its content without quotes, escapes as written.
    pub fn value(self) -> &'t str {
        self.node.language().views().literal(self.node)
    }
}
