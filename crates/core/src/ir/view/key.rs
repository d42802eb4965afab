//! The keys of `where` in rule pages: for each key the kinds of nodes it applies to, and how it is answered.

use std::borrow::Cow;

use crate::budget;
use crate::ir::view::typed::{Call, Callable, CommentNode, Definition, Import, LiteralNode, Type, Variable};
use crate::ir::view::{self, metrics};
use crate::ir::{Kind, Lowered, Node, symbol};

const DEFINITION: &[Kind] = &[
    Kind::Function,
    Kind::Method,
    Kind::Lambda,
    Kind::Class,
    Kind::Interface,
    Kind::Enum,
    Kind::TypeAlias,
    Kind::Field,
    Kind::Variable,
    Kind::Module,
];
const NAMED: &[Kind] =
    &definitions_and::<{ DEFINITION.len() + 4 }>(&[Kind::Parameter, Kind::Pair, Kind::Attribute, Kind::Macro]);
const ATTRIBUTED: &[Kind] = &definitions_and::<{ DEFINITION.len() + 1 }>(&[Kind::Parameter]);

/// The kinds of definitions, followed by `others`; `LENGTH` is the number of all.
const fn definitions_and<const LENGTH: usize>(others: &[Kind]) -> [Kind; LENGTH] {
    let mut all = [Kind::Other; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        all[at] = if at < DEFINITION.len() { DEFINITION[at] } else { others[at - DEFINITION.len()] };
        at += 1;
    }
    all
}

const CALLABLE: &[Kind] = metrics::CALLABLE;
const TYPE: &[Kind] = &[Kind::Class, Kind::Interface, Kind::Enum];
const VARIABLE: &[Kind] = &[Kind::Variable, Kind::Field];
const VALUED: &[Kind] = &[
    Kind::Variable,
    Kind::Field,
    Kind::Pair,
    Kind::String,
    Kind::Template,
    Kind::Number,
    Kind::Boolean,
    Kind::Null,
    Kind::Regex,
];
const LITERAL: &[Kind] = &[Kind::String, Kind::Template, Kind::Number, Kind::Boolean, Kind::Null, Kind::Regex];
/// `Import` is among them because `require("m")` and `import("m")` are imports that are written as calls.
const CALL_KINDS: &[Kind] = &[Kind::Call, Kind::New, Kind::Macro, Kind::Import];
const IMPORT: &[Kind] = &[Kind::Import, Kind::Export];
const COMMENT: &[Kind] = &[Kind::Comment];
const EVERY: &[Kind] = &[];

macro_rules! keys {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal of $kinds:ident as $answer:ident,)*) => {
        /// A key of `where` in a rule page: a question about a node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ViewKey {
            $($(#[doc = $doc])* $variant,)*
        }

        impl ViewKey {
            /// All keys, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name of the key in rule pages.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The kinds of nodes that the key applies to; empty if it applies to every node.
            pub const fn kinds(self) -> &'static [Kind] {
                match self {
                    $(Self::$variant => $kinds,)*
                }
            }

            /// The type of its answers.
            pub const fn answer_type(self) -> AnswerType {
                match self {
                    $(Self::$variant => AnswerType::$answer,)*
                }
            }
        }
    };
}

keys! {
    /// `test`: true if the node is a test or lies in one, or its file is test code.
    Test = "test" of EVERY as Bool,
    /// `example`: true if its file is an example.
    Example = "example" of EVERY as Bool,
    /// `import`: a module that the node imports or refers to; answered by `names::refers_to_import`.
    Import = "import" of EVERY as Text,
    /// `target`: what the node names, or the callee of a call; answered by `names::target`.
    Target = "target" of EVERY as Text,
    /// `explained`: true if a comment stands directly above it or behind it.
    Explained = "explained" of EVERY as Bool,
    /// `lines`: the number of lines that the node covers.
    Lines = "lines" of EVERY as Number,
    /// `name`: its name.
    Name = "name" of NAMED as Text,
    /// `exported`: true if code outside the file can use it.
    Exported = "exported" of DEFINITION as Bool,
    /// `documented`: true if it has documentation.
    Documented = "documented" of DEFINITION as Bool,
    /// `symbol`: its symbol path.
    Symbol = "symbol" of DEFINITION as Text,
    /// `parameters`: the names of its parameters.
    Parameters = "parameters" of CALLABLE as List,
    /// `statements`: the number of statements in its body, nested ones too.
    Statements = "statements" of CALLABLE as Number,
    /// `nesting`: the maximum nesting of its control flow.
    Nesting = "nesting" of CALLABLE as Number,
    /// `cyclomatic`: its cyclomatic complexity: the number of its decisions plus one.
    Cyclomatic = "cyclomatic" of CALLABLE as Number,
    /// `cognitive`: its cognitive complexity, as `SonarSource` defines it.
    Cognitive = "cognitive" of CALLABLE as Number,
    /// `async`: true if it is asynchronous.
    Async = "async" of CALLABLE as Bool,
    /// `generator`: true if it is a generator.
    Generator = "generator" of CALLABLE as Bool,
    /// `attributes`: the names of its attributes or decorators.
    Attributes = "attributes" of ATTRIBUTED as List,
    /// `members`: the names of its members.
    Members = "members" of TYPE as List,
    /// `extends`: the names of the types that it extends.
    Extends = "extends" of TYPE as List,
    /// `implements`: the names of the interfaces or traits that it implements.
    Implements = "implements" of TYPE as List,
    /// `mutable`: true if it can be assigned again.
    Mutable = "mutable" of VARIABLE as Bool,
    /// `value`: the text of its initial value; of a literal, its content without quotes.
    Value = "value" of VALUED as Text,
    /// `raw`: the text of a literal as written.
    Raw = "raw" of LITERAL as Text,
    /// `callee`: the text of the callee without white space, type arguments and optional chaining.
    Callee = "callee" of CALL_KINDS as Text,
    /// `arguments`: the texts of its arguments.
    Arguments = "arguments" of CALL_KINDS as List,
    /// `receiver`: the text of the object whose method is called.
    Receiver = "receiver" of CALL_KINDS as Text,
    /// `source`: the module; of a Rust `use`, its paths.
    Source = "source" of IMPORT as List,
    /// `names`: the imported names, as the module calls them; of an export, the names that others see.
    Names = "names" of IMPORT as List,
    /// `type_only`: true if only types are imported or exported.
    TypeOnly = "type_only" of IMPORT as Bool,
    /// `dynamic`: true for `import("m")` and `require("m")`.
    Dynamic = "dynamic" of IMPORT as Bool,
    /// `reexport`: true if it exports what it imports.
    Reexport = "reexport" of IMPORT as Bool,
    /// `text`: the text of the comment without its signs.
    Text = "text" of COMMENT as Text,
    /// `style`: `line`, `block` or `doc`.
    Style = "style" of COMMENT as Text,
    /// `trailing`: true if there is code before it on its line.
    Trailing = "trailing" of COMMENT as Bool,
    /// `marker`: `TODO` and the like, or the word by which it addresses a tool; all of them where it has several.
    Marker = "marker" of COMMENT as List,
}

impl ViewKey {
    /// The key that a page calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    /// The names of all keys.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|key| key.name())
    }

    /// True if the key applies to nodes of this kind.
    pub fn is_of(self, kind: Kind) -> bool {
        self.kinds().is_empty() || self.kinds().contains(&kind)
    }

    /// The answer for every node of a file, if it is the same and known without a look at the node.
    pub(crate) fn answer_for_file(self, file: &Lowered) -> Option<ViewAnswer<'static>> {
        match self {
            Self::Test => file.context.test.then_some(ViewAnswer::Bool(true)),
            Self::Example => Some(ViewAnswer::Bool(file.context.example)),
            _ => None,
        }
    }
}

/// The type of the answers to a [`ViewKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerType {
    /// True or false.
    Bool,
    /// A count.
    Number,
    /// One text.
    Text,
    /// Texts, or one text where there may be several.
    List,
}

/// The answer to a [`ViewKey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAnswer<'t> {
    /// True or false.
    Bool(bool),
    /// A count.
    Number(u32),
    /// One text.
    Text(Cow<'t, str>),
    /// Several texts. A condition with a number compares their count, one with a string searches for it among them.
    List(Vec<Cow<'t, str>>),
}

impl ViewAnswer<'_> {
    /// Counts the steps for reading the answer: the caller will read it.
    fn count_steps(&self) {
        match self {
            Self::Bool(_) | Self::Number(_) => {}
            Self::Text(text) => budget::count_text(text.len()),
            Self::List(items) => {
                budget::count(items.len() as u64);
                budget::count_text(items.iter().map(|item| item.len()).sum());
            }
        }
    }
}

impl<'t> From<&'t str> for ViewAnswer<'t> {
    fn from(text: &'t str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

pub(super) fn ask<'t>(file: &'t Lowered, node: Node<'t>, key: ViewKey) -> Option<ViewAnswer<'t>> {
    let answer = answer(file, node, key)?;
    answer.count_steps();
    Some(answer)
}

fn answer<'t>(file: &'t Lowered, node: Node<'t>, key: ViewKey) -> Option<ViewAnswer<'t>> {
    if !node.is_named() || !key.is_of(node.kind()) {
        // Only the keys that apply to every node apply to tokens.
        return match key {
            ViewKey::Test if !node.is_named() => Some(ViewAnswer::Bool(view::is_in_test(file, node))),
            ViewKey::Example if !node.is_named() => Some(ViewAnswer::Bool(file.context.example)),
            ViewKey::Lines if !node.is_named() => Some(ViewAnswer::Number(view::lines(file, node))),
            _ => None,
        };
    }
    match key {
        ViewKey::Test => Some(ViewAnswer::Bool(view::is_in_test(file, node))),
        ViewKey::Example => Some(ViewAnswer::Bool(file.context.example)),
        ViewKey::Import | ViewKey::Target => None,
        ViewKey::Explained => Some(ViewAnswer::Bool(view::is_explained(file, node))),
        ViewKey::Lines => Some(ViewAnswer::Number(view::lines(file, node))),
        ViewKey::Name => view::name(node).map(ViewAnswer::from),
        ViewKey::Exported | ViewKey::Documented | ViewKey::Symbol | ViewKey::Attributes => definition(file, node, key),
        ViewKey::Parameters
        | ViewKey::Statements
        | ViewKey::Nesting
        | ViewKey::Cyclomatic
        | ViewKey::Cognitive
        | ViewKey::Async
        | ViewKey::Generator => callable(file, Callable::cast(node)?, key),
        ViewKey::Members => Some(ViewAnswer::List(Type::cast(node)?.members())),
        ViewKey::Extends => Some(ViewAnswer::List(Type::cast(node)?.extends())),
        ViewKey::Implements => Some(ViewAnswer::List(Type::cast(node)?.implements(file))),
        ViewKey::Mutable => Variable::cast(node)?.is_mutable().map(ViewAnswer::Bool),
        ViewKey::Value => match LiteralNode::cast(node) {
            Some(literal) => Some(ViewAnswer::from(literal.value())),
            None => node.language().views().value(node).map(|value| ViewAnswer::from(value.text())),
        },
        ViewKey::Raw => Some(ViewAnswer::from(node.text())),
        ViewKey::Callee => Call::cast(node)?.callee_text().map(ViewAnswer::Text),
        ViewKey::Arguments => {
            let call = Call::cast(node)?;
            call.callee()?;
            Some(ViewAnswer::List(
                call.arguments().into_iter().map(|argument| Cow::Borrowed(argument.text())).collect(),
            ))
        }
        ViewKey::Receiver => Call::cast(node)?.receiver().map(|receiver| ViewAnswer::from(receiver.text())),
        ViewKey::Source | ViewKey::Names | ViewKey::TypeOnly | ViewKey::Dynamic | ViewKey::Reexport => {
            import(&Import::cast(node)?, key)
        }
        ViewKey::Text => {
            let comment = CommentNode::cast(node)?;
            (!comment.is_directive()).then(|| ViewAnswer::Text(comment.text()))
        }
        ViewKey::Style => Some(ViewAnswer::from(CommentNode::cast(node)?.style().name())),
        ViewKey::Trailing => Some(ViewAnswer::Bool(CommentNode::cast(node)?.is_trailing(file))),
        ViewKey::Marker => {
            let mut words: Vec<_> =
                CommentNode::cast(node)?.markers().map(|marker| Cow::Borrowed(marker.word)).collect();
            if words.len() > 1 { Some(ViewAnswer::List(words)) } else { words.pop().map(ViewAnswer::Text) }
        }
    }
}

fn definition<'t>(file: &Lowered, node: Node<'t>, key: ViewKey) -> Option<ViewAnswer<'t>> {
    match key {
        ViewKey::Exported => Some(ViewAnswer::Bool(Definition::cast(node)?.is_exported(file))),
        ViewKey::Documented => Some(ViewAnswer::Bool(Definition::cast(node)?.is_documented())),
        ViewKey::Symbol => Some(ViewAnswer::Text(Cow::Owned(symbol::path_in(file, node)))),
        _ => Some(ViewAnswer::List(view::typed::attribute_names(node))),
    }
}

fn callable<'t>(file: &Lowered, callable: Callable<'t>, key: ViewKey) -> Option<ViewAnswer<'t>> {
    match key {
        ViewKey::Parameters => Some(ViewAnswer::List(callable.parameter_names())),
        ViewKey::Async => Some(ViewAnswer::Bool(callable.is_async())),
        ViewKey::Generator => Some(ViewAnswer::Bool(callable.is_generator())),
        _ => {
            let metrics = callable.metrics(file)?;
            let number = match key {
                ViewKey::Statements => metrics.statements,
                ViewKey::Nesting => metrics.nesting,
                ViewKey::Cyclomatic => metrics.cyclomatic,
                _ => metrics.cognitive,
            };
            Some(ViewAnswer::Number(number))
        }
    }
}

fn import<'t>(import: &Import<'t>, key: ViewKey) -> Option<ViewAnswer<'t>> {
    let view = &import.view;
    match key {
        ViewKey::Source => {
            let mut sources = view.sources();
            if sources.len() > 1 { Some(ViewAnswer::List(sources)) } else { sources.pop().map(ViewAnswer::Text) }
        }
        ViewKey::Names => Some(ViewAnswer::List(view.items.iter().map(|item| item.name.clone()).collect())),
        ViewKey::TypeOnly => Some(ViewAnswer::Bool(view.type_only)),
        ViewKey::Dynamic => Some(ViewAnswer::Bool(view.dynamic)),
        _ => Some(ViewAnswer::Bool(view.reexport)),
    }
}

#[cfg(test)]
mod tests {
    use super::ViewKey;
    use crate::ir::Kind;

    #[test]
    fn keys_are_found_by_name_and_say_their_kinds() {
        assert_eq!(ViewKey::named("lines"), Some(ViewKey::Lines));
        assert_eq!(ViewKey::named("colour"), None);
        assert!(ViewKey::Async.kinds().contains(&Kind::Lambda));
        assert!(ViewKey::Test.kinds().is_empty() && ViewKey::Import.kinds().is_empty());
        assert_eq!(ViewKey::names().count(), ViewKey::ALL.len());
    }
}
