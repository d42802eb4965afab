//! The questions that `where` may ask, each with the kinds that have an answer.

use std::borrow::Cow;

use crate::budget;
use crate::ir::view::typed::{Call, Callable, Comment, Definition, Import, Literal, Type, Variable};
use crate::ir::view::{self, metrics};
use crate::ir::{Kind, Lowered, Node, symbol};

/// Everything that can be named and referred to.
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
const NAMED: &[Kind] = &[
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
    Kind::Parameter,
    Kind::Pair,
    Kind::Attribute,
    Kind::Macro,
];
const ATTRIBUTED: &[Kind] = &[
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
    Kind::Parameter,
];
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
/// `require("m")` and `import("m")` are imports that are written as calls.
const CALL: &[Kind] = &[Kind::Call, Kind::New, Kind::Macro, Kind::Import];
const IMPORT: &[Kind] = &[Kind::Import, Kind::Export];
const COMMENT: &[Kind] = &[Kind::Comment];
const EVERY: &[Kind] = &[];

macro_rules! keys {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal of $kinds:ident,)*) => {
        /// A question that `where` may ask of a node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Key {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Key {
            /// All keys, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name that pages use.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The kinds whose views have it; none means every node.
            pub const fn kinds(self) -> &'static [Kind] {
                match self {
                    $(Self::$variant => $kinds,)*
                }
            }
        }
    };
}

keys! {
    /// `test`: whether it is a test, lies in one, or its file holds tests.
    Test = "test" of EVERY,
    /// `import`: a module; asked through `names::refers_to_import`.
    Import = "import" of EVERY,
    /// `lines`: how many lines it stands on.
    Lines = "lines" of EVERY,
    /// `name`: what a definition is called.
    Name = "name" of NAMED,
    /// `exported`: whether others can use it.
    Exported = "exported" of DEFINITION,
    /// `documented`: whether documentation stands at it.
    Documented = "documented" of DEFINITION,
    /// `symbol`: its symbol path.
    Symbol = "symbol" of DEFINITION,
    /// `parameters`: the names of its parameters.
    Parameters = "parameters" of CALLABLE,
    /// `statements`: how many statements its body has, nested ones too.
    Statements = "statements" of CALLABLE,
    /// `nesting`: how deeply its control flow nests.
    Nesting = "nesting" of CALLABLE,
    /// `cyclomatic`: one more than its decisions.
    Cyclomatic = "cyclomatic" of CALLABLE,
    /// `cognitive`: its cognitive complexity, as `SonarSource` defines it.
    Cognitive = "cognitive" of CALLABLE,
    /// `async`: whether it is.
    Async = "async" of CALLABLE,
    /// `generator`: whether it is one.
    Generator = "generator" of CALLABLE,
    /// `attributes`: the names of its attributes or decorators.
    Attributes = "attributes" of ATTRIBUTED,
    /// `members`: the names of its members.
    Members = "members" of TYPE,
    /// `extends`: the names of what it extends.
    Extends = "extends" of TYPE,
    /// `implements`: the names of what it implements.
    Implements = "implements" of TYPE,
    /// `mutable`: whether it may be assigned to again.
    Mutable = "mutable" of VARIABLE,
    /// `value`: the text of its value; of a literal what it holds.
    Value = "value" of VALUED,
    /// `raw`: a literal as written.
    Raw = "raw" of LITERAL,
    /// `callee`: what it calls, as written but for white space, type arguments and optional chaining.
    Callee = "callee" of CALL,
    /// `arguments`: the texts of its arguments.
    Arguments = "arguments" of CALL,
    /// `receiver`: the text of the object whose method it calls.
    Receiver = "receiver" of CALL,
    /// `source`: the module; the paths of a Rust `use`.
    Source = "source" of IMPORT,
    /// `names`: the names that pass, as the module calls them (of an export, as others see them).
    Names = "names" of IMPORT,
    /// `type_only`: whether only types pass.
    TypeOnly = "type_only" of IMPORT,
    /// `dynamic`: whether it is `import("m")` or `require("m")`.
    Dynamic = "dynamic" of IMPORT,
    /// `reexport`: whether it gives to others what it takes from elsewhere.
    Reexport = "reexport" of IMPORT,
    /// `text`: what a comment says, without its signs.
    Text = "text" of COMMENT,
    /// `style`: `line`, `block` or `doc`.
    Style = "style" of COMMENT,
    /// `trailing`: whether code stands before it on its line.
    Trailing = "trailing" of COMMENT,
    /// `marker`: `TODO` and the like, or the word that speaks to a tool.
    Marker = "marker" of COMMENT,
}

impl Key {
    /// The key that a page calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    /// All names that [`Key::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|key| key.name())
    }

    /// Whether a node of this kind can have an answer.
    pub fn is_of(self, kind: Kind) -> bool {
        self.kinds().is_empty() || self.kinds().contains(&kind)
    }
}

/// The answer to a [`Key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'t> {
    /// Yes or no.
    Bool(bool),
    /// A count.
    Number(u32),
    /// One text.
    Text(Cow<'t, str>),
    /// Several texts; a number compares their count, a string is looked for among them.
    List(Vec<Cow<'t, str>>),
}

impl Answer<'_> {
    /// Counts what reading it takes: whoever asks reads it.
    fn count(&self) {
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

impl<'t> From<&'t str> for Answer<'t> {
    fn from(text: &'t str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

pub(super) fn ask<'t>(file: &'t Lowered, node: Node<'t>, key: Key) -> Option<Answer<'t>> {
    let answer = answer(file, node, key)?;
    answer.count();
    Some(answer)
}

fn answer<'t>(file: &'t Lowered, node: Node<'t>, key: Key) -> Option<Answer<'t>> {
    if !node.is_named() || !key.is_of(node.kind()) {
        // A token has what every node has.
        return match key {
            Key::Test if !node.is_named() => Some(Answer::Bool(view::is_in_test(file, node))),
            Key::Lines if !node.is_named() => Some(Answer::Number(view::lines(file, node))),
            _ => None,
        };
    }
    match key {
        Key::Test => Some(Answer::Bool(view::is_in_test(file, node))),
        Key::Import => None,
        Key::Lines => Some(Answer::Number(view::lines(file, node))),
        Key::Name => view::name(node).map(Answer::from),
        Key::Exported | Key::Documented | Key::Symbol | Key::Attributes => definition(file, node, key),
        Key::Parameters
        | Key::Statements
        | Key::Nesting
        | Key::Cyclomatic
        | Key::Cognitive
        | Key::Async
        | Key::Generator => callable(file, Callable::cast(node)?, key),
        Key::Members => Some(Answer::List(Type::cast(node)?.members())),
        Key::Extends => Some(Answer::List(Type::cast(node)?.extends())),
        Key::Implements => Some(Answer::List(Type::cast(node)?.implements(file))),
        Key::Mutable => Variable::cast(node)?.is_mutable().map(Answer::Bool),
        Key::Value => match Literal::cast(node) {
            Some(literal) => Some(Answer::from(literal.value())),
            None => node.language().views().value(node).map(|value| Answer::from(value.text())),
        },
        Key::Raw => Some(Answer::from(node.text())),
        Key::Callee => Call::cast(node)?.callee_text().map(Answer::Text),
        Key::Arguments => {
            let call = Call::cast(node)?;
            call.callee()?;
            Some(Answer::List(call.arguments().into_iter().map(|argument| Cow::Borrowed(argument.text())).collect()))
        }
        Key::Receiver => Call::cast(node)?.receiver().map(|receiver| Answer::from(receiver.text())),
        Key::Source | Key::Names | Key::TypeOnly | Key::Dynamic | Key::Reexport => import(&Import::cast(node)?, key),
        Key::Text => Some(Answer::Text(Comment::cast(node)?.text())),
        Key::Style => Some(Answer::from(Comment::cast(node)?.style().name())),
        Key::Trailing => Some(Answer::Bool(Comment::cast(node)?.is_trailing(file))),
        Key::Marker => Comment::cast(node)?.marker().map(Answer::from),
    }
}

fn definition<'t>(file: &Lowered, node: Node<'t>, key: Key) -> Option<Answer<'t>> {
    match key {
        Key::Exported => Some(Answer::Bool(Definition::cast(node)?.is_exported(file))),
        Key::Documented => Some(Answer::Bool(Definition::cast(node)?.is_documented())),
        Key::Symbol => Some(Answer::Text(Cow::Owned(symbol::path_in(file, node)))),
        _ => Some(Answer::List(view::typed::attribute_names(node))),
    }
}

fn callable<'t>(file: &Lowered, callable: Callable<'t>, key: Key) -> Option<Answer<'t>> {
    match key {
        Key::Parameters => Some(Answer::List(callable.parameter_names())),
        Key::Async => Some(Answer::Bool(callable.is_async())),
        Key::Generator => Some(Answer::Bool(callable.is_generator())),
        _ => {
            let metrics = callable.metrics(file)?;
            let number = match key {
                Key::Statements => metrics.statements,
                Key::Nesting => metrics.nesting,
                Key::Cyclomatic => metrics.cyclomatic,
                _ => metrics.cognitive,
            };
            Some(Answer::Number(number))
        }
    }
}

fn import<'t>(import: &Import<'t>, key: Key) -> Option<Answer<'t>> {
    let view = &import.view;
    match key {
        Key::Source => {
            let mut sources = view.sources();
            if sources.len() > 1 { Some(Answer::List(sources)) } else { sources.pop().map(Answer::Text) }
        }
        Key::Names => Some(Answer::List(view.items.iter().map(|item| item.name.clone()).collect())),
        Key::TypeOnly => Some(Answer::Bool(view.type_only)),
        Key::Dynamic => Some(Answer::Bool(view.dynamic)),
        _ => Some(Answer::Bool(view.reexport)),
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::ir::Kind;

    #[test]
    fn keys_are_found_by_name_and_say_their_kinds() {
        assert_eq!(Key::named("lines"), Some(Key::Lines));
        assert_eq!(Key::named("colour"), None);
        assert!(Key::Async.kinds().contains(&Kind::Lambda));
        assert!(Key::Test.kinds().is_empty() && Key::Import.kinds().is_empty());
        assert_eq!(Key::names().count(), Key::ALL.len());
    }
}
