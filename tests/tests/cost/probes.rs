//! Pages that use every feature of a page, each alone, so that features that no built-in page uses are measured too.

use std::sync::Arc;

use lawbook_core::ir::Kind;
use lawbook_core::ir::view::{AnswerType, ViewKey};
use lawbook_core::language;
use lawbook_core::pack::Pack;

/// Rules with relations, patterns and expressions, by id.
const RULES: &[(&str, &str)] = &[
    ("has", "{node: [block, call, callable], has: {node: number}}"),
    ("has-far", "{node: [block, call, callable], has: {node: number, stopBy: end}}"),
    ("has-not", "{node: [block, call, callable], not: {has: {regex: ^zz$, stopBy: end}}}"),
    ("has-until", "{node: [block, call, callable], has: {node: number, stopBy: {node: callable}}}"),
    ("has-field", "{node: [callable, class], has: {field: body, has: {regex: ^zz$}}}"),
    ("inside-many", "{node: [call, identifier, comment], inside: {has: {regex: ^zz$}}}"),
    ("inside-far", "{node: [call, identifier, comment], inside: {node: class, where: {name: zz}, stopBy: end}}"),
    ("inside-until", "{node: [call, identifier], inside: {node: class, stopBy: {node: callable}}}"),
    ("inside-field", "{node: [call, identifier, block], inside: {node: callable, field: body, stopBy: end}}"),
    ("inside-named", "{node: [call, identifier], inside: {node: callable, where: {name: zz}, stopBy: end}}"),
    ("inside-measured", "{node: call, inside: {node: callable, where: {cognitive: {gt: 999}}, stopBy: end}}"),
    ("precedes", "{node: [call, identifier, comment, import], precedes: {regex: ^zz$}}"),
    ("precedes-far", "{node: [call, identifier, comment, import], precedes: {regex: ^zz$, stopBy: end}}"),
    ("follows-far", "{node: [call, identifier, comment, import], follows: {regex: ^zz$, stopBy: end}}"),
    ("follows-statement", "{kind: expression_statement, follows: {regex: ^yy$, stopBy: {regex: ^zz$}}}"),
    ("nth", "{node: [call, identifier, number, comment], nthChild: 2n+1}"),
    ("nth-last", "{node: [call, identifier, number, comment], nthChild: {position: 2, reverse: true}}"),
    ("nth-of", "{node: [call, identifier], nthChild: {position: 3n, ofRule: {node: [call, identifier]}}}"),
    ("captures", "{pattern: $F($$$A)}"),
    ("captures-around", "{node: identifier, inside: {pattern: $F($$$A), stopBy: end}}"),
    ("captures-twice", "{pattern: $A = $A}"),
    ("text", "{kind: expression_statement, regex: 'zz$'}"),
    ("text-of-calls", "{node: [call, callable, class, block], regex: 'z+y$'}"),
    ("text-of-few", "{node: callable, not: {regex: '(?s)^.*zz'}}"),
    ("module", "{node: [call, identifier, import, type], where: {import: m}}"),
    ("any-of-all", "{node: call, any: [{all: [{has: {node: number}}]}, {not: {inside: {node: call, stopBy: end}}}]}"),
];

/// A page for each key of `where`, on all kinds that have it, and one for each of [`RULES`], some with a fix.
pub fn pack() -> Pack {
    let mut pages = Vec::new();
    let mut add = |id: String, rule: &str, more: &str| {
        let languages: Vec<_> = language::all().iter().map(|language| language.name()).collect();
        let head = format!("summary: A probe.\nlanguages: [{}]\nseverity: warning", languages.join(", "));
        let text = format!("---\n{head}\nrule: {rule}\n{more}---\nWhy.\n");
        pages.push((format!("probes/{id}.md"), id, Arc::from(text)));
    };
    for key in ViewKey::ALL.iter().filter(|key| **key != ViewKey::Import) {
        let every = [Kind::Call, Kind::Identifier, Kind::Block, Kind::Comment, Kind::Function];
        let kinds = if key.kinds().is_empty() { &every } else { key.kinds() };
        let kinds: Vec<_> = kinds.iter().map(|kind| format!("'{}'", kind.name())).collect();
        let (name, kinds) = (key.name(), kinds.join(", "));
        let id = name.replace('_', "-");
        let is_text = matches!(key.answer_type(), AnswerType::Text | AnswerType::List);
        // Every answer passes. A style must be one that comments have.
        let test = if is_text && *key != ViewKey::Style { "ne: zz" } else { "not: {in: []}" };
        add(format!("is-{id}"), &format!("{{node: [{kinds}], where: {{{name}: {{{test}}}}}}}"), "");
        if is_text {
            add(format!("like-{id}"), &format!("{{node: [{kinds}], where: {{{name}: {{regex: 'z+y$'}}}}}}"), "");
        }
    }
    for (id, rule) in RULES {
        let fix =
            if rule.contains("$$$A") { "fix: { title: Fix it, template: 'g($$$A)', safety: safe }\n" } else { "" };
        add((*id).to_owned(), rule, fix);
    }
    let (pack, mistakes) = Pack::from_files("probes", pages);
    assert_eq!(mistakes, []);
    pack.with_all_on()
}
