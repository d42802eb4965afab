//! Rooms, arrows and crates of made-up sources.

use super::crates::{faults, manifests};
use super::rooms::Rooms;
use super::source::CrateSource;

/// Three floors: `ground` and `cellar`, then `middle`, then `roof`.
const FLOORS: &str =
    "//! A crate.\n\npub mod ground;\n// Beside it.\npub mod cellar;\n\npub mod middle;\n\npub mod roof;\n";

fn rooms(files: &[(&str, &str)]) -> Rooms {
    let mut sources: std::collections::BTreeMap<String, String> =
        ["ground", "cellar", "middle", "roof"].map(|room| (format!("{room}.rs"), String::new())).into();
    sources.insert("lib.rs".to_owned(), FLOORS.to_owned());
    sources.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    Rooms::new("src", &CrateSource::read(&sources).unwrap())
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(rooms(files).faults(), expected);
}

#[test]
fn arrows_down_and_along_a_floor_are_right() {
    check(
        &[
            ("roof.rs", "use crate::middle::A; use crate::{ground::B, cellar};"),
            ("middle.rs", "use crate::ground;"),
            ("ground.rs", "use crate::cellar;"),
        ],
        &[],
    );
}

#[test]
fn an_arrow_up_is_named_with_its_places() {
    check(
        &[("ground.rs", "use crate::roof::A;\nfn f(a: crate::middle::B) {}\n\nuse crate::roof;")],
        &[
            "upward: ground → middle\n    src/ground.rs:2 middle::B",
            "upward: ground → roof\n    src/ground.rs:1 roof::A\n    src/ground.rs:4 roof",
        ],
    );
}

#[test]
fn a_circle_on_a_floor_is_named_with_its_places() {
    check(
        &[("ground.rs", "use crate::cellar::A;"), ("cellar.rs", "\nuse crate::ground::B;")],
        &[
            "circle of ground, cellar: ground → cellar → ground\n    src/ground.rs:1 cellar::A\n    src/cellar.rs:2 ground::B",
        ],
    );
    check(
        &[("ground.rs", "use crate::middle::A;"), ("middle.rs", "use crate::ground::B;")],
        &[
            "circle of ground, middle: ground → middle → ground",
            "upward: ground → middle\n    src/ground.rs:1 middle::A",
        ],
    );
}

#[test]
fn every_way_to_write_a_path_is_read() {
    for (text, path) in [
        ("use crate::{cellar::{self, B}, roof::{c::{D as E}}};", "roof::c::D"),
        ("use crate::roof::*;", "roof"),
        ("use super::roof::A;", "roof::A"),
        ("mod inner { use super::super::roof::A; }", "roof::A"),
        ("mod inner { fn f() { super::super::roof::a(1) } }", "roof::a"),
        ("fn f() { g!(1, [crate::roof::A]) }", "roof::A"),
        ("macro_rules! m { () => { $crate::roof::a() } }", "roof::a"),
        ("fn f() -> Vec<crate::roof::A> { g::<crate::cellar::B>() }", "roof::A"),
        ("struct A<T: crate::roof::B>(T);", "roof::B"),
        ("struct A { #[serde(with = \"crate::roof::a\")] b: u8 }", "roof::a"),
        ("#[derive(crate::roof::A)] struct B;", "roof::A"),
        ("fn f() { crate::roof::a::<u8>() }", "roof::a"),
        ("use crate::r#roof;", "roof"),
        ("#[cfg(not(test))] use crate::roof;", "roof"),
        ("#[cfg(any(test, unix))] use crate::roof;", "roof"),
    ] {
        let expected = format!("upward: ground → roof\n    src/ground.rs:1 {path}");
        assert_eq!(rooms(&[("ground.rs", text)]).faults(), [expected], "{text}");
    }
}

#[test]
fn what_is_no_path_of_the_crate_is_not_read() {
    for text in [
        "//! See [`crate::roof`].\n/// And [`crate::roof::A`].\nstruct A;",
        "// crate::roof::A\nconst A: &str = \"crate::roof::A\";",
        "use std::roof::A; use ::roof::B;",
        "pub(crate) struct A; pub(super) struct B { pub(in crate::ground) c: u8 }",
        "fn f(&self) { self.roof::<u8>() }",
        "use other::crate_roof::A;",
    ] {
        check(&[("ground.rs", text)], &[]);
    }
}

#[test]
fn code_of_tests_is_left_out() {
    for text in [
        "#[cfg(test)] use crate::roof;",
        "#[cfg(test)]\nmod tests { use crate::roof; }",
        "#[allow(unused)] #[cfg(all(unix, test))] pub(crate) const fn f() { crate::roof::a() }",
        "#[cfg(test)] const A: u8 = { crate::roof::A };",
        "#[test] fn f() { crate::roof::a() }",
        "impl A { #[cfg(test)] fn f() { crate::roof::a() } fn g() {} }",
        "#![cfg(test)]\nuse crate::roof;",
        "#![allow(unused)]\n#[cfg(test)]\nuse crate::roof;",
    ] {
        check(&[("ground.rs", text)], &[]);
    }
    check(
        &[
            ("ground.rs", "#[cfg(test)]\nmod tests;\nmod code;"),
            ("ground/tests.rs", "mod deep; use crate::roof::A;"),
            ("ground/tests/deep.rs", "use crate::roof::B;"),
            ("ground/code.rs", "#[cfg(test)] mod tests { mod more; }\n\nuse crate::roof::C;"),
            ("ground/code/tests/more.rs", "use crate::roof::D;"),
        ],
        &["upward: ground → roof\n    src/ground/code.rs:3 roof::C"],
    );
}

#[test]
fn a_room_or_file_that_nothing_lists_is_named() {
    check(
        &[("ground.rs", "use crate::attic::A;"), ("attic.rs", ""), ("roof/lost.rs", "")],
        &[
            "`crate::attic::A` leads into no room\n    src/ground.rs:1 attic::A",
            "no `mod` leads to a file\n    src/attic.rs",
            "no `mod` leads to a file\n    src/roof/lost.rs",
        ],
    );
}

#[test]
fn the_overview_counts_code_and_shows_circles_of_files() {
    let rooms = rooms(&[
        (
            "ground.rs",
            "//! Ground.\n\n/// A.\npub struct A {\n    // No code.\n    b: u8,\n}\n\n#[cfg(test)]\nmod tests {\n}\n",
        ),
        ("middle.rs", "mod one;\nmod two;\nuse one::A;\nuse crate::ground::{B, C};\n"),
        ("middle/one.rs", "use super::two::A;\n"),
        ("middle/two.rs", "use crate::middle::one::A;\n"),
    ]);
    assert_eq!(
        rooms.overview(),
        "src: 4 rooms on 3 floors, 9 lines of code\n\
         \x20 1  ground      3\n\
         \x20    cellar      0\n\
         \x20 2  middle      6 → ground 2\n\
         \x20 3  roof        0\n\
         for information, files of one room in a circle:\n\
         \x20 middle/one.rs, middle/two.rs\n",
    );
}

#[test]
fn crates_depend_on_lower_floors_alone() {
    let read = |path: &str| {
        let text = match path {
            "Cargo.toml" => "workspace.members = ['core', 'rules', 'cli', 'tests']",
            "core/Cargo.toml" => {
                "package.name = 'core'\n[dev-dependencies]\nmine = { path = '../cli', package = 'cli' }"
            }
            "rules/Cargo.toml" => "package.name = 'rules'\n[build-dependencies]\ncore.workspace = true\nserde = '1'",
            "cli/Cargo.toml" => {
                "package.name = 'cli'\n[dependencies]\nrules.workspace = true\n[target.'cfg(unix)'.dependencies]\ntests = {}"
            }
            "tests/Cargo.toml" => "package.name = 'tests'\n[dependencies]\ncli.workspace = true",
            _ => return Err(format!("{path} is not there")),
        };
        Ok(text.to_owned())
    };
    let manifests = manifests(read).unwrap();
    assert_eq!(
        faults(&manifests, &[&["core"], &["rules"], &["cli", "gone"]]),
        [
            "upward: core → cli, in `dev-dependencies`",
            "upward: cli → tests, in `dependencies`",
            "gone has a floor and is no crate of the workspace",
        ],
    );
    assert_eq!(faults(&manifests, &[&["rules"], &["core", "cli"], &["tests"]]).len(), 3);
}
