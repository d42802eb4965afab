//! Frameworks, linters and test runners, by their files and by the packages that manifests name.

use crate::survey::Survey;

/// A tool with what shows that it is used.
#[derive(Debug)]
pub(crate) struct ProjectTool {
    /// Its name.
    pub(crate) name: &'static str,
    /// True for a tool whose comments or attributes that suppress findings are read.
    pub(crate) suppresses: bool,
    /// Files and folders at the top.
    files: &'static [&'static str],
    /// Packages among the dependencies of a `package.json`.
    packages: &'static [&'static str],
    /// Texts in a `pyproject.toml` or a `Cargo.toml` at the top.
    tables: &'static [&'static str],
}

const fn tool(
    name: &'static str,
    files: &'static [&'static str],
    packages: &'static [&'static str],
    tables: &'static [&'static str],
) -> ProjectTool {
    ProjectTool { name, suppresses: false, files, packages, tables }
}

/// A tool whose suppressions are read.
const fn linter(
    name: &'static str,
    files: &'static [&'static str],
    packages: &'static [&'static str],
    tables: &'static [&'static str],
) -> ProjectTool {
    ProjectTool { name, suppresses: true, files, packages, tables }
}

const TOOLS: &[ProjectTool] = &[
    tool("cargo workspace", &[], &[], &["[workspace]"]),
    tool("pnpm workspace", &["pnpm-workspace.yaml"], &[], &[]),
    tool("npm workspaces", &["lerna.json"], &[], &[]),
    tool("turborepo", &["turbo.json"], &["turbo"], &[]),
    tool("nx", &["nx.json"], &["nx"], &[]),
    tool("next", &["next.config.js", "next.config.mjs", "next.config.ts"], &["next"], &[]),
    tool("react", &[], &["react"], &[]),
    tool("vue", &[], &["vue"], &[]),
    tool("svelte", &[], &["svelte"], &[]),
    tool("angular", &["angular.json"], &["@angular/core"], &[]),
    tool("django", &["manage.py"], &[], &["django"]),
    tool("jest", &["jest.config.js", "jest.config.ts", "jest.config.cjs", "jest.config.mjs"], &["jest"], &[]),
    tool("vitest", &[], &["vitest"], &[]),
    tool("mocha", &[".mocharc.json", ".mocharc.js", ".mocharc.cjs", ".mocharc.yml"], &["mocha"], &[]),
    tool("jasmine", &["spec/support/jasmine.json", "spec/support/jasmine.mjs"], &["jasmine"], &[]),
    tool("playwright", &[], &["@playwright/test"], &[]),
    tool("cypress", &["cypress.config.js", "cypress.config.ts"], &["cypress"], &[]),
    tool("pytest", &["pytest.ini", "conftest.py"], &[], &["[tool.pytest"]),
    linter(
        "eslint",
        &[
            "eslint.config.js",
            "eslint.config.mjs",
            "eslint.config.cjs",
            "eslint.config.ts",
            ".eslintrc",
            ".eslintrc.js",
            ".eslintrc.cjs",
            ".eslintrc.json",
            ".eslintrc.yml",
            ".eslintrc.yaml",
        ],
        &["eslint"],
        &[],
    ),
    linter("biome", &["biome.json", "biome.jsonc"], &["@biomejs/biome"], &[]),
    linter("oxlint", &[".oxlintrc.json", "oxlint.config.ts"], &["oxlint"], &[]),
    tool("prettier", &[".prettierrc", ".prettierrc.json", ".prettierrc.js", "prettier.config.js"], &["prettier"], &[]),
    linter("clippy", &["clippy.toml", ".clippy.toml"], &[], &["lints.clippy]"]),
    tool("rustfmt", &["rustfmt.toml", ".rustfmt.toml"], &[], &[]),
    linter("ruff", &["ruff.toml", ".ruff.toml"], &[], &["[tool.ruff"]),
    linter("mypy", &["mypy.ini", ".mypy.ini"], &[], &["[tool.mypy"]),
    linter("pyright", &["pyrightconfig.json"], &["pyright"], &["[tool.pyright"]),
];

/// The most manifests that are read.
const MAX_MANIFESTS: usize = 40;

/// The tools that are used, in the order of the table.
pub(super) fn of(survey: &Survey) -> Vec<&'static ProjectTool> {
    let packages = packages(survey);
    let tables: String = ["Cargo.toml", "pyproject.toml"].iter().filter_map(|path| survey.text(path)).collect();
    let has_workspaces = package_json(survey, "package.json").is_some_and(|json| json.get("workspaces").is_some());
    let is_used = |tool: &&ProjectTool| {
        tool.files.iter().any(|file| survey.has(file))
            || tool.packages.iter().any(|name| packages.iter().any(|package| package == name))
            || tool.tables.iter().any(|table| tables.contains(table))
            || (tool.name == "npm workspaces" && has_workspaces)
    };
    TOOLS.iter().filter(is_used).collect()
}

/// A `package.json` as JSON.
pub(super) fn package_json(survey: &Survey, path: &str) -> Option<serde_json::Value> {
    serde_json::from_str(&survey.text(path)?).ok()
}

/// The packages that the `package.json` files depend on.
fn packages(survey: &Survey) -> Vec<String> {
    let mut packages = Vec::new();
    for path in survey.named("package.json").take(MAX_MANIFESTS) {
        let Some(json) = package_json(survey, path) else { continue };
        for list in ["dependencies", "devDependencies", "peerDependencies"] {
            packages.extend(
                json.get(list).and_then(|list| list.as_object()).into_iter().flat_map(|list| list.keys().cloned()),
            );
        }
    }
    packages
}
