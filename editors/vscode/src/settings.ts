// The settings of the extension, which docs/editors.md and the README list.
import { workspace } from "vscode";

/** What the server is told when it starts, and when it asks after a change. */
export interface ServerSettings {
  enable: boolean;
  run: "onType" | "onSave";
  withoutConfiguration: boolean;
  workspaceDiagnostics: boolean;
}

/** The settings that hold in this window. */
export function serverSettings(): ServerSettings {
  const settings = workspace.getConfiguration("lawbook");
  return {
    enable: settings.get("enable", true),
    run: settings.get<ServerSettings["run"]>("run", "onType"),
    withoutConfiguration: settings.get("withoutConfiguration", false),
    workspaceDiagnostics: settings.get("workspaceDiagnostics", false),
  };
}

/** The setting `lawbook.path`; empty where nothing is set. */
export function programSetting(): string {
  return workspace.getConfiguration("lawbook").get("path", "").trim();
}
