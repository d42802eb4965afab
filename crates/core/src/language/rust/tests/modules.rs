//! Tests of imports, references and symbol paths.

use crate::language::checks::{check_calls, check_import, check_symbol, check_view};

#[test]
fn imports_and_exports_list_their_items() {
    let tree = "pub use std::{fs::{self, read as r}, io::*, fmt};";
    check_view("rust", tree, "use_declaration", "source", "[std::fs, std::fs::read, std::io, std::fmt]");
    check_view("rust", tree, "use_declaration", "names", "[fs, read, *, fmt]");
    check_view("rust", tree, "use_declaration", "reexport", "true");
    check_view("rust", "use a::b;", "use_declaration", "source", "a::b");
    check_view("rust", "use a;", "use_declaration", "source", "a");
    check_view("rust", "extern crate a as b;", "extern_crate_declaration", "names", "[a]");
}

#[test]
fn used_paths_are_followed() {
    for (code, place, expected) in [
        ("use std::fs; fn f() { fs::read() }", "call_expression", true),
        ("use std::fs::read; fn f() { read() }", "call_expression", true),
        ("use std::fs::read as r; fn f() { r() }", "call_expression", true),
        ("use std::{io, fs::{self}}; fn f() { fs::read() }", "call_expression", true),
        ("use std; use std::fs::File; fn f() -> File { }", "type_identifier", true),
        ("fn f() { std::fs::read() }", "call_expression", true),
        ("fn f() { ::std::fs::read() }", "call_expression", true),
        ("fn f() { std::fsx::read() }", "call_expression", false),
        ("fn f() { std::io::read() }", "call_expression", false),
        ("use std::fs; fn f() { g!(fs::read(a)) }", "identifier=fs", false),
        ("use std::fs; fn f() { g!(fs::read(a)) }", "identifier@5", true),
        ("use std::fs; mod a { fn f() { fs::read() } }", "call_expression", false),
        ("use std::fs; mod a { use super::*; fn f() { fs::read() } }", "call_expression", true),
        ("mod a { use std::fs; } fn f() { fs::read() }", "call_expression", false),
        ("fn f() { use std::fs; fs::read() } ", "call_expression", true),
        ("use std::fs::read; fn f(read: A) { read() }", "call_expression", false),
        ("use std::fs::read; fn f() { let read = read(); read() }", "call_expression", true),
        ("use std::fs::read; fn f() { let read = read(); read() }", "call_expression@2", false),
        ("use std::fs::read; fn f() { |read| read() }", "call_expression", false),
        ("use std::fs; fn f(fs: A) { fs::read() }", "call_expression", true),
        ("use std::fs; fn f() { mod fs {} fs::read() }", "call_expression", false),
        ("use std as s; use s::fs; fn f() { fs::read() }", "call_expression", true),
        ("use std::fs::read; fn f() { match a { read => read() } }", "call_expression", false),
        ("use std::fs::read; fn f() { if let Some(read) = a { read() } }", "call_expression", false),
        ("use std::fs::read; fn f() { if let Some(read) = a { } read() }", "call_expression", true),
        ("use std::fs::*;", "use_declaration", true),
        ("use std::io;", "use_declaration", false),
        ("use std::fs::{File, read};", "use_declaration", true),
        ("fn f() { x.fs() }", "call_expression", false),
    ] {
        check_import("rust", code, place, "std::fs", expected);
    }
}

#[test]
fn callees_are_resolved_through_imports() {
    check_calls("rust", "use std::process; fn f() { process::exit(1) }", "call_expression", "std::process#exit", true);
    check_calls("rust", "fn f() { std::process::exit(1) }", "call_expression", "std::process#exit", true);
    let command = "use std::process::Command; fn f() { Command::new(1) }";
    check_calls("rust", command, "call_expression", "std::process#Command.new", true);
    check_calls("rust", command, "call_expression", "std::process::Command#new", true);
}

#[test]
fn symbol_paths_name_what_encloses_a_place() {
    check_symbol("rust", "mod m { impl T for a::A<B> { fn b() { c } } }", "identifier=c", "m.A.b");
    check_symbol("rust", "fn f() { fn g() { let h = || c; } }", "identifier=c", "f.g.h");
    check_symbol("rust", "fn f() { let h = c; }", "identifier=c", "f");
    check_symbol("rust", "trait A { fn b() { c } }", "identifier=c", "A.b");
}
