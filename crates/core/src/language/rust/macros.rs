//! The arguments of macro calls as code: the ways to read them, for both parsers, and the reading for tolerant trees.
//!
//! The grammar keeps the arguments as flat tokens. Rules would not find the `unwrap` call in `println!("{}",
//! a.unwrap())`.

use std::collections::HashSet;
use std::ops::Range;

use crate::ir::{Flags, Node, NodeId, Tree, TreeBuilder};
use crate::language::stack::with_step_stack;
use crate::language::tolerant;
use crate::span::Span;

use super::grammar_workarounds::{self, is_primitive};

/// A way to parse the tokens of a macro call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MacroReading {
    /// Expressions with commas between them.
    List,
    /// `e; e`, as in an array.
    Repeat,
    /// The statements of a block.
    Statements,
}

/// The readings in the order of attempts; if none fits, the tokens stay flat.
pub(super) const MACRO_READINGS: [MacroReading; 3] =
    [MacroReading::List, MacroReading::Repeat, MacroReading::Statements];

impl MacroReading {
    /// The code before and after the tokens with which the grammar parses them so, and the kind of the node around
    /// them.
    const fn frame(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::List => ("fn f(){f(", ")}", "arguments"),
            Self::Repeat => ("fn f(){[", "]}", "array_expression"),
            Self::Statements => ("fn f(){", "}", "block"),
        }
    }
}

/// The most names in the path of a macro that is called among the tokens of another call.
pub(super) const MAX_CALL_SEGMENTS: usize = 8;

/// The arguments of the outermost calls of all other macros, in order. A macro that the file defines is one of them,
/// whatever its name.
pub(super) fn of_unknown_macros(tree: &Tree) -> Vec<Span> {
    let vocabulary = tree.dialect().vocabulary();
    let (call, definition) = (vocabulary.kind("macro_invocation"), vocabulary.kind("macro_definition"));
    let is = |node: &Node<'_>, kind| Some(node.raw()) == kind;
    let defined = tree.nodes().filter(|node| is(node, definition)).filter_map(|node| node.child_by_field("name"));
    let defined: HashSet<&str> = defined.map(Node::text).collect();
    let mut found: Vec<Span> = Vec::new();
    for node in tree.nodes().filter(|node| is(node, call)) {
        let Some(tokens) = node.child_of_raw_kind("token_tree") else { continue };
        if found.last().is_some_and(|last| last.contains(tokens.span())) {
            continue;
        }
        let name = node.child_by_field("macro").map_or("", Node::text);
        let plain = ["::", "std::", "core::", "alloc::"]
            .into_iter()
            .fold(name, |name, of| name.strip_prefix(of).unwrap_or(name));
        let is_known =
            super::syntax::SYNTAX.expression_macros.contains(&plain) && (name != plain || !defined.contains(plain));
        if !is_known {
            found.push(tokens.span());
        }
    }
    found
}

/// The bytes that may be read again for each byte of a text: nested calls are read again at every level.
const REREAD_BYTES_PER_BYTE: usize = 8;
/// The bytes that may be read again in addition to these in every text.
const MIN_REREAD_BYTES: usize = 256 << 10;

/// The tree with the arguments of its macro calls as code where possible; none if that takes too many steps.
pub(super) fn read_calls(tree: Tree) -> Option<Tree> {
    let Some(mut reader) = CallReader::of(&tree) else { return Some(tree) };
    if !tree.kinds.contains(&reader.call) {
        return Some(tree);
    }
    let nodes = tree.len() * 2;
    let mut builder = TreeBuilder::like(&tree, nodes);
    reader.copy(&tree, 0..tree.len() as u32, 0, false, &mut builder);
    reader.bytes_left.is_some().then(|| builder.finish())
}

/// Copies a tree and reads the macro calls in it.
struct CallReader {
    /// The bytes that may still be read again; none once there were too few.
    bytes_left: Option<usize>,
    /// The same for calls among tokens, which stay tokens once there are too few.
    token_bytes_left: usize,
    /// True within a call among tokens.
    in_token_call: bool,
    /// The id of the raw kind of macro calls.
    call: u16,
    /// The id of the raw kind of token trees.
    tokens: u16,
    /// The id of the raw kind of paths.
    path: u16,
    /// The ids of the fields of a call and of a path.
    fields: CallFields,
}

/// The ids of the fields that a call among tokens gets.
#[derive(Clone, Copy)]
struct CallFields {
    /// The macro of a call.
    called: u16,
    /// The path before the last name.
    path: u16,
    /// The last name of a path.
    name: u16,
}

/// A macro call among the tokens of another one.
struct TokenCall<'t> {
    /// True if its path starts with `::`.
    leading: bool,
    /// The names and the `::` of its path, in order.
    path: Vec<Node<'t>>,
    bang: Node<'t>,
    tokens: Node<'t>,
}

impl CallReader {
    fn of(tree: &Tree) -> Option<Self> {
        let vocabulary = tree.dialect().vocabulary();
        let bytes = REREAD_BYTES_PER_BYTE * tree.span().len() as usize + MIN_REREAD_BYTES;
        Some(Self {
            bytes_left: Some(bytes),
            token_bytes_left: bytes / 2,
            in_token_call: false,
            call: vocabulary.kind("macro_invocation")?.0,
            tokens: vocabulary.kind("token_tree")?.0,
            path: vocabulary.kind("scoped_identifier")?.0,
            fields: CallFields {
                called: vocabulary.field("macro")?.0,
                path: vocabulary.field("path")?.0,
                name: vocabulary.field("name")?.0,
            },
        })
    }

    /// Copies nodes to `builder`, with `shift` (which may wrap) added to their bytes. With `reading`, the outermost
    /// ones lose their fields.
    fn copy(&mut self, tree: &Tree, nodes: Range<u32>, shift: u32, reading: bool, builder: &mut TreeBuilder) {
        let mut open: Vec<u32> = Vec::new();
        let mut id = nodes.start;
        // The end of the tokens of a call around, the token tree that is called next, and the end of a definition.
        let (mut flat, mut called, mut definition) = (0, None, 0);
        while id < nodes.end {
            while open.pop_if(|end| *end <= id).is_some() {
                builder.close();
            }
            let node = tree.node(NodeId(id));
            let moved = |at: u32| at.wrapping_add(shift);
            if id < flat && id >= definition {
                if let Some(call) = TokenCall::at(node) {
                    let span = Span::new(moved(node.start()), moved(call.tokens.end()));
                    builder.open(self.call, 0, Flags::of(Flags::NAMED), span);
                    open.push(call.tokens.subtree_end().0);
                    self.copy_path(&call, shift, builder);
                    copy_token(tree, call.bang.id().0, shift, builder);
                    id = call.tokens.id().0;
                    called = Some(id);
                    continue;
                }
                definition = definition.max(defined_until(node));
            }
            let field = if open.is_empty() && reading { 0 } else { node.field_id().map_or(0, |field| field.0) };
            builder.open(node.raw().0, field, node.flags(), Span::new(moved(node.start()), moved(node.end())));
            let end = tree.rows[id as usize].subtree_end;
            open.push(end);
            let is_called = || called == Some(id) || node.parent().is_some_and(|parent| parent.raw().0 == self.call);
            if node.raw().0 == self.tokens && is_called() {
                flat = flat.max(end);
                let around = self.in_token_call;
                self.in_token_call |= called == Some(id);
                let Some((read, inner)) = self.read(tree, id) else {
                    self.in_token_call = around;
                    id += 1;
                    continue;
                };
                let (first, last) = (id + 1, end - 1);
                copy_token(tree, first, shift, builder);
                let base = tree.rows[first as usize].end.wrapping_add(shift).wrapping_sub(inner.base);
                with_step_stack(|| self.copy(&read, inner.nodes, base, true, builder));
                self.in_token_call = around;
                copy_token(tree, last, shift, builder);
                id = end;
                continue;
            }
            id += 1;
        }
        for _ in open {
            builder.close();
        }
    }

    /// Copies the path of a call among tokens, nested as the grammar nests paths.
    fn copy_path(&self, call: &TokenCall<'_>, shift: u32, builder: &mut TreeBuilder) {
        let moved = |at: u32| at.wrapping_add(shift);
        let names = call.path.iter().filter(|part| part.raw_name() != "::");
        let around: Vec<_> = names.skip(usize::from(!call.leading)).collect();
        let starts = call.path.first().map_or(0, |first| moved(first.start()));
        for (at, name) in around.iter().rev().enumerate() {
            let field = if at == 0 { self.fields.called } else { self.fields.path };
            builder.open(self.path, field, Flags::of(Flags::NAMED), Span::new(starts, moved(name.end())));
        }
        let is_alone = call.path.len() == 1;
        for (at, part) in call.path.iter().enumerate() {
            let field = match part.raw_name() {
                "::" => 0,
                _ if is_alone => self.fields.called,
                _ if at == 0 => self.fields.path,
                _ => self.fields.name,
            };
            builder.leaf(part.raw().0, field, part.flags(), Span::new(moved(part.start()), moved(part.end())));
            if field == self.fields.name {
                builder.close();
            }
        }
    }

    /// Reads the token tree `id` in the first way that fits.
    fn read(&mut self, tree: &Tree, id: u32) -> Option<(Tree, ReadNodes)> {
        let end = tree.rows[id as usize].subtree_end;
        // Empty brackets hold nothing, and tokens with errors stay as they are.
        if end < id + 4 || (id..end).any(|id| tree.node(NodeId(id)).is_error() || tree.node(NodeId(id)).is_missing()) {
            return None;
        }
        let inner = Span::new(tree.rows[id as usize + 1].end, tree.rows[end as usize - 1].start);
        let text = tree.slice(inner);
        MACRO_READINGS.into_iter().find_map(|reading| {
            if self.in_token_call {
                self.token_bytes_left = self.token_bytes_left.checked_sub(text.len())?;
            } else {
                self.bytes_left = self.bytes_left?.checked_sub(text.len());
                self.bytes_left?;
            }
            reading.of(text, tree)
        })
    }
}

/// Copies the node of a bracket as [`CallReader::copy`] does.
fn copy_token(tree: &Tree, id: u32, shift: u32, builder: &mut TreeBuilder) {
    let node = tree.node(NodeId(id));
    let moved = |at: u32| at.wrapping_add(shift);
    builder.open(node.raw().0, 0, node.flags(), Span::new(moved(node.start()), moved(node.end())));
    builder.close();
}

impl<'t> TokenCall<'t> {
    /// The call that starts at a node among tokens: a path, `!` and brackets.
    fn at(first: Node<'t>) -> Option<Self> {
        let is_name = |node: Node<'_>| match node.raw_name() {
            "identifier" => !is_keyword(node.text()) && !is_primitive(node.text()),
            "crate" | "self" | "super" => true,
            _ => false,
        };
        let leading = first.raw_name() == "::";
        if !(leading || is_name(first)) {
            return None;
        }
        let mut tokens = std::iter::once(first).chain(first.next_siblings());
        let mut path = Vec::new();
        path.extend(leading.then(|| tokens.next()).flatten());
        for _ in 0..MAX_CALL_SEGMENTS {
            path.push(tokens.next().filter(|name| is_name(*name))?);
            match tokens.next()? {
                colons if colons.raw_name() == "::" => path.push(colons),
                bang if bang.raw_name() == "!" => {
                    let tokens = tokens.next().filter(|tokens| tokens.raw_name() == "token_tree")?;
                    let before = first.prev_sibling();
                    let continues = before.is_some_and(|before| match before.raw_name() {
                        _ if leading => before.is_named(),
                        name => matches!(name, "::" | "." | "'"),
                    });
                    return (!continues).then_some(Self { leading, path, bang, tokens });
                }
                _ => return None,
            }
        }
        None
    }
}

/// The end of the body of the `macro_rules!` that starts at a node among tokens, in which nothing is called; else 0.
fn defined_until(node: Node<'_>) -> u32 {
    if node.raw_name() != "identifier" || node.text() != "macro_rules" {
        return 0;
    }
    let mut tokens = node.next_siblings();
    let is_definition = tokens.next().is_some_and(|bang| bang.raw_name() == "!");
    let body = tokens.nth(1).filter(|body| is_definition && body.raw_name() == "token_tree");
    body.map_or(0, |body| body.subtree_end().0)
}

/// The nodes of a reading that replace the tokens, and the byte in the framed text at which these start.
struct ReadNodes {
    nodes: Range<u32>,
    base: u32,
}

impl MacroReading {
    /// Parses a text in this way; none if it does not fit.
    fn of(self, text: &str, tree: &Tree) -> Option<(Tree, ReadNodes)> {
        let (before, after, kind) = self.frame();
        let mut framed = tolerant::parse_as_is(&format!("{before}{text}{after}").into(), tree.dialect())?;
        if framed.nodes().any(|node| node.is_error() || node.is_missing()) {
            return None;
        }
        grammar_workarounds::raw_strings(&mut framed);
        let span = Span::new(before.len() as u32 - 1, (before.len() + text.len()) as u32 + 1);
        let holder = framed.nodes().find(|node| node.span() == span && node.raw_name() == kind)?;
        let last = holder.children().filter(|child| !child.is_extra()).last();
        let fits = match self {
            Self::List => true,
            Self::Repeat => holder.has_token(";"),
            Self::Statements => last.is_none_or(|last| last.raw_name() != "attribute_item"),
        };
        if !fits || framed.nodes().any(is_beyond_rust) {
            return None;
        }
        let end = holder.subtree_end().0;
        let nodes = holder.id().0 + 2..end - 1;
        Some((framed, ReadNodes { nodes, base: before.len() as u32 }))
    }
}

/// True for a node that the grammar accepts but Rust does not: the tokens then have a syntax of the macro's own.
fn is_beyond_rust(node: Node<'_>) -> bool {
    const COMPARISONS: &[&str] = &["<", ">", "<=", ">=", "==", "!="];
    let within = || node.parent().and_then(Node::parent).map_or("", Node::raw_name);
    let child = |kind: &str, tokens: &[&str]| {
        node.children().any(|child| child.raw_name() == kind && tokens.iter().any(|token| child.has_token(token)))
    };
    match node.raw_name() {
        // Neither `a < b > c` nor `a..b..c` nor `a...b`.
        "binary_expression" => {
            COMPARISONS.iter().any(|token| node.has_token(token)) && child("binary_expression", COMPARISONS)
        }
        "range_expression" => {
            let first = node.children_with_tokens().find(|child| !child.is_extra());
            node.has_token("...") || first.is_some_and(|first| first.raw_name() == "range_expression")
        }
        "function_signature_item" | "associated_type" => !matches!(within(), "trait_item" | "foreign_mod_item"),
        "static_item" => {
            node.has_token("ref") || within() != "foreign_mod_item" && node.child_by_field("value").is_none()
        }
        // `break 'a: loop {}`
        "break_expression" => {
            let value = node.children().find(|child| !child.is_extra());
            value.and_then(|value| value.children().next()).is_some_and(|label| label.raw_name() == "label")
        }
        // `A { ..b, }`
        "base_field_initializer" => node.next_sibling().is_some_and(|next| next.raw_name() == ","),
        "impl_item" => node.child_by_field("body").is_none(),
        "enum_variant" => node.children().any(|child| child.raw_name() == "visibility_modifier"),
        "self_parameter" => within() == "function_type",
        "field_identifier" if node.text() == "_" => true,
        "identifier" | "type_identifier" | "field_identifier" | "shorthand_field_identifier" => {
            is_keyword(node.text()) && !node.parent().is_some_and(|parent| holds_any_word(parent.raw_name()))
        }
        "const_item" => within() != "trait_item" && node.child_by_field("value").is_none(),
        _ => false,
    }
}

/// True for a kind whose nodes may hold keywords as names: `'static`, `#[unsafe(a)]`, tokens of a macro.
fn holds_any_word(kind: &str) -> bool {
    matches!(kind, "lifetime" | "label" | "attribute") || kind.starts_with("token_")
}

/// True for a keyword of Rust. The grammar takes it for a name where it expects no keyword itself.
pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
        "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.contains(&word)
}
