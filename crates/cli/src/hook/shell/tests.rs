//! Tests of the effects of command lines, each line with the paths that it writes or the hooks that it goes around.

use super::*;

/// Asserts the paths that a command line writes, each with its folder before a colon, if there is one, and a star behind
/// it if all below it goes too.
#[track_caller]
fn check_writes(line: &str, expected: &[&str]) {
    let shown = |written: &Written| {
        let folder = if written.folder.is_empty() { String::new() } else { format!("{}:", written.folder) };
        let tree = if written.extent == Extent::Tree { "*" } else { "" };
        format!("{folder}{}{tree}", written.path)
    };
    let effects = effects(line);
    let writes = effects.writes.iter().filter(|written| written.extent != Extent::InFolder).map(shown);
    let mut writes: Vec<String> = writes.collect();
    let mut expected: Vec<String> = expected.iter().map(|path| (*path).to_owned()).collect();
    writes.sort();
    expected.sort();
    assert_eq!(writes, expected, "{line}");
    assert_eq!(effects.bypasses, BTreeSet::new(), "{line}");
}

/// Asserts that a command line goes around the hooks, in words with this text.
#[track_caller]
fn check_bypass(line: &str, expected: &str) {
    let found = effects(line).bypasses;
    assert!(found.iter().any(|how| how.contains(expected)), "{line}: {found:?}");
}

/// Asserts that a command line writes none of the files of the law and does not go around the hooks.
#[track_caller]
fn check_harmless(line: &str) {
    let effects = effects(line);
    assert_eq!(effects.bypasses, BTreeSet::new(), "{line}");
    let of_law = |written: &&Written| {
        !written.path.starts_with("/tmp/")
            && written.extent != Extent::InFolder
            && ["lawbook", "law/", ".claude", ".git/"].iter().any(|part| written.path.contains(part))
    };
    let found: Vec<&Written> = effects.writes.iter().filter(of_law).collect();
    assert_eq!(found, [] as [&Written; 0], "{line}");
}

#[test]
fn redirections_write() {
    check_writes("echo a > lawbook.toml", &["lawbook.toml"]);
    check_writes("echo a >> 'law book.toml'", &["law book.toml"]);
    check_writes("cat <<EOF > lawbook.toml\n[rules]\nrm x\nEOF\nrm y", &["lawbook.toml", "y"]);
    check_writes("cat > lawbook.toml <<-'END'\n\t> not.this\n\tEND\n", &["lawbook.toml"]);
    check_writes("cmd 2>err.log &>all.log >|c", &["err.log", "all.log", "c"]);
    check_writes(": >lawbook.toml", &["lawbook.toml"]);
    check_writes("ls 2>&1 >/dev/null", &[]);
    check_writes("diff <(sort a) <(sort b > c)", &["c"]);
    check_writes("x=$(echo a > b) && echo `echo c > d`", &["b", "d"]);
    check_writes("echo \"$(echo a > \"b\")\"", &["b"]);
    check_writes("if true; then echo > a; fi; { echo > b; }; (echo > c)", &["a", "b", "c"]);
}

#[test]
fn programs_write() {
    check_writes("echo x | tee -a lawbook.toml b", &["lawbook.toml", "b"]);
    check_writes("sed -i 's/a/b/' lawbook.toml", &["s/a/b/", "lawbook.toml"]);
    check_writes("sed --in-place=.bak -e x lawbook.toml", &["x", "lawbook.toml"]);
    check_writes("sed -n p lawbook.toml", &[]);
    check_writes("perl -pi -e 's/a/b/' lawbook.toml", &["s/a/b/", "lawbook.toml"]);
    check_writes("rm -rf .lawbook law", &[".lawbook*", "law*"]);
    check_writes("rm -- -x", &[]);
    check_writes("rm {lawbook.toml,x}", &["lawbook.toml", "x"]);
    check_writes("mv lawbook.toml /tmp", &["lawbook.toml*", "/tmp*", "/tmp"]);
    check_writes("cp /tmp/x lawbook.toml", &["lawbook.toml"]);
    check_writes("cp -t law a b", &["law"]);
    check_writes("ln -sf /dev/null lawbook.toml", &["lawbook.toml"]);
    check_writes("dd if=/dev/null of=lawbook.toml", &["lawbook.toml"]);
    check_writes("truncate -s 0 lawbook.toml", &["0", "lawbook.toml"]);
    check_writes("curl -o lawbook.toml http://x", &["lawbook.toml"]);
    check_writes("find . -name '*.md' -delete", &["./**/*.md"]);
    check_writes("find law -exec rm {} +", &["law*"]);
    check_writes("cd law && rm a.md", &["law:a.md"]);
    check_writes("cd web; cd law; rm a.md", &["web/law:a.md"]);
    check_writes("sudo -E env A=b bash -c 'rm \"lawbook.toml\"'", &["lawbook.toml"]);
    check_writes("bash <<'X'\nrm lawbook.toml\nX\n", &["lawbook.toml"]);
    check_writes("eval 'rm lawbook.toml'", &["lawbook.toml"]);
    check_writes("ls | xargs -n 1 rm -f lawbook.toml", &["lawbook.toml"]);
    check_writes("python3 -c \"open('lawbook.toml','w').write('')\"", &["lawbook.toml"]);
    check_writes(
        "python3 - <<E\nfrom pathlib import Path\nPath('lawbook.toml').write_text('')\nE\n",
        &["lawbook.toml"],
    );
    check_writes("node -e \"require('fs').writeFileSync('lawbook.toml', '')\"", &["lawbook.toml"]);
    check_writes("python3 -c \"print(open('lawbook.toml').read())\"", &[]);
}

#[test]
fn scripts_write_what_their_functions_are_given() {
    for script in [
        "import os; os.remove('lawbook.toml')",
        "p = 'lawbook.toml'; open(p, 'w')",
        "import shutil; shutil.copy('/tmp/x', 'lawbook.toml')",
        "from pathlib import Path; Path('lawbook.toml').unlink()",
        "Path('lawbook.toml').open('a').write('x')",
        "with open('lawbook.toml', mode='w') as f: pass",
    ] {
        let found = effects(&format!("python3 -c \"{script}\"")).writes;
        assert!(found.iter().any(|written| written.path == "lawbook.toml"), "{script}: {found:?}");
    }
}

#[test]
fn git_writes() {
    check_writes("git checkout HEAD~1 -- lawbook.toml", &["HEAD~1", "lawbook.toml"]);
    check_writes("git restore --source HEAD~1 lawbook.toml", &["lawbook.toml"]);
    check_writes("git -C web rm -r law", &["web:law*"]);
    check_writes("git mv lawbook.toml x.toml", &["lawbook.toml*", "x.toml*"]);
    check_writes("git checkout -b feature", &[]);
    check_writes("git update-index --skip-worktree lawbook.toml", &["lawbook.toml*"]);
}

#[test]
fn ways_around_the_hooks_are_seen() {
    for line in [
        "git commit --no-verify -m x",
        "git commit -n -m x",
        "git commit -nm x",
        "git commit -anm x",
        "git commit -m x --no-ver",
        "cd a && git -c user.name=x commit -m 'a b' -n",
        "(git commit -vn)",
        "bash -lc 'git commit --no-verify'",
        "git add . && git commit --no-verify -m \"a && b\"",
    ] {
        check_bypass(line, "`git commit --no-verify`");
    }
    check_bypass("git push --no-verify", "`git push --no-verify`");
    check_bypass("git -c core.hooksPath=/dev/null commit -m x", "another folder");
    check_bypass("git -c core.hookspath= commit -m x", "another folder");
    check_bypass("GIT_CONFIG_PARAMETERS=\"'core.hooksPath'='/dev/null'\" git commit", "another folder");
    check_bypass(
        "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/x git commit",
        "another folder",
    );
    check_bypass("git config core.hooksPath /dev/null", "changes git's hooks");
    check_bypass("git config --global core.hookspath ''", "changes git's hooks");
    check_bypass("git config --unset core.hooksPath", "changes git's hooks");
    check_bypass("git config set hook.lawbook.command true", "changes git's hooks");
    check_bypass("git config unset hook.lawbook.command", "changes git's hooks");
    check_bypass("LAWBOOK_ACCEPT_LAW=ok git commit -m x", "LAWBOOK_ACCEPT_LAW");
    check_bypass("export LAWBOOK_ACCEPT_LAW=ok", "LAWBOOK_ACCEPT_LAW");
    check_bypass("env LAWBOOK_ACCEPT_LAW=ok git commit", "LAWBOOK_ACCEPT_LAW");
    check_bypass("lawbook check --staged --accept-law 'it is fine'", "--accept-law");
    check_bypass("npx -y lawbook baseline create", "baseline create");
    check_bypass("pnpm exec lawbook baseline create --reason x", "baseline create");
    check_bypass("./target/release/lawbook uninstall git", "uninstall");
    check_bypass("SKIP=lawbook git commit -m x", "`SKIP`");
    check_bypass("SKIP=all git commit -m x", "`SKIP`");
    check_bypass("HUSKY=0 git commit -m x", "HUSKY=0");
    check_bypass("LEFTHOOK=0 git push", "LEFTHOOK=0");
    check_bypass("git config --remove-section core", "git's hooks");
    check_bypass("lawbook --color never baseline create", "baseline create");
    check_bypass("npx lawbook init --yes --baseline", "init --baseline");
    check_bypass("pre-commit uninstall", "removes git's hooks");
}

#[test]
fn harmless_lines_pass() {
    for line in [
        "",
        "cat lawbook.toml",
        "cat < lawbook.toml",
        "less lawbook.toml | head -5 > /tmp/x",
        "grep -rn 'no-verify' . > out.txt",
        "grep -n 'core.hooksPath' docs/*.md",
        "echo 'git commit --no-verify'",
        "echo \"LAWBOOK_ACCEPT_LAW=x\"",
        "lawbook check",
        "lawbook check --staged --format agent",
        "lawbook baseline show",
        "lawbook init --yes",
        "lawbook baseline prune",
        "lawbook baseline create --help",
        "lawbook explain no-eval",
        "lawbook config explain lawbook.toml",
        "lawbook install git --help",
        "git diff lawbook.toml",
        "git add lawbook.toml",
        "git log -p -- lawbook.toml",
        "git show HEAD:lawbook.toml > /tmp/old.toml",
        "git status -n",
        "git commit -m 'use --no-verify never'",
        "git commit -m \"-n\"",
        "git commit -F -n.txt",
        "git commit -am 'x' --no-edit --amend",
        "git commit --message -n",
        "git commit -Sn -m x",
        "git push -n",
        "git push --no-tags",
        "git clean -n",
        "git config core.hooksPath",
        "git config --get core.hooksPath",
        "git config --list",
        "git config user.name Ada",
        "git config get hook.lawbook.command",
        "git log --grep='core.hooksPath'",
        "cp lawbook.toml /tmp/lawbook.bak",
        "cp -r law /tmp/copy",
        "diff lawbook.toml /tmp/x",
        "wc -l law/*.md",
        "find . -name lawbook.toml",
        "find law -name '*.md' -exec cat {} +",
        "sed -n 1,5p lawbook.toml",
        "awk '{print}' lawbook.toml",
        "python3 -c 'import tomllib; print(tomllib.load(open(\"lawbook.toml\",\"rb\")))'",
        "node -e \"console.log(require('fs').readFileSync('lawbook.toml','utf8'))\"",
        "python3 -c \"open('out.txt','w').write(open('lawbook.toml').read())\"",
        "node -e 'fs.writeFileSync(\"x.json\", fs.readFileSync(\"lawbook.toml\"))'",
        "python3 -c \"import shutil; shutil.copy('lawbook.toml', '/tmp/x')\"",
        "vim --version",
        "SKIP=1 ./build.sh",
        "HUSKY=0 npm ci",
        "npm test -- --grep lawbook",
        "cargo test lawbook",
        "ls .claude .git/hooks",
        "test -f lawbook.toml && echo yes || echo no",
        "for f in law/*.md; do cat \"$f\"; done",
        "rm -rf target node_modules dist",
        "mv src/a.ts src/b.ts",
        "echo done >&2",
        "make 2>&1 | tee build.log",
        "curl -s https://example.com/lawbook.toml",
        "tar czf /tmp/x.tgz lawbook.toml law",
        "cat <<EOF\nlawbook.toml > x\ngit commit --no-verify\nEOF",
        "git commit -m \"$(cat <<'EOF'\nSay why --no-verify is bad\n\nIt's rm lawbook.toml\nEOF\n)\"",
        "docker run -v $PWD:/x img sh",
        "'unclosed",
        "$((1 + 2))",
    ] {
        check_harmless(line);
    }
}

#[test]
fn what_follows_a_document_in_a_substitution_is_read() {
    let message = "git commit -m \"$(cat <<'EOF'\nIt's (one) \"thing\nEOF\n)\"";
    check_bypass(&format!("{message} -n"), "`git commit --no-verify`");
    check_bypass(&format!("{message} && git push --no-verify"), "`git push --no-verify`");
}

#[test]
fn a_line_costs_no_more_than_its_length() {
    let nested = "$(<<".repeat(100_000);
    let folders = "cd aaaa; touch x; ".repeat(8_000);
    let wrapped = "sudo ".repeat(30_000) + "rm x";
    let quoted = format!("python3 -c \"{}\"", "='a' ".repeat(20_000));
    let documents = format!("cat {}", "<<a;".repeat(30_000));
    let words = |start: &str| (0..2_000).map(|number| format!("{start}{number}")).collect::<Vec<_>>().join(" ") + " ";
    let found = format!("find {}-delete {}", words("d"), words("-name n"));
    for line in [nested, folders, wrapped, quoted, documents, found] {
        let written: usize =
            effects(&line).writes.iter().map(|written| written.folder.len() + written.path.len()).sum();
        assert!(written < 40 * line.len(), "{written} {}", &line[..20]);
    }
}
