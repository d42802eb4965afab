//! The shared kinds: a classification of nodes that is the same for every language.

use std::fmt;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// The class of a node, the same for every language. The grammar's own class is its raw kind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Kind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in rule pages and reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

kinds! {
    /// A whole file, a namespace, a Rust `mod`.
    Module = "module",
    /// A function with a body or a signature, outside a class.
    Function = "function",
    /// A function of a class, interface, trait, impl or object.
    Method = "method",
    /// An anonymous function: closure, arrow, function expression.
    Lambda = "lambda",
    /// A class; a Rust struct or union.
    Class = "class",
    /// An interface; a Rust trait.
    Interface = "interface",
    /// An enumeration.
    Enum = "enum",
    /// A type alias.
    TypeAlias = "type_alias",
    /// A data member of a class, struct or interface.
    Field = "field",
    /// A parameter of a callable.
    Parameter = "parameter",
    /// A declared variable or constant: one declarator.
    Variable = "variable",
    /// An assignment, compound ones included.
    Assignment = "assignment",
    /// A call; a macro call is `macro`.
    Call = "call",
    /// A construction with `new`.
    New = "new",
    /// An access to a named member: `a.b`, `a::b`.
    Member = "member",
    /// An access by index: `a[b]`.
    Index = "index",
    /// A name.
    Identifier = "identifier",
    /// A string literal.
    String = "string",
    /// A string with interpolated expressions.
    Template = "template",
    /// A number literal.
    Number = "number",
    /// `true` or `false`.
    Boolean = "boolean",
    /// `null`, `undefined`, `nil`, `None` as a keyword.
    Null = "null",
    /// A regular expression literal.
    Regex = "regex",
    /// An object or struct expression.
    Object = "object",
    /// An array, tuple or list expression.
    Array = "array",
    /// A key with its value.
    Pair = "pair",
    /// An operation on two operands.
    Binary = "binary",
    /// An operation on one operand.
    Unary = "unary",
    /// A conditional expression: `a ? b : c`.
    Conditional = "conditional",
    /// `if`, as a statement or an expression.
    If = "if",
    /// `switch`, `match`.
    Match = "match",
    /// One arm of a `match`.
    Case = "case",
    /// `for`, `while`, `loop`, `do`.
    Loop = "loop",
    /// `break`, `continue`.
    Jump = "jump",
    /// `return`.
    Return = "return",
    /// `throw`, `raise`.
    Throw = "throw",
    /// `try`, and Rust's `?`.
    Try = "try",
    /// `catch`, `except`.
    Catch = "catch",
    /// `await`.
    Await = "await",
    /// A sequence of statements.
    Block = "block",
    /// A comment, documentation included.
    Comment = "comment",
    /// An attribute, annotation or decorator.
    Attribute = "attribute",
    /// A reference to a type.
    Type = "type",
    /// An import or `use`.
    Import = "import",
    /// An export statement.
    Export = "export",
    /// A macro call or definition.
    Macro = "macro",
    /// An element, fragment or attribute of JSX.
    Jsx = "jsx",
    /// Text that tree-sitter could not parse.
    Error = "error",
    /// Everything else.
    Other = "other",
}

/// The names in rule pages that stand for several kinds.
pub const GROUPS: &[(&str, &[Kind])] = &[("callable", &[Kind::Function, Kind::Method, Kind::Lambda])];

impl Kind {
    /// The kinds that a name in a rule page stands for: one kind, or those of a group.
    pub fn named(name: &str) -> Option<&'static [Self]> {
        let group = GROUPS.iter().find(|(group, _)| *group == name).map(|(_, kinds)| *kinds);
        group.or_else(|| Self::ALL.iter().position(|kind| kind.name() == name).map(|at| &Self::ALL[at..=at]))
    }

    /// Every name that [`Kind::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|kind| kind.name()).chain(GROUPS.iter().map(|(name, _)| *name))
    }

    /// True for functions, methods and lambdas.
    pub const fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Lambda)
    }

    /// True for kinds whose nodes define something that has a name (without `Module`).
    pub const fn is_definition(self) -> bool {
        self.is_callable()
            || matches!(
                self,
                Self::Class | Self::Interface | Self::Enum | Self::TypeAlias | Self::Field | Self::Variable
            )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
