// Everything that VS Code asks of the server, against the real one.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type CodeAction, type CodeLens, type Diagnostic, FileChangeType, type Hover } from "vscode-languageserver-protocol";

import { Editor, type Settings } from "./editor.js";
import { Project } from "./project.js";

const PAGE = `---
summary: Export by name, so that one search finds every use.
languages: [typescript, javascript]
severity: warning
rule:
  pattern: export default $X
---
A default export has no name of its own.

## Help
Export the declaration by name.

## Bad
\`\`\`ts
export default function loadUser() {}       // error
\`\`\`

## Good
\`\`\`ts
export function loadUser() {}
\`\`\`
`;

const FILES = {
  "lawbook.toml": 'extends = ["recommended", "./law"]\n',
  "law/export-by-name.md": PAGE,
  "src/user.ts": `export default function load(user: string) {
  debugger;
  const sign = "𐐀"; if (!!user) { return sign; }
  return null;
}
`,
};

const ALL = ["1 export-by-name", "2 no-debugger-statement", "3 no-double-negation"];

/** Runs a test with a server for these projects, and ends both. */
async function withEditor(
  context: TestContext,
  projects: Project[],
  run: (editor: Editor) => Promise<void>,
  settings: Partial<Settings> = {},
): Promise<void> {
  const editor = await Editor.open(projects, settings);
  context.after(() => {
    editor.kill();
    for (const project of projects) {
      project.remove();
    }
  });
  await run(editor);
  await editor.end();
}

/** The first code action with such a title. */
function called(actions: CodeAction[], title: RegExp): CodeAction {
  const first = actions.find((action) => title.test(action.title));
  assert(first !== undefined, JSON.stringify(actions.map((action) => action.title)));
  return first;
}

void test("findings follow what is typed, and an answer that did not change is not sent again", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const provider = editor.initialized?.capabilities.diagnosticProvider;
    assert(provider !== undefined);
    assert.equal(editor.initialized?.serverInfo?.name, "lawbook");
    assert.equal(editor.initialized.capabilities.positionEncoding ?? "utf-16", "utf-16");
    assert.equal(provider.workspaceDiagnostics, false, "nobody has asked for the whole project");

    const uri = await editor.openFile(project, "src/user.ts");
    assert.deepEqual(await editor.findings(uri), ALL);
    const [first] = await editor.diagnostics(uri);
    assert.equal(first?.source, "lawbook");
    const negation = (await editor.diagnostics(uri)).find(({ code }) => code === "no-double-negation");
    // Columns are UTF-16: the letter before takes two.
    assert.deepEqual(negation?.range, { start: { line: 2, character: 25 }, end: { line: 2, character: 31 } });

    await editor.replace(uri, "  debugger;\n", "");
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name", "2 no-double-negation"]);
    await editor.replace(uri, "return null", "debugger");
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name", "2 no-double-negation", "3 no-debugger-statement"]);
    await editor.replace(uri, "  debugger;\n", "  if (\n");
    await editor.findings(uri);
    await editor.replace(uri, "  if (\n", "");
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name", "2 no-double-negation"]);
  });
});

void test("a fix comes with the finding, and is preferred where it is safe", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    const actions = await editor.actions(uri, "no-double-negation", "quickfix");
    assert(actions.every((action) => action.kind?.startsWith("quickfix")));
    const preferred = actions.filter((action) => action.isPreferred === true);
    const [fix] = preferred;
    assert(fix !== undefined && preferred.length === 1);
    await editor.run(fix);
    assert.match(editor.text(uri), /if \(user\) \{/u);
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name", "2 no-debugger-statement"]);
    const without = await editor.actions(uri, "export-by-name", "quickfix");
    assert(without.every((action) => action.isPreferred !== true), "there is no fix to prefer");
  });
});

void test("all that is safe is fixed at once, and nothing is suppressed by it", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    const actions = await editor.fixAll(uri);
    assert.equal(actions.length, 1, JSON.stringify(actions));
    const [all] = actions;
    assert(all?.kind === "source.fixAll.lawbook");
    await editor.run(all);
    assert.equal(
      editor.text(uri),
      'export default function load(user: string) {\n  const sign = "𐐀"; if (user) { return sign; }\n  return null;\n}\n',
    );
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name"]);
    assert.deepEqual(await editor.fixAll(uri), [], "nothing is left to fix");
  });
});

void test("a finding is suppressed with a reason that is written at once", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    await editor.run(called(await editor.actions(uri, "export-by-name"), /^Suppress .* reason/u));
    assert.match(editor.text(uri), /^\/\/ lawbook-ignore export-by-name: /u);
    const line = /^.*$/mu.exec(editor.text(uri))?.[0] ?? "";
    await editor.replace(uri, line, "// lawbook-ignore export-by-name: the framework asks for a default export");
    assert.deepEqual(await editor.findings(uri), ["3 no-debugger-statement", "4 no-double-negation"]);
  });
});

void test("a rule is turned off in lawbook.toml, and every open file hears of it", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    await editor.run(called(await editor.actions(uri, "no-double-negation"), /^Turn .* off everywhere/u));
    assert.match(editor.text(project.uri("lawbook.toml")), /no-double-negation = "off"/u);
    // The editor saves what a code action has changed (`files.refactoring.autoSave`).
    const { refreshes } = editor;
    await editor.save(project.uri("lawbook.toml"));
    await editor.touched(project.uri("lawbook.toml"), FileChangeType.Changed);
    await editor.until("a refresh", () => editor.refreshes > refreshes);
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name", "2 no-debugger-statement"]);
  });
});

void test("the page of a rule is shown over a finding, and has its address", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    const [first] = await editor.diagnostics(uri);
    assert(first !== undefined);
    const hover = await editor.request<Hover | null>("textDocument/hover", {
      textDocument: { uri },
      position: first.range.start,
    });
    assert.match(JSON.stringify(hover), /A default export has no name of its own/u);
    const nothing = await editor.request<Hover | null>("textDocument/hover", {
      textDocument: { uri },
      position: { line: 4, character: 1 },
    });
    assert(nothing === null || JSON.stringify(nothing).includes("export-by-name"), JSON.stringify(nothing));
  });
});

void test("mistakes in lawbook.toml and in pages stand at their place, before they are saved", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const law = await editor.openFile(project, "lawbook.toml", "toml");
    assert.deepEqual(await editor.diagnostics(law), []);
    await editor.replace(law, "\n", '\n[rules]\nno-debuger-statement = "off"\n');
    const [mistake] = await editor.diagnostics(law);
    assert.equal(mistake?.range.start.line, 2);
    assert.match(JSON.stringify(mistake.message), /no-debugger-statement/u);

    const page = await editor.openFile(project, "law/export-by-name.md", "markdown");
    assert.deepEqual(await editor.diagnostics(page), []);
    await editor.replace(page, "pattern: export default $X", "patern: export default $X");
    const wrong = await editor.diagnostics(page);
    assert.equal(wrong[0]?.range.start.line, 5, JSON.stringify(wrong));
  });
});

void test("a mistake in a file of the law that is not open is shown at that file", async (context) => {
  const project = new Project({ ...FILES, "lawbook.toml": 'extends = ["recommended"]\nno-such-key = 1\n' });
  await withEditor(context, [project], async (editor) => {
    const law = project.uri("lawbook.toml");
    await editor.findings(await editor.openFile(project, "src/user.ts"));
    await editor.until("the mistake", () => (editor.pushed.get(law) ?? []).length > 0);
    assert.equal(editor.pushed.get(law)?.[0]?.range.start.line, 1);
    project.write("lawbook.toml", FILES["lawbook.toml"]);
    await editor.touched(law, FileChangeType.Changed);
    await editor.until("no mistake", () => editor.pushed.get(law)?.length === 0);
    assert.deepEqual(await editor.findings(project.uri("src/user.ts")), ALL);
  });
});

void test("a page that cannot be a rule costs that rule, and counts again when it is fixed", async (context) => {
  const project = new Project({ ...FILES, "law/export-by-name.md": PAGE.replace("pattern:", "patern:") });
  await withEditor(context, [project], async (editor) => {
    const page = project.uri("law/export-by-name.md");
    const uri = await editor.openFile(project, "src/user.ts");
    assert.deepEqual(await editor.findings(uri), ALL.slice(1));
    await editor.until("the mistake", () => (editor.pushed.get(page) ?? []).length > 0);
    const { refreshes } = editor;
    project.write("law/export-by-name.md", PAGE);
    await editor.touched(page, FileChangeType.Changed);
    await editor.until("a refresh", () => editor.refreshes > refreshes);
    assert.deepEqual(await editor.findings(uri), ALL);
    await editor.until("no mistake", () => editor.pushed.get(page)?.length === 0);
  });
});

void test("the blocks of a page are run from the page", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "law/export-by-name.md", "markdown");
    const lenses = await editor.request<CodeLens[] | null>("textDocument/codeLens", { textDocument: { uri } });
    const lens = lenses?.[0];
    assert(lens !== undefined);
    const { command } = lens.command === undefined ? await editor.request<CodeLens>("codeLens/resolve", lens) : lens;
    assert.equal(command?.command, "lawbook.runPage");
    assert.deepEqual(command.arguments, [uri]);
    await editor.execute(command);
    await editor.until("a message", () => editor.messages.length > 0);
    assert.match(editor.messages[0]?.message ?? "", /2 blocks as the page says/u);

    await editor.replace(uri, "export function loadUser() {}", "export default loadUser;");
    await editor.execute(command);
    await editor.until("another message", () => editor.messages.length > 1);
    assert.match(editor.messages[1]?.message ?? "", /line \d+/u);
  });
});

void test("a file that is renamed is another file", async (context) => {
  const project = new Project({ ...FILES, "lawbook.toml": `${FILES["lawbook.toml"]}\n[files]\nexclude = ["old/**"]\n` });
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    assert.deepEqual(await editor.findings(uri), ALL);
    project.write("old/keep.txt", "");
    const left = await editor.rename(uri, project, "old/user.ts");
    assert.deepEqual(await editor.findings(left), []);
    const back = await editor.rename(left, project, "src/user.mts");
    assert.deepEqual(await editor.findings(back), ALL);
    const other = await editor.rename(back, project, "src/user.txt");
    assert.deepEqual(await editor.findings(other), []);
  });
});

void test("files of the law are watched: a rule that is new, changed or gone", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    assert.deepEqual(await editor.findings(uri), ALL);
    project.write("lawbook.toml", 'extends = ["./law"]\n');
    await editor.touched(project.uri("lawbook.toml"), FileChangeType.Changed);
    await editor.until("a refresh", () => editor.refreshes > 0);
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name"]);

    let refreshes = editor.refreshes;
    project.write("law/export-by-name.md", PAGE.replace("export default $X", "debugger"));
    await editor.touched(project.uri("law/export-by-name.md"), FileChangeType.Changed);
    await editor.until("a refresh", () => editor.refreshes > refreshes);
    assert.deepEqual(await editor.findings(uri), ["2 export-by-name"]);

    refreshes = editor.refreshes;
    project.write("law/no-null.md", PAGE.replace("export default $X", "return null"));
    await editor.touched(project.uri("law/no-null.md"), FileChangeType.Created);
    await editor.until("a refresh", () => editor.refreshes > refreshes);
    assert.deepEqual(await editor.findings(uri), ["2 export-by-name", "4 no-null"]);
  });
});

void test("settings change while the server runs", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    assert.deepEqual(await editor.findings(uri), ALL);
    await editor.setSettings({ enable: false });
    await editor.until("a refresh", () => editor.refreshes > 0);
    assert.deepEqual(await editor.findings(uri), []);
    const refreshes = editor.refreshes;
    await editor.setSettings({ enable: true, run: "onSave" });
    await editor.until("a refresh", () => editor.refreshes > refreshes);
    assert.deepEqual(await editor.findings(uri), ALL);
    await editor.replace(uri, "  debugger;\n", "");
    assert.deepEqual(await editor.findings(uri), ALL, "nothing is checked before it is saved");
    await editor.save(uri);
    assert.deepEqual(await editor.findings(uri), ["1 export-by-name", "2 no-double-negation"]);
  });
});

void test("where no lawbook.toml holds there is nothing, unless it is asked for", async (context) => {
  const { "lawbook.toml": _, ...files } = FILES;
  const project = new Project(files);
  await withEditor(context, [project], async (editor) => {
    const uri = await editor.openFile(project, "src/user.ts");
    assert.deepEqual(await editor.findings(uri), []);
    assert.deepEqual(editor.messages, []);
    await editor.setSettings({ withoutConfiguration: true });
    await editor.until("a refresh", () => editor.refreshes > 0);
    assert.deepEqual(await editor.findings(uri), ALL.slice(1));
  });
});

void test("folders of one window have their own law each", async (context) => {
  const one = new Project(FILES);
  const other = new Project({ ...FILES, "lawbook.toml": "[rules]\nno-double-negation = \"off\"\n" });
  await withEditor(context, [one, other], async (editor) => {
    assert.deepEqual(await editor.findings(await editor.openFile(one, "src/user.ts")), ALL);
    assert.deepEqual(await editor.findings(await editor.openFile(other, "src/user.ts")), ["2 no-debugger-statement"]);
  });
});

void test("a text without a file is no mistake of the server", async (context) => {
  const project = new Project(FILES);
  await withEditor(context, [project], async (editor) => {
    await editor.openText("untitled:Untitled-1", "typescript", "debugger;\n");
    await editor.diagnostics("untitled:Untitled-1");
    await editor.close("untitled:Untitled-1");
    const uri = await editor.openFile(project, "src/user.ts");
    assert.deepEqual(await editor.findings(uri), ALL);
    assert.deepEqual(editor.messages, []);
  });
});

interface WorkspaceReport {
  items: { uri: string; kind: string; items: Diagnostic[] }[];
}

void test("the whole project is checked where it is asked for", async (context) => {
  const project = new Project({ ...FILES, "src/other.ts": "debugger;\nexport const x = 1;\n" });
  await withEditor(
    context,
    [project],
    async (editor) => {
      assert.equal(editor.initialized?.capabilities.diagnosticProvider?.workspaceDiagnostics, true);
      const report = await editor.request<WorkspaceReport>("workspace/diagnostic", {
        identifier: "lawbook",
        previousResultIds: [],
      });
      const found = report.items.filter(({ kind, items }) => kind === "full" && items.length > 0);
      assert.deepEqual(
        found.map(({ uri, items }) => `${items.length} ${uri}`).toSorted(),
        [`1 ${project.uri("src/other.ts")}`, `3 ${project.uri("src/user.ts")}`],
      );
    },
    { workspaceDiagnostics: true },
  );
});
