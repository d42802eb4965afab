// Whether there is a lawbook.toml: without one no program is started.
import { existsSync } from "node:fs";
import path from "node:path";
import { type Disposable, type TextDocument, workspace } from "vscode";

const NAME = "lawbook.toml";

/** Folders in which a `lawbook.toml` belongs to others, or is a copy. */
const LEFT_OUT = "**/{node_modules,target,.git,.venv,venv}/**";

/** True if a `lawbook.toml` holds for an open folder or file, or for something in an open folder. */
export async function hasLaw(): Promise<boolean> {
  const folders = (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  const outside = workspace.textDocuments.filter((document) => isAlone(document));
  const places = [
    ...folders.map((folder) => folder.uri.fsPath),
    ...outside.map((document) => path.dirname(document.uri.fsPath)),
  ];
  if (places.some((place) => isBelowLaw(place))) {
    return true;
  }
  return (await workspace.findFiles(`**/${NAME}`, LEFT_OUT, 1)).length > 0;
}

/** True for a file of the disk that lies in no open folder. */
export function isAlone(document: TextDocument): boolean {
  return document.uri.scheme === "file" && workspace.getWorkspaceFolder(document.uri) === undefined;
}

/** Calls back whenever a `lawbook.toml` comes into an open folder. */
export function onNewLaw(then: () => void): Disposable {
  const watcher = workspace.createFileSystemWatcher(`**/${NAME}`, false, true, true);
  watcher.onDidCreate(then);
  return watcher;
}

function isBelowLaw(folder: string): boolean {
  if (existsSync(path.join(folder, NAME))) {
    return true;
  }
  const above = path.dirname(folder);
  return above !== folder && isBelowLaw(above);
}
