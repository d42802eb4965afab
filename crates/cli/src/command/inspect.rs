//! `lawbook inspect`: the syntax tree of a file as rules see it.

use lawbook_core::ir::view::{self, ViewAnswer, ViewKey};
use lawbook_core::ir::{Lowered, Node, ParserKind, ProblemKind};
use lawbook_core::mistake::Mistake;
use lawbook_core::names;
use lawbook_workspace::lower_file;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{InspectArgs, InspectFormat};
use crate::command::{CommandOutcome, CommandResult, Context};
use crate::text::{Text, TextStyle};

/// Prints the trees of one file.
pub(crate) fn run(args: &InspectArgs, context: &mut Context<'_>) -> CommandResult {
    let file = lower_file(context.cwd()?, &args.file, args.language.as_deref())?;
    let text = match args.format {
        InspectFormat::Text => print(&file, context.output.text()),
        InspectFormat::Json => Text::json(&InspectedFileV1::new(&file))
            .map_err(|error| vec![Mistake::new(format!("the tree cannot be written as JSON: {error}"))])?,
    };
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

fn parser_name(parser: ParserKind) -> &'static str {
    match parser {
        ParserKind::Strict => "strict",
        ParserKind::Tolerant => "tolerant",
    }
}

/// All view keys that have an answer for a node, with the answers.
fn answers<'t>(file: &'t Lowered, node: Node<'t>) -> Vec<(&'static str, ViewAnswer<'t>)> {
    if !node.is_named() {
        return Vec::new();
    }
    let keys = ViewKey::names().filter_map(|name| Some((name, ViewKey::named(name)?)));
    let target = || names::target(file, node)?.text(node.language().syntax());
    let answer = |key| match key {
        ViewKey::Target => target().map(|text| ViewAnswer::Text(text.into())),
        _ => view::ask(file, node, key),
    };
    keys.filter_map(|(name, key)| Some((name, answer(key)?))).collect()
}

fn print(file: &Lowered, mut text: Text) -> Text {
    for tree in &file.trees {
        let parser = parser_name(tree.parser());
        text.paint(TextStyle::Faint, &format!("{} ({parser} parser)", tree.dialect().name)).end_line();
        // The nodes are in pre-order, so the depth of a parent is known before that of its children.
        let mut depths: Vec<u32> = Vec::with_capacity(tree.len());
        for node in tree.nodes() {
            let depth = node.parent().map_or(0, |parent| depths[parent.id().0 as usize] + 1);
            depths.push(depth);
            print_node(file, node, depth as usize, &mut text);
        }
    }
    for problem in &file.problems {
        let at = file.source.position(problem.span.start);
        let kind = match problem.kind {
            ProblemKind::ParseError => "parse error",
            ProblemKind::NestingLimit => "nesting limit",
            ProblemKind::TooDeep => "too deep",
            ProblemKind::OverBudget => "over budget",
        };
        text.paint(TextStyle::Error, kind);
        text.line(format_args!(" {}:{}: {}", at.line, at.column, problem.message));
    }
    text
}

fn print_node<'t>(file: &'t Lowered, node: Node<'t>, depth: usize, text: &mut Text) {
    // The indentation is limited, so that deep trees stay readable and the output does not grow quadratically.
    text.add(&"  ".repeat(depth.min(60)));
    if let Some(field) = node.field() {
        text.paint(TextStyle::Faint, &format!("{field}: "));
    }
    if node.is_named() {
        text.paint(TextStyle::Strong, node.raw_name());
        text.paint(TextStyle::Info, &format!(" {}", node.kind()));
    } else {
        text.add(&format!("{:?}", node.raw_name()));
    }
    let (start, end) = (file.source.position(node.start()), file.source.position(node.end()));
    text.paint(TextStyle::Faint, &format!(" {}:{}-{}:{}", start.line, start.column, end.line, end.column));
    if node.is_missing() {
        text.paint(TextStyle::Error, " missing");
    }
    if node.is_leaf() && node.is_named() {
        text.add(&format!(" {:?}", node.text()));
    }
    for (name, answer) in answers(file, node).into_iter().filter(|(_, answer)| is_worth_printing(answer)) {
        text.add(" ").paint(TextStyle::Faint, &format!("{name}=")).add(&answer_value(&answer).to_string());
    }
    text.end_line();
}

/// False for answers that are false or empty: they would hide the others. JSON has all answers.
fn is_worth_printing(answer: &ViewAnswer<'_>) -> bool {
    match answer {
        ViewAnswer::Bool(value) => *value,
        ViewAnswer::Number(_) => true,
        ViewAnswer::Text(value) => !value.is_empty(),
        ViewAnswer::List(values) => !values.is_empty(),
    }
}

fn answer_value(answer: &ViewAnswer<'_>) -> Value {
    match answer {
        ViewAnswer::Bool(value) => Value::from(*value),
        ViewAnswer::Number(value) => Value::from(*value),
        ViewAnswer::Text(value) => Value::from(value.as_ref()),
        ViewAnswer::List(values) => values.iter().map(|value| Value::from(value.as_ref())).collect(),
    }
}

#[derive(Serialize)]
struct InspectedFileV1<'a> {
    version: u32,
    path: &'a str,
    trees: Vec<TreeV1<'a>>,
    problems: Vec<ProblemV1<'a>>,
}

#[derive(Serialize)]
struct TreeV1<'a> {
    dialect: &'static str,
    parser: &'static str,
    /// The nodes in pre-order: a list, because a tree may be too deep for a recursive JSON reader.
    nodes: Vec<NodeV1<'a>>,
}

#[derive(Serialize)]
struct NodeV1<'a> {
    parent: Option<u32>,
    raw: &'static str,
    kind: &'static str,
    field: Option<&'static str>,
    flags: Vec<&'static str>,
    start: u32,
    end: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    views: Map<String, Value>,
}

#[derive(Serialize)]
struct ProblemV1<'a> {
    start: u32,
    end: u32,
    message: &'a str,
}

impl<'a> InspectedFileV1<'a> {
    fn new(file: &'a Lowered) -> Self {
        let trees = file.trees.iter().map(|tree| TreeV1 {
            dialect: tree.dialect().name,
            parser: parser_name(tree.parser()),
            nodes: tree.nodes().map(|node| NodeV1::new(file, node)).collect(),
        });
        let problems = file.problems.iter().map(|problem| ProblemV1 {
            start: problem.span.start,
            end: problem.span.end,
            message: &problem.message,
        });
        Self { version: 1, path: file.source.path().as_str(), trees: trees.collect(), problems: problems.collect() }
    }
}

impl<'a> NodeV1<'a> {
    fn new(file: &'a Lowered, node: Node<'a>) -> Self {
        let flags = [
            ("named", node.is_named()),
            ("extra", node.is_extra()),
            ("missing", node.is_missing()),
            ("error", node.is_error()),
        ];
        Self {
            parent: node.parent().map(|parent| parent.id().0),
            raw: node.raw_name(),
            kind: node.kind().name(),
            field: node.field(),
            flags: flags.into_iter().filter_map(|(name, is_set)| is_set.then_some(name)).collect(),
            start: node.start(),
            end: node.end(),
            text: node.is_leaf().then(|| node.text()),
            views: answers(file, node)
                .into_iter()
                .map(|(name, answer)| (name.to_owned(), answer_value(&answer)))
                .collect(),
        }
    }
}
