//! `fix` of a page: the text that replaces a match.

use crate::data::{Data, Value};
use crate::diagnostic::{Edit, Fix, Safety};
use crate::ir::Node;
use crate::mistake::unknown_name_help;
use crate::pattern::VarId;
use crate::rule::object::{Compiler, Relation, Search};
use crate::rule::page::Options;
use crate::rule::template::{self, FilledCode, Template};
use crate::span::Span;

/// One way to fix a match.
#[derive(Debug)]
pub(crate) struct FixTemplate {
    title: Option<Template>,
    safety: Safety,
    code: Template,
    /// `at`: the metavariable whose node is replaced; none for the match itself.
    at: Option<VarId>,
    /// `expandStart`: a sibling before the match from which on text is replaced.
    start: Option<Relation>,
    /// `expandEnd`: a sibling after the match up to whose end text is replaced.
    end: Option<Relation>,
}

/// The keys of `fix` that ast-grep has too.
pub(crate) const AST_GREP_FIX_KEYS: &[&str] = &["template", "title", "expandStart", "expandEnd"];

/// The keys of `fix` in a page.
pub(crate) const FIX_KEYS: &[&str] = &["template", "title", "expandStart", "expandEnd", "safety", "at"];

impl FixTemplate {
    /// Compiles `fix`: a template, a mapping, or a list of mappings.
    pub(crate) fn compile_all(value: &Value, options: &Options, compiler: &mut Compiler<'_>) -> Vec<Self> {
        match &value.data {
            Data::List(items) => items.iter().filter_map(|item| Self::compile(item, true, options, compiler)).collect(),
            _ => Self::compile(value, false, options, compiler).into_iter().collect(),
        }
    }

    fn compile(value: &Value, listed: bool, options: &Options, compiler: &mut Compiler<'_>) -> Option<Self> {
        if let (Data::String(text), false) = (&value.data, listed) {
            let code = code(value, text, compiler);
            return Some(Self { title: None, safety: Safety::default(), code, at: None, start: None, end: None });
        }
        let entries = compiler.map(value, "a fix")?;
        let mut fix = Self {
            title: None,
            safety: Safety::default(),
            code: Template::code("", &compiler.variables),
            at: None,
            start: None,
            end: None,
        };
        for entry in entries {
            match &*entry.key {
                "template" => {
                    let text = compiler.text(&entry.value, "`template`")?;
                    fix.code = code(&entry.value, text, compiler);
                }
                "title" => {
                    let text = compiler.text(&entry.value, "`title`")?;
                    if compiler.strict {
                        template::check_mentions(text, entry.value.span, &compiler.variables, compiler.mistakes);
                    }
                    fix.title = Some(Template::message(text, &compiler.variables, options));
                }
                "safety" => {
                    let name = compiler.text(&entry.value, "`safety`")?;
                    if let Some(safety) = Safety::ALL.into_iter().find(|safety| safety.name() == name) {
                        fix.safety = safety;
                    } else {
                        let known = Safety::ALL.map(Safety::name);
                        compiler.mistakes.add_unknown(entry.value.span, "safety", name, known);
                    }
                }
                "at" => {
                    let name = compiler.text(&entry.value, "`at`")?;
                    fix.at = compiler.variables.get(name, false).filter(|var| compiler.captures.may_capture(*var));
                    if fix.at.is_none() {
                        let message = format!("`at` names `{name}`, which is no metavariable of one node of the rule");
                        let help = unknown_name_help(name, compiler.variables.names());
                        compiler.mistakes.add_with_help(entry.value.span, message, help);
                    }
                }
                "expandStart" => fix.start = compiler.sibling_relation(&entry.value),
                "expandEnd" => fix.end = compiler.sibling_relation(&entry.value),
                key => compiler.mistakes.add_unknown(entry.key_span, "key of a fix", key, FIX_KEYS.iter().copied()),
            }
        }
        if value.get("template").is_none() {
            compiler.mistakes.add(value.span, "a fix needs a `template`");
        }
        if listed && fix.title.is_none() {
            compiler.mistakes.add(value.span, "each fix of a list needs a `title`");
        }
        Some(fix)
    }

    /// The fix of a match; none when a metavariable of `at` or of the template has no capture.
    pub(crate) fn fix<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> Option<Fix> {
        let node = match self.at {
            Some(var) => search.env.one(var, node.tree())?,
            None => node,
        };
        let mut span = node.span();
        let mark = search.env.mark();
        if let Some(before) = self.start.as_ref().and_then(|start| start.before(node, search)) {
            span = Span::new(before.start(), span.end);
        }
        search.env.rollback(mark);
        if let Some(after) = self.end.as_ref().and_then(|end| end.after(node, search)) {
            span = Span::new(span.start, after.end());
        }
        search.env.rollback(mark);
        let FilledCode { text, kept } = self.code.fill_code(search.env, node)?;
        if text.is_empty() {
            span = node.tree().deletion(span);
        }
        let title = match &self.title {
            Some(title) => title.fill_message(search.env, node.tree()),
            None if text.is_empty() => "Remove this".to_owned(),
            None if text.len() <= 60 && !text.contains('\n') => format!("Write `{text}`"),
            None => "Replace this".to_owned(),
        };
        let edit = Edit { kept, ..Edit::new(span, text) };
        Fix::new(title, self.safety, vec![edit])
    }
}

/// Compiles the template of a fix; a metavariable that no match captures is a mistake.
fn code(value: &Value, text: &str, compiler: &mut Compiler<'_>) -> Template {
    for mention in template::mentions(text) {
        let variables = &compiler.variables;
        let sigil = if mention.many { "$$$" } else { "$" };
        let name = format!("{sigil}{}", mention.name);
        if let Some(var) = variables.get(mention.name, mention.many) {
            if !compiler.captures.may_capture(var) {
                let message = format!("the fix takes `{name}`, which no match captures");
                let help = "`not` and `stopBy` capture nothing; take a metavariable of another pattern";
                compiler.mistakes.add_with_help(value.span, message, help);
            }
            continue;
        }
        let help = if variables.has(mention.name) {
            let other = if mention.many { "$" } else { "$$$" };
            format!("the rule has `{other}{}`", mention.name)
        } else {
            unknown_name_help(mention.name, variables.names())
        };
        let message = format!("unknown metavariable `{name}` in the fix");
        compiler.mistakes.add_with_help(value.span, message, help);
    }
    Template::code(text, &compiler.variables)
}
