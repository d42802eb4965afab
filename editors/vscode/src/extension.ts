// The extension: what it listens to, and its commands. All checking is done by the program `lawbook`.
import { existsSync } from "node:fs";
import { commands, type ExtensionContext, type LogOutputChannel, Uri, window, workspace } from "vscode";

import { isAlone, onNewLaw } from "./law.js";
import { Session } from "./session.js";

/** The kind of code actions that hold every fix which is sure. */
const FIX_ALL = "source.fixAll.lawbook";

/** The command of the server behind the code lens of a page. */
const RUN_PAGE = "lawbook.runPage";

let current: Session | undefined;

/** Called by the editor once, at the first of `activationEvents`. */
export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("lawbook", { log: true });
  const started = new Session(output);
  current = started;
  context.subscriptions.push(output, started, ...listeners(started), ...registerCommands(context, started, output));
  await started.refresh();
}

/** Called by the editor when it closes; it waits for the server to end. */
export async function deactivate(): Promise<void> {
  await current?.end();
  current = undefined;
}

function listeners(session: Session): { dispose(): unknown }[] {
  const refresh = (): void => void session.refresh();
  return [
    onNewLaw(refresh),
    workspace.onDidChangeWorkspaceFolders(refresh),
    workspace.onDidGrantWorkspaceTrust(refresh),
    workspace.onDidChangeConfiguration((change) => {
      // What a server can do is settled when it starts.
      if (change.affectsConfiguration("lawbook.workspaceDiagnostics")) {
        void session.restart();
      } else if (change.affectsConfiguration("lawbook")) {
        refresh();
      }
    }),
    workspace.onDidOpenTextDocument((document) => {
      if (isAlone(document) && session.status.current.state === "quiet") {
        refresh();
      }
    }),
  ];
}

function registerCommands(
  context: ExtensionContext,
  session: Session,
  output: LogOutputChannel,
): { dispose(): unknown }[] {
  return [
    commands.registerCommand("lawbook.restart", () => session.restart()),
    commands.registerCommand("lawbook.showOutput", () => output.show()),
    commands.registerCommand("lawbook.fixAll", () =>
      commands.executeCommand("editor.action.codeAction", { kind: FIX_ALL, apply: "first" }),
    ),
    commands.registerCommand("lawbook.runThisPage", async () => {
      const page = window.activeTextEditor?.document.uri;
      if (page !== undefined) {
        await commands.executeCommand(RUN_PAGE, page.toString());
      }
    }),
    // The README says it in its first section. The editor's own page of an extension needs the marketplace.
    commands.registerCommand("lawbook.howToGet", () => commands.executeCommand("markdown.showPreview", readme(context))),
  ];
}

/** The README of the extension, which has another name where it is packed. */
function readme(context: ExtensionContext): Uri {
  const places = ["readme.md", "README.md"].map((name) => Uri.joinPath(context.extensionUri, name));
  return places.find((place) => existsSync(place.fsPath)) ?? context.extensionUri;
}
