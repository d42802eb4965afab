// The half of the protocol that VS Code speaks, over the packages that its client is made of. What it can do is written
// down in vscode-capabilities.json, as vscode-languageclient 11.0.0 sends it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  ApplyWorkspaceEditRequest,
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  CodeActionTriggerKind,
  type Command,
  ConfigurationRequest,
  CreateFile,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesRegistrationOptions,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  DocumentDiagnosticRequest,
  type DocumentDiagnosticReport,
  ExecuteCommandRequest,
  type FileChangeType,
  type GlobPattern,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Range,
  type Registration,
  RegistrationRequest,
  ShowDocumentRequest,
  type ShowDocumentParams,
  ShowMessageNotification,
  type ShowMessageParams,
  SnippetTextEdit,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentEdit,
  type TextEdit,
  UnregistrationRequest,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";

import { type Project } from "./project.js";

const CAPABILITIES = JSON.parse(readFileSync("test/vscode-capabilities.json", "utf8")) as ClientCapabilities;

/** The program under test, of the variable `LAWBOOK`. */
export const LAWBOOK = path.resolve(process.env["LAWBOOK"] ?? "../../target/release/lawbook");

/** The settings of the section `lawbook`, as VS Code answers with them: all of them, also those of the client alone. */
export interface Settings {
  enable: boolean;
  path: string;
  run: "onType" | "onSave";
  withoutConfiguration: boolean;
  workspaceDiagnostics: boolean;
}

const DEFAULTS: Settings = {
  enable: true,
  path: "",
  run: "onType",
  withoutConfiguration: false,
  workspaceDiagnostics: false,
};

/** A place for the cursor that a snippet leaves: `$0`, `$1`, `${1:text}`. */
const PLACEHOLDER = /\$(?:\d+|\{\d+(?::((?:[^}\\]|\\.)*))?\})/gu;

export class Editor {
  readonly documents = new Map<string, TextDocument>();
  readonly registrations: Registration[] = [];
  readonly messages: ShowMessageParams[] = [];
  readonly shown: ShowDocumentParams[] = [];
  /** What the server has sent unasked: mistakes in files of the law that are not open. */
  readonly pushed = new Map<string, Diagnostic[]>();
  private readonly doubled: string[] = [];
  refreshes = 0;
  initialized: InitializeResult | undefined;
  private readonly server: ChildProcess;
  private readonly connection: ProtocolConnection;
  private readonly resultIds = new Map<string, string>();
  private readonly known = new Map<string, Diagnostic[]>();
  private readonly waiting: (() => void)[] = [];
  private stderr = "";

  private constructor(
    folder: string | undefined,
    private settings: Settings,
  ) {
    this.server = spawn(LAWBOOK, ["lsp", "--stdio", `--clientProcessId=${process.pid}`], { cwd: folder });
    const { stdin, stdout, stderr } = this.server;
    assert(stdin !== null && stdout !== null && stderr !== null);
    stderr.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.answer();
    this.connection.listen();
  }

  /** Starts a server for these folders as the extension does. */
  static async open(projects: readonly Project[], settings: Partial<Settings> = {}): Promise<Editor> {
    const first = projects[0];
    const editor = new Editor(first?.folder, { ...DEFAULTS, ...settings });
    const { enable, run, withoutConfiguration, workspaceDiagnostics } = editor.settings;
    editor.initialized = await editor.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      clientInfo: { name: "Visual Studio Code", version: "1.139.1" },
      locale: "en",
      rootPath: first?.folder ?? null,
      rootUri: first?.uri("") ?? null,
      capabilities: CAPABILITIES,
      initializationOptions: { enable, run, withoutConfiguration, workspaceDiagnostics },
      trace: "off",
      workspaceFolders: projects.map((project) => ({ uri: project.uri(""), name: path.basename(project.folder) })),
    });
    await editor.connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  private answer(): void {
    const { connection } = this;
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ section }) => (section === "lawbook" ? this.settings : null)),
    );
    connection.onRequest(RegistrationRequest.type, async ({ registrations }) => {
      this.registrations.push(...registrations);
      this.wake();
      if (registrations.some(({ method }) => method === DidChangeConfigurationNotification.method)) {
        await this.tellSettings();
      }
    });
    connection.onRequest(UnregistrationRequest.type, ({ unregisterations }) => {
      const gone = new Set(unregisterations.map(({ id }) => id));
      const left = this.registrations.filter(({ id }) => !gone.has(id));
      this.registrations.splice(0, this.registrations.length, ...left);
    });
    connection.onRequest(ApplyWorkspaceEditRequest.type, async ({ edit }) => {
      await this.apply(edit);
      return { applied: true };
    });
    connection.onRequest(ShowDocumentRequest.type, (params) => {
      this.shown.push(params);
      this.wake();
      return { success: true };
    });
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes += 1;
      this.wake();
    });
    connection.onNotification(ShowMessageNotification.type, (params) => {
      this.messages.push(params);
      this.wake();
    });
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.pushed.set(uri, diagnostics);
      if (this.documents.has(uri) && diagnostics.length > 0) {
        this.doubled.push(uri);
      }
      this.wake();
    });
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) {
      resolve();
    }
  }

  /** Waits until something holds that a message of the server brings about. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const end = Date.now() + 10_000;
    while (!holds()) {
      assert(Date.now() < end, `waited in vain: ${what}\n${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        setTimeout(resolve, 50);
      });
    }
  }

  get exitCode(): number | null {
    return this.server.exitCode;
  }

  request<Answer>(method: string, params: unknown): Promise<Answer> {
    return this.connection.sendRequest<Answer>(method, params);
  }

  // Documents.

  async openFile(project: Project, name: string, languageId = "typescript", text = project.read(name)): Promise<string> {
    const uri = project.uri(name);
    await this.openText(uri, languageId, text);
    return uri;
  }

  async openText(uri: string, languageId: string, text: string): Promise<void> {
    this.documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  document(uri: string): TextDocument {
    const document = this.documents.get(uri);
    assert(document !== undefined, `not open: ${uri}`);
    return document;
  }

  text(uri: string): string {
    return this.document(uri).getText();
  }

  /** Types: what stands at `old` becomes `text`. */
  async replace(uri: string, old: string, text: string): Promise<void> {
    const document = this.document(uri);
    const start = document.getText().indexOf(old);
    assert.notEqual(start, -1, `${old} in ${document.getText()}`);
    const range = { start: document.positionAt(start), end: document.positionAt(start + old.length) };
    await this.change(uri, [{ range, text }]);
  }

  async change(uri: string, contentChanges: { range: Range; text: string }[]): Promise<void> {
    const before = this.document(uri);
    const document = TextDocument.update(before, contentChanges, before.version + 1);
    this.documents.set(uri, document);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: document.version },
      contentChanges,
    });
  }

  async save(uri: string): Promise<void> {
    writeFileSync(fileURLToPath(uri), this.text(uri));
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });
  }

  async close(uri: string): Promise<void> {
    this.documents.delete(uri);
    this.resultIds.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** Renames an open file as the explorer does: the old document closes, a new one opens. */
  async rename(uri: string, project: Project, name: string): Promise<string> {
    const { languageId } = this.document(uri);
    const text = this.text(uri);
    const renamed = project.uri(name);
    renameSync(fileURLToPath(uri), fileURLToPath(renamed));
    const hears = this.initialized?.capabilities.workspace?.fileOperations?.didRename !== undefined;
    if (hears) {
      await this.connection.sendNotification("workspace/didRenameFiles", { files: [{ oldUri: uri, newUri: renamed }] });
    }
    await this.close(uri);
    await this.openText(renamed, languageId, text);
    return renamed;
  }

  /** Tells of changes of files, as far as the server has asked for them. */
  async touched(uri: string, type: FileChangeType): Promise<void> {
    await this.until(`a watcher of ${uri}`, () => this.watches(uri));
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri, type }] });
  }

  private watches(uri: string): boolean {
    const ofFiles = this.registrations.filter(({ method }) => method === DidChangeWatchedFilesNotification.method);
    const options: DidChangeWatchedFilesRegistrationOptions[] = ofFiles.map((each) => each.registerOptions);
    return options.flatMap(({ watchers }) => watchers).some(({ globPattern }) => matches(globPattern, uri));
  }

  async setSettings(settings: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    await this.tellSettings();
  }

  private async tellSettings(): Promise<void> {
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { lawbook: this.settings },
    });
  }

  // What the server answers.

  /** The findings of a document, asked for with the id of the last answer. */
  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const previousResultId = this.resultIds.get(uri);
    const report: DocumentDiagnosticReport = await this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
      identifier: "lawbook",
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
    if (report.resultId !== undefined) {
      this.resultIds.set(uri, report.resultId);
    }
    if (report.kind === "full") {
      this.known.set(uri, report.items);
    }
    return this.known.get(uri) ?? [];
  }

  /** The rules of the findings of a document, each with its line from 1 on. */
  async findings(uri: string): Promise<string[]> {
    const diagnostics = await this.diagnostics(uri);
    return diagnostics.map(({ code, range }) => `${range.start.line + 1} ${code}`).toSorted();
  }

  /** The code actions for one finding, as for a click on the light bulb, or of a kind that a key or a save asks for. */
  async actions(uri: string, rule: string, only?: string): Promise<CodeAction[]> {
    const diagnostics = (await this.diagnostics(uri)).filter(({ code }) => code === rule);
    const first = diagnostics[0];
    assert(first !== undefined, `no finding of ${rule}`);
    return this.actionsAt(uri, { start: first.range.start, end: first.range.start }, diagnostics.slice(0, 1), only);
  }

  async actionsAt(uri: string, range: Range, diagnostics: Diagnostic[], only?: string): Promise<CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: {
        diagnostics,
        triggerKind: CodeActionTriggerKind.Invoked,
        ...(only === undefined ? {} : { only: [only] }),
      },
    });
    return (actions ?? []).map((action) => {
      assert("kind" in action, `${action.title} is a bare command`);
      return action;
    });
  }

  /** What `editor.codeActionsOnSave` and the command *Fix all* ask for. */
  fixAll(uri: string): Promise<CodeAction[]> {
    const document = this.document(uri);
    const end = document.positionAt(document.getText().length);
    return this.actionsAt(uri, { start: { line: 0, character: 0 }, end }, [], "source.fixAll.lawbook");
  }

  /** Runs a code action as the editor does: resolved where it has no edit yet, its edit, then its command. */
  async run(action: CodeAction): Promise<void> {
    const lacks = action.edit === undefined && action.command === undefined;
    const whole = lacks ? await this.connection.sendRequest(CodeActionResolveRequest.type, action) : action;
    if (whole.edit !== undefined) {
      await this.apply(whole.edit);
    }
    if (whole.command !== undefined) {
      await this.execute(whole.command);
    }
  }

  execute({ command, arguments: args }: Command): Promise<unknown> {
    const known = this.initialized?.capabilities.executeCommandProvider?.commands ?? [];
    assert(known.includes(command), `the server has no command ${command}`);
    return this.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: args ?? [] });
  }

  /** Applies an edit; a file that is not open is opened, and stays unsaved as an edited one does. */
  async apply(edit: WorkspaceEdit): Promise<void> {
    assert.equal(edit.changes, undefined, "the editor takes documentChanges, which have versions");
    for (const change of edit.documentChanges ?? []) {
      if (CreateFile.is(change)) {
        writeFileSync(fileURLToPath(change.uri), "");
        continue;
      }
      assert(TextDocumentEdit.is(change), JSON.stringify(change));
      const { uri, version } = change.textDocument;
      const edits = change.edits.map(plainEdit);
      if (!this.documents.has(uri)) {
        assert.equal(version, null, "nobody knows the version of a file that is not open");
        await this.openText(uri, "plaintext", readFileSync(fileURLToPath(uri), "utf8"));
      }
      const document = this.document(uri);
      assert(version === null || version === document.version, `an edit of version ${version}`);
      // The places of an edit are those of the text before it: from the end on they stay right.
      const from = (place: TextEdit): number => document.offsetAt(place.range.start);
      const sorted = edits.toSorted((one, other) => from(other) - from(one));
      await this.change(uri, sorted.map(({ range, newText }) => ({ range, text: newText })));
    }
  }

  /** Ends the server as the editor does; it has to end by itself, with 0. */
  async end(): Promise<void> {
    const ended = once(this.server, "exit");
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    const [code] = (await ended) as [number | null];
    this.connection.dispose();
    assert.equal(code, 0, this.stderr);
    assert.deepEqual(this.doubled, [], "the findings of an open document are pulled, and not pushed as well");
  }

  /** Ends the server in any case. */
  kill(): void {
    this.server.kill("SIGKILL");
  }
}

/** True if a glob of the protocol holds for a file. */
function matches(glob: GlobPattern, uri: string): boolean {
  const base = typeof glob === "string" ? "" : `${typeof glob.baseUri === "string" ? glob.baseUri : glob.baseUri.uri}/`;
  const pattern = (typeof glob === "string" ? glob : glob.pattern).replaceAll(/[.+^$()|[\]\\]/gu, String.raw`\$&`);
  const parts: Record<string, string> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|" };
  const expression = pattern.replaceAll(/\*\*\/|\*\*|[*?{},]/gu, (part) => parts[part] ?? part);
  return uri.startsWith(base) && new RegExp(`^(?:${expression})$`, "u").test(uri.slice(base.length));
}

/** The text that an edit puts in; of a snippet without the places for the cursor. */
function plainEdit(edit: TextEdit | SnippetTextEdit): TextEdit {
  if (SnippetTextEdit.is(edit)) {
    const text = edit.snippet.value.replaceAll(PLACEHOLDER, (_, content: string | undefined) => content ?? "");
    return { range: edit.range, newText: text.replaceAll(/\\([$}\\])/gu, "$1") };
  }
  return { range: edit.range, newText: edit.newText };
}
