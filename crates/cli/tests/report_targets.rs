//! Where reports are not written, and what becomes of a report from before where a run has none.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;

use support::Project;

fn project() -> Project {
    Project::with_law()
        .file("src/a.ts", "debugger\n")
        .file("README.md", "# Read\n")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file(".lawbook/baseline/a.txt", "old\n")
}

/// Asserts that no report is written to the file, whatever option names it, and that nothing else is.
#[track_caller]
fn check_refused(project: &Project, file: &str, args: &[&str], why: &str) {
    let before = fs::read(project.path(file)).ok();
    for choice in [&["--format", &format!("sarif={file}")][..], &["--output-file", file]] {
        let all = [&["check", "--fix", "--format", "junit=beside.xml"], args, choice].concat();
        project.run(&all).exits(2).says(why).says("choose another path for the report");
        assert_eq!(fs::read(project.path(file)).ok(), before, "{file}");
        assert!(!project.path("beside.xml").exists(), "{file}");
    }
}

#[test]
fn law_code_and_git_are_no_place_for_a_report() {
    let project = project().file("other/mine.toml", "extends = [\"../law\"]\n").file("more/extra.md", support::NO_VAR);
    for (file, why) in [
        ("lawbook.toml", "settings of the law"),
        ("src/LAWBOOK.toml", "settings of the law"),
        ("law/no-var.md", "among the pages of the law"),
        ("law/new.sarif", "among the pages of the law"),
        (".lawbook/baseline/a.txt", "belongs to the law"),
        ("src/a.ts", "a file with code"),
        (".git/HEAD", "belongs to git"),
        (".git/hooks/new", "belongs to git"),
    ] {
        check_refused(&project, file, &[], why);
    }
    check_refused(&project, "more/extra.md", &["--rules", "more"], "among the pages of the law");
    check_refused(&project, "other/mine.toml", &["--config", "other/mine.toml"], "settings of the law");
    let project = project.file("lawbook.toml", "extends = [\"./law\"]\n[files]\nfences = true\n");
    check_refused(&project, "README.md", &[], "a file with code");
    let project = Project::with_law()
        .file("sub/lawbook.toml", "extends = [\"./pages\"]\n")
        .file("sub/pages/no-it.md", support::NO_VAR)
        .file("sub/b.ts", "let b = 1;\n");
    check_refused(&project, "sub/pages/no-it.md", &[], "among the pages of the law");
}

#[test]
#[cfg(unix)]
fn a_link_leads_to_no_refused_place() {
    let project = project();
    for (number, (to, why)) in [
        ("lawbook.toml", "settings of the law"),
        ("src/a.ts", "a file with code"),
        (".git/hooks/pre-commit", "belongs to git"),
        ("law/no-var.md", "among the pages"),
    ]
    .into_iter()
    .enumerate()
    {
        let link = format!("link{number}.sarif");
        std::os::unix::fs::symlink(project.path(to), project.path(&link)).unwrap();
        check_refused(&project, &link, &[], why);
    }
    std::os::unix::fs::symlink(".git", project.path("out")).unwrap();
    check_refused(&project, "out/report.sarif", &[], "belongs to git");
}

#[test]
fn other_files_are_written_and_written_again() {
    let project = Project::with_law().file("src/a.ts", "let a = 1;\n");
    for file in ["report.md", "out.json", "new.ts", "src/report.xml"] {
        project.run(&["check", "src", "--format", &format!("sarif={file}")]).exits(0);
    }
    project.run(&["check", "src", "--format", "markdown=report.md"]).exits(0);
    project.run(&["check", "src", "--format", "markdown=report.md"]).exits(0);
    project.run(&["check", "src", "--format", "json=new.ts"]).exits(2).says("a file with code");
}

#[test]
fn an_old_report_does_not_outlive_a_run_that_could_not_run() {
    let broken = "extends = [\"./law\"]\nno-such-key = 1\n";
    let cases: [(&[&str], &str); 4] = [
        (&["check"], broken),
        (&["check", "--rule", "no-such"], "extends = [\"./law\"]\n"),
        (&["check", "--no-such-option"], "extends = [\"./law\"]\n"),
        (&["check", "no/such/path"], "extends = [\"./law\"]\n"),
    ];
    for (args, settings) in cases {
        let project = project().file("lawbook.toml", settings);
        let project =
            ["old.sarif", "old.xml", "log.txt"].iter().fold(project, |project, file| project.file(file, "old"));
        let project = project.file("old.md", "**lawbook**: no findings in 1 file\n");
        let reports = [
            "--format=sarif=old.sarif",
            "--format",
            "junit=old.xml",
            "--output-file",
            "log.txt",
            "--format=markdown=old.md",
            "--format=json=law/no-var.md",
            "--format=gitlab=src/a.ts",
        ];
        let ran = project.run(&[args, &reports[..6]].concat());
        ran.exits(2).says("removed old.sarif").says("removed old.xml");
        for file in ["old.sarif", "old.xml", "log.txt", "old.md"] {
            assert!(!project.path(file).exists(), "{file} {args:?}");
        }
        project.run(&[args, &reports].concat()).exits(2);
        for file in ["law/no-var.md", "src/a.ts"] {
            assert!(project.path(file).exists(), "{file} {args:?}");
        }
    }
}

#[test]
fn what_another_argument_names_is_not_removed() {
    let project = project().file("my.conf", "extends = []\n");
    for option in [&["--config", "my.conf"][..], &["--config=my.conf"]] {
        project.run(&[&["check", "--format", "sarif=my.conf", "--nonsense"], option].concat()).exits(2);
        assert!(project.path("my.conf").exists());
    }
}

#[test]
fn two_reports_never_share_a_place() {
    let project = Project::with_law().file("src/a.ts", "let a = 1;\n").file("a.xml", "old");
    fs::hard_link(project.path("a.xml"), project.path("b.xml")).unwrap();
    let formats = |first: &str, second: &str| project.run(&["check", "src", "--format", first, "--format", second]);
    formats("junit=a.xml", "sarif=b.xml").exits(2).says("two reports cannot be written to one file, `b.xml`");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("new.xml", project.path("link.xml")).unwrap();
        formats("junit=link.xml", "sarif=new.xml").exits(2).says("two reports cannot be written to one file");
        for name in ["/dev/stdout", "/dev/fd/1"] {
            let ran = formats("unix", &format!("json={name}"));
            ran.exits(2).says("is standard output, where a report is written already");
        }
        std::os::unix::fs::symlink("/dev/fd/1", project.path("stdout")).unwrap();
        formats("unix", "json=stdout").exits(2).says("is standard output");
        let ran = project.run(&["check", "src", "--format", "json=stdout", "--output-file", "out.txt"]);
        assert!(ran.exits(0).stdout.starts_with("{\"version\":1,"), "{ran:?}");
    }
}

#[test]
fn a_dash_is_standard_output_for_every_option() {
    let project = Project::with_law().file("src/a.ts", "let a = 1;\n");
    let expected = project.run(&["check", "src", "--format", "json"]).stdout;
    for args in [&["--format", "json=-"][..], &["--format", "json", "--output-file", "-"]] {
        assert_eq!(project.run(&[&["check", "src"], args].concat()).exits(0).stdout, expected);
    }
    assert!(!project.path("-").exists());
}

#[test]
fn beside_fixed_text_a_report_for_programs_needs_a_file() {
    let project = Project::with_law();
    let run = |format: &str, variables: &[(&str, &str)]| {
        let args = ["check", "--stdin-filename", "a.ts", "--fix", "--unsafe-fixes", "--format", format];
        project.run_with(".", &args, variables, "var a = 1\n")
    };
    for format in ["gitlab", "junit", "json", "sarif", "markdown", "github"] {
        run(format, &[])
            .exits(2)
            .says("the fixed text is on standard output")
            .says(&format!("`--format {format}=PATH`"));
    }
    for format in ["pretty", "agent", "unix", "gitlab=out.json"] {
        assert_eq!(run(format, &[]).exits(0).stdout, "let a = 1\n");
    }
    let args = ["check", "--stdin-filename", "a.ts", "--fix", "--unsafe-fixes"];
    let ran = project.run_with(".", &args, &[("GITHUB_ACTIONS", "true")], "var a = 1\nvar a = 1;debugger\n");
    assert!(!ran.stderr.contains("::group::"), "{ran:?}");
}
