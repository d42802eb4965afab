// Uses the extension in the editor as a user does, and writes down what came of it.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const vscode = require("vscode");

/** The folder by which the driver and the runner of the browser talk. */
const TALK = process.env.LAWBOOK_TALK ?? "";

const PAGE = [
  "---",
  "summary: Export by name, so that one search finds every use.",
  "languages: [typescript, javascript]",
  "severity: warning",
  "rule:",
  "  pattern: export default $X",
  "---",
  "A default export has no name of its own.",
  "",
  "## Help",
  "Export the declaration by name.",
  "",
  "## Bad",
  "```ts",
  "export default function loadUser() {}       // error",
  "```",
  "",
  "## Good",
  "```ts",
  "export function loadUser() {}",
  "```",
  "",
].join("\n");

const CODE = [
  "export default function load(user: string) {",
  "  debugger;",
  "  if (!!user) { return user; }",
  "  return null;",
  "}",
  "",
].join("\n");

const ALL = ["1 export-by-name", "2 no-debugger-statement", "3 no-double-negation"];

const root = () => vscode.workspace.workspaceFolders[0].uri.fsPath;
const place = (name) => path.join(root(), ...name.split("/"));
const uriOf = (name) => vscode.Uri.file(place(name));
const run = (command, ...args) => vscode.commands.executeCommand(command, ...args);

function write(name, text) {
  fs.mkdirSync(path.dirname(place(name)), { recursive: true });
  fs.writeFileSync(place(name), text);
}

async function until(what, holds, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const state = await holds();
    if (state === true) {
      return;
    }
    assert(Date.now() < end, `waited in vain: ${what}; it is ${JSON.stringify(state)}`);
    await sleep(50);
  }
}

function findings(name = "src/user.ts") {
  const all = vscode.languages.getDiagnostics(uriOf(name)).filter(({ source }) => source === "lawbook");
  return all.map(({ code, range }) => `${range.start.line + 1} ${code?.value ?? code}`).toSorted();
}

function untilFindings(expected, name = "src/user.ts") {
  const wanted = JSON.stringify(expected);
  return until(wanted, () => JSON.stringify(findings(name)) === wanted || findings(name));
}

/** The processes of the server. */
function servers() {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(`${root()}/`) && line.includes("lawbook lsp")).map((line) => Number.parseInt(line, 10));
}

/** Has the browser do something, and returns what it then sees. */
async function browser(task) {
  const ask = path.join(TALK, "ask");
  fs.writeFileSync(`${ask}.new`, task);
  fs.renameSync(`${ask}.new`, ask);
  const answer = path.join(TALK, "answer");
  await until("an answer of the browser", () => fs.existsSync(answer), 40_000);
  const seen = JSON.parse(fs.readFileSync(answer, "utf8"));
  fs.rmSync(answer);
  return seen;
}

/** What the status bar says of the languages, and the messages that are shown. */
async function shown() {
  const { status, messages } = await browser("look");
  return { status, messages: messages.filter((message) => !message.includes("tsserver")) };
}

async function untilStatus(pattern) {
  await until(String(pattern), async () => {
    const { status, messages } = await shown();
    assert.deepEqual(messages, [], "lawbook shows no message");
    return pattern.test(status) || status;
  });
}

async function show(name) {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(name)));
}

function set(name, value) {
  return vscode.workspace.getConfiguration("lawbook").update(name, value, vscode.ConfigurationTarget.Workspace);
}

/** Puts the text of a file back, in the editor and on the disk. */
async function reset(name, text) {
  const editor = await show(name);
  const end = editor.document.positionAt(editor.document.getText().length);
  await editor.edit((edit) => edit.replace(new vscode.Range(new vscode.Position(0, 0), end), text));
  await editor.document.save();
  return editor;
}

async function actions(line, character, kind = vscode.CodeActionKind.QuickFix) {
  const range = new vscode.Range(line, character, line, character);
  const all = await run("vscode.executeCodeActionProvider", uriOf("src/user.ts"), range, kind.value, 20);
  return all.filter(({ title }) => !/copilot/iu.test(title));
}

function called(all, pattern) {
  const action = all.find(({ title }) => pattern.test(title));
  assert(action !== undefined, JSON.stringify(all.map(({ title }) => title)));
  return action;
}

const STEPS = [
  [
    "in Restricted Mode nothing in the folder is run, until it is trusted",
    async () => {
      assert.equal(vscode.workspace.isTrusted, false);
      write("lawbook.toml", 'extends = ["recommended"]\n');
      await show("src/user.ts");
      await untilStatus(/lawbook: not found.*Restricted Mode/su);
      assert.deepEqual(servers(), []);
      await run("workbench.trust.manage");
      await browser("trust");
      // The page lies over the window until it is closed.
      await run("workbench.action.closeModalEditor");
      await until("trust", () => vscode.workspace.isTrusted);
      await untilFindings(ALL.slice(1));
      fs.rmSync(place("lawbook.toml"));
      await run("lawbook.restart");
      await untilFindings([]);
    },
  ],
  [
    "without a lawbook.toml no program is started",
    async () => {
      await show("src/user.ts");
      await until("active", () => vscode.extensions.getExtension("lawbook.lawbook").isActive);
      await sleep(500);
      assert.deepEqual(servers(), []);
      assert.deepEqual(findings(), []);
      const { status, messages } = await shown();
      assert.doesNotMatch(status, /lawbook/u);
      assert.deepEqual(messages, []);
    },
  ],
  [
    "a lawbook.toml that is written starts it",
    async () => {
      write("law/export-by-name.md", PAGE);
      write("lawbook.toml", 'extends = ["recommended", "./law"]\n');
      await untilFindings(ALL);
      assert.equal(servers().length, 1);
      await untilStatus(/lawbook \d+\.\d+\.\d+/u);
    },
  ],
  [
    "findings follow what is typed",
    async () => {
      const editor = await show("src/user.ts");
      await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), "  debugger;\n"));
      await untilFindings([...ALL, "4 no-debugger-statement"].toSorted());
      await run("undo");
      await untilFindings(ALL);
    },
  ],
  [
    "the page of a rule is shown over its finding",
    async () => {
      const hovers = await run("vscode.executeHoverProvider", uriOf("src/user.ts"), new vscode.Position(0, 3));
      const text = hovers.flatMap(({ contents }) => contents).map((content) => content.value ?? content).join("\n");
      assert.match(text, /A default export has no name of its own/u);
    },
  ],
  [
    "a safe fix is preferred, and all of them are applied at once",
    async () => {
      const fix = (await actions(1, 3)).find(({ isPreferred }) => isPreferred === true);
      assert.equal(fix?.title, "Delete it");
      await run("lawbook.fixAll");
      await untilFindings(["1 export-by-name"]);
      const text = (await show("src/user.ts")).document.getText();
      assert.equal(text, CODE.replace("  debugger;\n", "").replace("!!user", "user"));
      await reset("src/user.ts", CODE);
      await untilFindings(ALL);
    },
  ],
  [
    "a finding is suppressed, and the cursor stands in the reason",
    async () => {
      const editor = await show("src/user.ts");
      const { edit, command } = called(await actions(0, 3), /^Suppress .* reason/u);
      assert(edit !== undefined);
      await vscode.workspace.applyEdit(edit);
      if (command !== undefined) {
        await run(command.command, ...(command.arguments ?? []));
      }
      const line = editor.document.lineAt(0).text;
      assert.match(line, /^\/\/ lawbook-ignore export-by-name: /u);
      await until("the cursor", () => editor.selection.start.line === 0 && editor.selection.start.character > 30);
      await run("type", { text: "the framework asks for a default export" });
      await untilFindings(["3 no-debugger-statement", "4 no-double-negation"]);
      await reset("src/user.ts", CODE);
      await untilFindings(ALL);
    },
  ],
  [
    "a rule is turned off in lawbook.toml",
    async () => {
      const { edit } = called(await actions(2, 6), /^Turn .* off everywhere/u);
      await vscode.workspace.applyEdit(edit);
      await (await show("lawbook.toml")).document.save();
      await untilFindings(ALL.slice(0, 2));
      await reset("lawbook.toml", 'extends = ["recommended", "./law"]\n');
      await untilFindings(ALL);
    },
  ],
  [
    "mistakes in lawbook.toml stand at their place before they are saved",
    async () => {
      const editor = await show("lawbook.toml");
      await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "no-such-key = 1\n"));
      await until("the mistake", () => findings("lawbook.toml").some((each) => each.startsWith("2 ")) || findings("lawbook.toml"));
      assert.equal(findings("lawbook.toml").length, 1, "once, and not pushed as well");
      await run("undo");
      await untilFindings([], "lawbook.toml");
    },
  ],
  [
    "the blocks of a page are run from the page",
    async () => {
      await show("law/export-by-name.md");
      const lenses = await run("vscode.executeCodeLensProvider", uriOf("law/export-by-name.md"), 20);
      assert(lenses.some(({ command }) => command?.command === "lawbook.runPage"), JSON.stringify(lenses));
      await run("lawbook.runThisPage");
      await until("a message", async () => {
        const { messages } = await shown();
        return messages.some((message) => message.includes("as the page says")) || messages;
      });
      await run("notifications.clearAll");
      await show("src/user.ts");
    },
  ],
  [
    "settings hold at once",
    async () => {
      await set("enable", false);
      await untilFindings([]);
      await until("no server", () => servers().length === 0);
      await set("enable", true);
      await untilFindings(ALL);
      await set("run", "onSave");
      await sleep(500);
      const editor = await show("src/user.ts");
      await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), "  debugger;\n"));
      await sleep(1000);
      assert.deepEqual(findings(), ALL, "nothing is checked before it is saved");
      await editor.document.save();
      await untilFindings([...ALL, "4 no-debugger-statement"].toSorted());
      await set("run", undefined);
      await reset("src/user.ts", CODE);
      await untilFindings(ALL);
    },
  ],
  [
    "a server that ends is started again, until it ends too often",
    async () => {
      for (let left = 3; left >= 0; left -= 1) {
        const [server] = servers();
        process.kill(server, "SIGKILL");
        await until("another server", () => (servers().length === 1 && servers()[0] !== server) || left === 0);
      }
      await untilStatus(/lawbook: does not run.*has ended 4 times/su);
      await run("lawbook.restart");
      await untilFindings(ALL);
    },
  ],
  [
    "a program that is gone is missed without a message",
    async () => {
      fs.renameSync(place(".venv"), place(".gone"));
      await run("lawbook.restart");
      await untilStatus(/lawbook: not found.*How to get it/su);
      await run("lawbook.howToGet");
      await until("the page", () => /readme/iu.test(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? ""));
      await show("src/user.ts");
      await set("path", "/bin/false");
      await untilStatus(/lawbook: does not run.*too old/su);
      await set("path", ".gone/bin/lawbook");
      await untilFindings(ALL);
    },
  ],
];

function record(result) {
  fs.appendFileSync(path.join(TALK, "results"), `${JSON.stringify(result)}\n`);
}

exports.activate = async () => {
  for (const [name, step] of STEPS) {
    try {
      // lawbook-ignore no-await-in-loop: each step begins with what the one before has left
      await step();
      record({ name });
    } catch (error) {
      record({ name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  record({ end: true });
};
