//! Edits and command lines of an agent that would write what is protected.

use super::*;

#[test]
fn the_law_is_protected_whatever_its_path_looks_like() {
    let work = AgentWork::new(&[("sub/a.ts", "f()\n"), ("lib.rs", "")]);
    let root = work.root();
    for path in [
        "lawbook.toml",
        "./sub/../lawbook.toml",
        "law/no-var.md",
        "law/new.md",
        ".lawbook/baseline/x.txt",
        "sub/lawbook.toml",
        ".claude/settings.json",
        ".claude/settings.local.json",
        "sub/.claude/settings.json",
        ".git/hooks/pre-commit",
        ".git/config",
        ".git/lawbook/x.json",
        root.join("lawbook.toml").to_str().unwrap(),
    ] {
        check(&work.before(path), "deny", &["is protected", "leave that to a person"]);
    }
    for path in
        ["sub/a.ts", "lawbook.md", "claws/x.ts", "docs/law/x.md", ".cursor/hooks.json", ".pre-commit-config.yaml"]
    {
        let answer = work.before(path);
        assert!(!matches!(answer, HookAnswer::Deny(_)), "{path}: {answer:?}");
    }
    work.write(".pre-commit-config.yaml", "repos:\n- repo: https://example.com/lawbook\n");
    check(&work.before(".pre-commit-config.yaml"), "deny", &["git's hooks run lawbook"]);
    work.write(".cursor/hooks.json", "{\"command\": \"lawbook hook cursor\"}");
    check(&work.before(".cursor/hooks.json"), "deny", &["the hooks that run lawbook"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("lawbook.toml", root.join("alias.toml")).unwrap();
        std::os::unix::fs::symlink("law", root.join("pages")).unwrap();
        std::os::unix::fs::symlink("sub/lawbook.toml", root.join("dangling")).unwrap();
        for path in ["alias.toml", "pages/no-var.md", "dangling"] {
            check(&work.before(path), "deny", &["is protected"]);
        }
    }
}

#[test]
fn the_settings_protect_files_and_may_go_over_the_default() {
    let work = AgentWork::new(&[]);
    let entry = |files: &str, action: &str, reason: &str| {
        format!("[[protected]]\nfiles = [\"{files}\"]\naction = \"{action}\"\nreason = \"{reason}\"\n")
    };
    let text = entry("db/**", "deny", "live data")
        + &entry("db/new/**", "ask", "new data")
        + &entry("docs", "remind", "write plainly")
        + &entry("law/drafts", "remind", "drafts are free");
    work.write("lawbook.toml", &format!("extends = [\"./law\"]\n{text}"));
    check(&work.before("db/a.sql"), "deny", &["`db/a.sql` is protected (lawbook.toml:2): live data"]);
    check(&work.before("db/new/a.sql"), "ask", &["new data"]);
    check(&work.before("docs/a.md"), "context", &["write plainly"]);
    check(&work.before("docs/a.md"), "nothing", &[]);
    check(&work.before("law/drafts/a.md"), "context", &["drafts are free"]);
    check(&work.before("law/a.md"), "deny", &[]);
    check(&work.shell("echo > db/a.sql"), "deny", &["live data"]);
    check(&work.shell("echo > db/new/a.sql"), "ask", &["new data"]);
}

#[test]
fn command_lines_do_not_write_the_law() {
    let work = AgentWork::new(&[("sub/a.ts", "f()\n"), (".lawbook/baseline/x.txt", "")]);
    let root = work.root();
    let absolute = format!("rm {}/lawbook.toml", root.display());
    for line in [
        "echo > lawbook.toml",
        "echo > sub/../lawbook.toml",
        "cd sub && echo > ../lawbook.toml",
        "rm -rf .lawbook",
        "rm -rf .lawbook/*",
        "rm law/*.md",
        "rm *.toml",
        "rm -rf *",
        "rm -rf .",
        "mv law old",
        "cp /dev/null lawbook.toml",
        "cp sub/lawbook.toml .",
        "mv /tmp/no-var.md law/",
        "git checkout HEAD~1 -- law",
        "git rm -r law",
        "sed -i s/error/off/ lawbook.toml",
        "chmod -x .git/hooks/pre-commit",
        "rm -rf .git/hooks",
        "rm -rf .git",
        "echo {} > .claude/settings.json",
        "echo > \"$PWD/lawbook.toml\"",
        "python3 -c \"open('lawbook.toml', 'w')\"",
        "touch sub/lawbook.toml",
        &absolute,
    ] {
        check(&work.shell(line), "deny", &["is protected"]);
    }
    check(&work.shell("git commit -n -m x"), "deny", &["`git commit --no-verify` leaves out git's hooks"]);
    for line in [
        "cat lawbook.toml",
        "cp lawbook.toml copy.txt",
        "cp -r law sub",
        "rm -rf sub",
        "rm sub/*",
        "git checkout .",
        "git checkout main",
        "git diff law > out.txt",
        "echo a > sub/b.txt",
        "echo > /tmp/lawbook-test/lawbook.toml",
        "cd /tmp && echo > lawbook.toml",
        "rm -f $TMP/lawbook.toml",
        "mkdir x && mv sub x",
    ] {
        check(&work.shell(line), "nothing", &[]);
    }
}

#[test]
fn command_lines_do_not_write_what_the_globs_of_settings_protect() {
    let entry = "extends = [\"./law\"]\n[[protected]]\nfiles = [\"db/**\", \"src/**/*.lock\"]\naction = \"deny\"\n";
    let work =
        AgentWork::new(&[("lawbook.toml", entry), ("db/one/a.sql", "x"), ("src/a/b.lock", "x"), ("lib/c.ts", "x")]);
    for line in [
        "rm -rf db",
        "git rm -r db",
        "mv db old",
        "rm db/*/a.sql",
        "rm -r src",
        "rm src/*/b.*",
        "find db -name '*.sql' -delete",
    ] {
        check(&work.shell(line), "deny", &["is protected (lawbook.toml:2)"]);
    }
    for line in ["rm -rf lib", "ls db", "rm lib/*.ts", "cp db/one/a.sql lib", "rm src/*.ts"] {
        check(&work.shell(line), "nothing", &[]);
    }
}

#[test]
fn the_law_is_protected_where_it_cannot_be_read() {
    let work = AgentWork::new(&[("lawbook.toml", "extends = [\n"), ("a.ts", "f()\n")]);
    check(&work.before("lawbook.toml"), "deny", &["is protected"]);
    check(&work.shell("rm -r .lawbook lawbook.toml"), "deny", &["is protected"]);
    let edit = AgentEdit { path: "a.ts".into(), old: OldText::Unknown };
    let event = Event {
        conversation: None,
        call: None,
        cwd: Some(work.root()),
        moment: Moment::Before(Action::Edit(vec![edit])),
    };
    assert!(answer_in(&event, "codex", Vec::new(), &work.environment, &work.root()).is_err());
}
