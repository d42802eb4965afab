//! The scenarios: scripts for `sh` in a copy of the base, whose branch is `main` and whose remote is `origin`.

/// A commit.
pub(super) struct Commit {
    pub(super) name: &'static str,
    pub(super) setup: &'static str,
    /// The folder with the repository that commits.
    pub(super) folder: &'static str,
    pub(super) command: &'static str,
    /// True if the law before the change refuses it, whatever the code is.
    pub(super) weakens_law: bool,
}

const fn commit(name: &'static str, setup: &'static str, command: &'static str) -> Commit {
    Commit { name, setup, folder: ".", command, weakens_law: false }
}

pub(super) const COMMITS: &[Commit] = &[
    commit(
        "staged bad, unstaged good",
        "echo debugger >> b.ts; git add b.ts; git show HEAD:b.ts > b.ts",
        "git commit -m x",
    ),
    commit(
        "staged good, unstaged bad",
        "echo '// good' >> b.ts; git add b.ts; echo debugger >> b.ts",
        "git commit -m x",
    ),
    commit(
        "partly staged, both bad",
        "sed -i '1i debugger' a.ts; git add a.ts; echo debugger >> a.ts",
        "git commit -m x",
    ),
    commit(
        "partly staged, the first part bad",
        "sed -i '1i debugger' a.ts; git add a.ts; sed -i 1d a.ts; echo '// end' >> a.ts",
        "git commit -m x",
    ),
    commit(
        "unstaged bad in another file",
        "echo '// good' >> b.ts; git add b.ts; echo debugger >> a.ts",
        "git commit -m x",
    ),
    commit("untracked bad", "echo '// good' >> b.ts; git add b.ts; echo debugger > new.ts", "git commit -m x"),
    commit("new and bad", "echo debugger > new.ts; git add new.ts", "git commit -m x"),
    commit(
        "intended to be added and bad",
        "echo debugger > new.ts; git add -N new.ts; echo '// good' >> b.ts; git add b.ts",
        "git commit -m x",
    ),
    commit("commit -a, bad", "echo debugger >> b.ts", "git commit -am x"),
    commit("commit -a, good", "echo '// good' >> b.ts; echo debugger > new.ts", "git commit -am x"),
    commit(
        "commit FILE, good beside staged bad",
        "echo debugger >> a.ts; git add a.ts; echo '// good' >> b.ts",
        "git commit -m x b.ts",
    ),
    commit("commit FILE, bad", "echo debugger >> b.ts; echo '// good' >> a.ts; git add a.ts", "git commit -m x b.ts"),
    commit(
        "commit --include, bad",
        "echo debugger >> b.ts; echo '// good' >> a.ts; git add a.ts",
        "git commit -m x --include b.ts",
    ),
    commit("from a folder below", "echo debugger >> src/c.mts", "cd src; git commit -am x"),
    commit("an extension without a type", "echo debugger >> src/c.mts; git add src", "git commit -m x"),
    commit("renamed", "git mv b.ts src/b.ts", "git commit -m x"),
    commit("renamed and bad", "git mv a.ts src/a.ts; echo debugger >> src/a.ts; git add src/a.ts", "git commit -m x"),
    commit(
        "a known finding renamed",
        "echo debugger >> a.ts; git commit --quiet -am bad; git mv a.ts src/a.ts",
        "git commit -m x",
    ),
    commit(
        "a known finding edited around",
        "echo debugger >> a.ts; git commit --quiet -am bad; sed -i '1i // top' a.ts",
        "git commit -am x",
    ),
    commit("deleted", "git rm --quiet b.ts", "git commit -m x"),
    commit("left out and bad", "echo debugger >> skip/d.ts; git add skip", "git commit -m x"),
    commit(
        "no file of a known language",
        "echo more >> README.md; echo debugger > x.unknown; git add --all",
        "git commit -m x",
    ),
    commit("nothing staged", "echo debugger >> b.ts", "git commit --allow-empty -m x"),
    commit(
        "amended, bad",
        "echo '// good' >> b.ts; git commit --quiet -am first; echo debugger >> b.ts",
        "git commit --amend -am x",
    ),
    commit("names with blanks and quotes", "echo debugger > \"a 'b' \\\"c\\\".ts\"; git add --all", "git commit -m x"),
    commit(
        "the first commit, bad",
        "rm -rf .git; git init --quiet --initial-branch=main; echo debugger >> b.ts; git add --all",
        "git commit -m x",
    ),
    commit(
        "the first commit, good",
        "rm -rf .git; git init --quiet --initial-branch=main; git add --all",
        "git commit -m x",
    ),
    commit(
        "a merge whose other side is bad",
        "git checkout --quiet -b side; sed -i '1s/.*/side/' b.ts; sed -i '1s/.*/export const s = 1;/' b.ts; echo debugger >> a.ts; git commit --quiet -am side; git checkout --quiet main; sed -i '1s/.*/export const m = 1;/' b.ts; git commit --quiet -am main; git merge --quiet side || true; echo 'export const m = 1;' > b.ts; git add b.ts",
        "git commit -m x",
    ),
    commit(
        "a merge whose resolution is bad",
        "git checkout --quiet -b side; sed -i '1s/.*/export const s = 1;/' b.ts; git commit --quiet -am side; git checkout --quiet main; sed -i '1s/.*/export const m = 1;/' b.ts; git commit --quiet -am main; git merge --quiet side || true; printf 'export const m = 1;\\ndebugger\\n' > b.ts; git add b.ts",
        "git commit -m x",
    ),
    Commit {
        name: "a linked working tree, bad",
        setup: "git worktree add --quiet -b side tree; echo debugger >> tree/b.ts",
        folder: "tree",
        command: "git commit -am x",
        weakens_law: false,
    },
    Commit {
        name: "a linked working tree, good beside bad",
        setup: "git worktree add --quiet -b side tree; echo debugger >> tree/b.ts; echo '// good' >> tree/a.ts; cd tree; git add a.ts; cd ..; echo debugger >> a.ts; git add a.ts",
        folder: "tree",
        command: "git commit -m x",
        weakens_law: false,
    },
    Commit {
        name: "a submodule, bad",
        setup: "git -c protocol.file.allow=always submodule --quiet add \"$(git remote get-url origin)\" sub; echo debugger >> sub/b.ts",
        folder: "sub",
        command: "git commit -am x",
        weakens_law: false,
    },
    Commit {
        name: "a rule that is off",
        setup: "printf '[rules]\\nno-debugger-statement = \"off\"\\n' >> lawbook.toml; git add lawbook.toml",
        folder: ".",
        command: "git commit -m x",
        weakens_law: true,
    },
    Commit {
        name: "the law deleted",
        setup: "printf '[rules]\\nno-unwrap = \"error\"\\n' >> lawbook.toml; git commit --quiet -am law; git rm --quiet lawbook.toml",
        folder: ".",
        command: "git commit -m x",
        weakens_law: true,
    },
];

/// A push.
pub(super) struct Push {
    pub(super) name: &'static str,
    pub(super) setup: &'static str,
    pub(super) command: &'static str,
    /// The commit that is pushed, and the last one that the remote has of its history.
    pub(super) pushed: &'static str,
    pub(super) known: &'static str,
}

pub(super) const PUSHES: &[Push] = &[
    Push {
        name: "a push, bad",
        setup: "echo debugger >> b.ts; git commit --quiet -am bad",
        command: "git push origin main",
        pushed: "main",
        known: "origin/main",
    },
    Push {
        name: "a push, bad and fixed by a later commit",
        setup: "echo debugger >> b.ts; git commit --quiet -am bad; git revert --no-edit HEAD",
        command: "git push origin main",
        pushed: "main",
        known: "origin/main",
    },
    Push {
        name: "a push, good beside bad that is not committed",
        setup: "echo '// good' >> b.ts; git commit --quiet -am good; echo debugger >> a.ts; echo debugger >> b.ts; git add b.ts",
        command: "git push origin main",
        pushed: "main",
        known: "origin/main",
    },
    Push {
        name: "a push of a branch that is not checked out, bad",
        setup: "git checkout --quiet -b side; echo debugger >> b.ts; git commit --quiet -am bad; git checkout --quiet main",
        command: "git push origin side",
        pushed: "side",
        known: "origin/main",
    },
    Push {
        name: "a push of a branch that is not checked out, good",
        setup: "git checkout --quiet -b side; echo '// good' >> b.ts; git commit --quiet -am good; git checkout --quiet main; echo debugger >> b.ts; git commit --quiet -am bad",
        command: "git push origin side",
        pushed: "side",
        known: "origin/main",
    },
    Push {
        name: "a push that rewrites a branch, bad",
        setup: "git checkout --quiet -b side; echo '// one' >> b.ts; git commit --quiet -am one; git push --quiet origin side; echo debugger >> b.ts; git commit --quiet --amend -am two",
        command: "git push --force origin side",
        pushed: "side",
        known: "origin/main",
    },
];

/// A run by hand.
pub(super) struct RunByHand {
    pub(super) name: &'static str,
    pub(super) setup: &'static str,
    pub(super) args: &'static str,
    /// The number of findings.
    pub(super) findings: usize,
}

pub(super) const RUNS: &[RunByHand] = &[
    RunByHand {
        name: "all files, and what is left out",
        setup: "echo debugger >> a.ts; echo debugger >> skip/d.ts; mkdir vendor; echo debugger > vendor/v.ts; git add --all; git commit --quiet -m bad",
        args: "run --all-files",
        findings: 1,
    },
    RunByHand {
        name: "all files that are unstaged",
        setup: "echo debugger >> a.ts",
        args: "run --all-files",
        findings: 1,
    },
    RunByHand {
        name: "all files beside staged ones",
        setup: "echo debugger >> a.ts; git commit --quiet -am bad; echo debugger >> b.ts; git add b.ts",
        args: "run --all-files",
        findings: 2,
    },
    RunByHand {
        name: "one file",
        setup: "echo debugger >> a.ts; echo debugger >> src/c.mts; git commit --quiet -am bad",
        args: "run --files src/c.mts b.ts",
        findings: 1,
    },
    RunByHand {
        name: "only a file that is left out",
        setup: "echo debugger >> skip/d.ts; git commit --quiet -am bad",
        args: "run --files skip/d.ts",
        findings: 0,
    },
    RunByHand { name: "no file", setup: "echo debugger >> a.ts; git commit --quiet -am bad", args: "run", findings: 0 },
    RunByHand {
        name: "a range that is not checked out",
        setup: "git checkout --quiet -b side; echo debugger >> b.ts; git commit --quiet -am bad; git checkout --quiet main",
        args: "run --from-ref main --to-ref side",
        findings: 1,
    },
    RunByHand {
        name: "an older range",
        setup: "git checkout --quiet -b side; echo debugger >> b.ts; git commit --quiet -am bad; git revert --no-edit HEAD",
        args: "run --from-ref main --to-ref HEAD",
        findings: 0,
    },
    RunByHand {
        name: "many files with long names, in several calls",
        setup: "mkdir many; for i in $(seq 3000); do echo 'export const x = 1;' > many/a-very-long-name-so-that-one-call-cannot-take-all-of-them-$i.ts; done; echo debugger > many/z.ts; mkdir skip/more; for i in $(seq 2000); do echo debugger > skip/more/a-very-long-name-so-that-one-call-cannot-take-all-of-them-$i.ts; done; git add --all; git commit --quiet -m many",
        args: "run --all-files",
        findings: 1,
    },
];

/// A commit that is fixed.
pub(super) struct FixedCommit {
    pub(super) setup: &'static str,
    pub(super) command: &'static str,
    pub(super) then: &'static str,
}

pub(super) const FIXES: FixedCommit = FixedCommit {
    setup: "sed -i 's/- id: lawbook/- id: lawbook\\n        args: [--fix]/' .pre-commit-config.yaml; git commit --quiet -am fix; printf 'debugger\\n// good\\n' >> a.ts; git add a.ts; echo debugger > new.ts",
    command: "git commit -m x",
    then: "grep -x debugger new.ts; git add a.ts; git commit -m x",
};

pub(super) const LINT_STAGED: FixedCommit = FixedCommit {
    setup: "printf 'lint-staged\\nlawbook check --staged\\n' > .husky/pre-commit; printf '{ \"*.{ts,mts}\": \"lawbook check --changed --fix\" }' > .lintstagedrc.json; git add --all; git commit --quiet -m lint-staged; printf 'debugger\\n// good\\n' >> a.ts; git add a.ts; sed -i '1i // unstaged' a.ts; echo debugger >> b.ts",
    command: "git commit -m x",
    then: "test \"$(git show HEAD:a.ts | tail -n 1)\" = '// good'; test \"$(git diff --numstat -- a.ts)\" = \"$(printf '1\\t0\\ta.ts')\"; grep -x debugger b.ts",
};
