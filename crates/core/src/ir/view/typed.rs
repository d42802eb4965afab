//! Typed handles for rules written in Rust, over the same answers that pages get.

use std::borrow::Cow;

use crate::ir::view::{self, CommentStyle, ImportView, Metrics, comment};
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
            /// The node, if it is one.
            pub fn cast(node: Node<'t>) -> Option<Self> {
                matches!(node.kind(), $kind).then_some(Self { node })
            }
        }
    };
}

handle! {
    /// Anything that can be named and referred to.
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

    /// The node of its name, a good place for findings about it.
    pub fn name_node(self) -> Option<Node<'t>> {
        view::name_node(self.node)
    }

    /// Whether others can use it.
    pub fn is_exported(self, file: &Lowered) -> bool {
        self.node.language().views().exported(file, self.node)
    }

    /// Whether documentation stands at it.
    pub fn is_documented(self) -> bool {
        self.node.language().views().documented(self.node)
    }

    /// Its symbol path.
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

    /// Its parameters.
    pub fn parameters(self) -> Vec<Node<'t>> {
        self.node.language().views().parameters(self.node)
    }

    /// The names of its parameters; the text of one that is a pattern.
    pub fn parameter_names(self) -> Vec<Cow<'t, str>> {
        let name = |parameter| view::name_node(parameter).unwrap_or(parameter).text();
        self.parameters().into_iter().map(name).map(Cow::Borrowed).collect()
    }

    /// Its body; none when it is a signature.
    pub fn body(self) -> Option<Node<'t>> {
        self.node.language().views().body(self.node)
    }

    /// Whether it is `async`.
    pub fn is_async(self) -> bool {
        self.node.language().views().is_async(self.node)
    }

    /// Whether it is a generator.
    pub fn is_generator(self) -> bool {
        self.node.language().views().is_generator(self.node)
    }

    /// Its sizes and complexities; none when it is not of this file.
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

    /// The names of what it extends.
    pub fn extends(self) -> Vec<Cow<'t, str>> {
        self.node.language().views().extends(self.node)
    }

    /// The names of what it implements, as far as the file says.
    pub fn implements(self, file: &'t Lowered) -> Vec<Cow<'t, str>> {
        self.node.language().views().implements(file, self.node)
    }
}

handle! {
    /// A variable or field.
    Variable where Kind::Variable | Kind::Field
}

impl<'t> Variable<'t> {
    /// Whether it may be assigned to again; none where the language does not say it there.
    pub fn is_mutable(self) -> Option<bool> {
        self.node.language().views().mutable(self.node)
    }

    /// What it starts with.
    pub fn value(self) -> Option<Node<'t>> {
        self.node.language().views().value(self.node)
    }
}

handle! {
    /// A call, a construction, a macro call, or an import that is written as a call.
    Call where Kind::Call | Kind::New | Kind::Macro | Kind::Import
}

impl<'t> Call<'t> {
    /// What it calls.
    pub fn callee(self) -> Option<Node<'t>> {
        self.node.language().views().callee(self.node)
    }

    /// The node that the text of its callee begins with.
    pub(crate) fn callee_start(self) -> Option<Node<'t>> {
        self.node.language().views().callee_object(self.node).or_else(|| self.callee())
    }

    /// What it calls as text, without white space, type arguments and optional chaining; none of what is too long for
    /// a name, or else a chain of calls would be read again for each of its links.
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

    /// What it gives to its callee.
    pub fn arguments(self) -> Vec<Node<'t>> {
        self.node.language().views().arguments(self.node)
    }

    /// The object whose method it calls.
    pub fn receiver(self) -> Option<Node<'t>> {
        self.node.language().views().receiver(self.node)
    }
}

/// No callee is compared with longer ones, in bytes.
const MAX_CALLEE_BYTES: u32 = 4096;

/// An import, a use, or an export from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import<'t> {
    /// The node itself.
    pub node: Node<'t>,
    /// What it passes.
    pub view: ImportView<'t>,
}

impl<'t> Import<'t> {
    /// The node, if it is an import or export.
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
    /// What it says, without its signs.
    pub fn text(self) -> Cow<'t, str> {
        comment::text(self.node)
    }

    /// The way it is written.
    pub fn style(self) -> CommentStyle {
        comment::style(self.node)
    }

    /// Whether code stands before it on its line.
    pub fn is_trailing(self, file: &Lowered) -> bool {
        comment::is_trailing(file, self.node)
    }

    /// `TODO` and the like, or the word that speaks to a tool.
    pub fn marker(self) -> Option<&'t str> {
        comment::marker(self.node)
    }
}

handle! {
    /// A string, template, number, boolean, null or regular expression.
    LiteralNode where Kind::String | Kind::Template | Kind::Number | Kind::Boolean | Kind::Null | Kind::Regex
}

impl<'t> LiteralNode<'t> {
    /// What it holds, without its quotes, escapes as written.
    pub fn value(self) -> &'t str {
        self.node.language().views().literal(self.node)
    }
}
