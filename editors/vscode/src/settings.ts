// The settings of the extension, which docs/editors.md and the README list.
import { type ConfigurationScope, workspace } from "vscode";

/** What the server is told when it starts. It asks for what holds in a folder by itself. */
export interface ServerSettings {
  enable: boolean;
  run: "onType" | "onSave";
  withoutConfiguration: boolean;
  workspaceDiagnostics: boolean;
}

export function serverSettings(scope?: ConfigurationScope): ServerSettings {
  const settings = workspace.getConfiguration("lawbook", scope);
  return {
    enable: settings.get("enable", true),
    run: settings.get<ServerSettings["run"]>("run", "onType"),
    withoutConfiguration: settings.get("withoutConfiguration", false),
    workspaceDiagnostics: settings.get("workspaceDiagnostics", false),
  };
}

/** The settings of every open folder, or those of the window if none is open. */
export function settingsOfFolders(): ServerSettings[] {
  const folders = workspace.workspaceFolders ?? [];
  return folders.length === 0 ? [serverSettings()] : folders.map((folder) => serverSettings(folder.uri));
}

export function programSetting(): string {
  return workspace.getConfiguration("lawbook").get("path", "").trim();
}
