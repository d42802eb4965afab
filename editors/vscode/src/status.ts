// What the editor says of lawbook in the language status of a file: `{}` in the status bar, and no message.
import {
  type Command,
  commands,
  type Disposable,
  languages,
  LanguageStatusSeverity,
  type LanguageStatusItem,
} from "vscode";

export type Status =
  /** There is no lawbook.toml, or lawbook is turned off. */
  | { state: "quiet" }
  | { state: "starting"; file: string }
  | { state: "running"; file: string; version: string }
  | { state: "missing"; why: string }
  | { state: "failed"; why: string };

interface Shown {
  text: string;
  detail: string;
  severity: LanguageStatusSeverity;
  command: Command;
}

const OUTPUT: Command = { title: "Show output", command: "lawbook.showOutput" };

/** The entry of lawbook in the language status; there is none while nothing is to be said. */
export class StatusItem implements Disposable {
  private item: LanguageStatusItem | undefined;
  private status: Status = { state: "quiet" };

  get current(): Status {
    return this.status;
  }

  show(status: Status): void {
    this.status = status;
    void commands.executeCommand("setContext", "lawbook.running", status.state === "running");
    const shown = described(status);
    if (shown === undefined) {
      this.dispose();
      return;
    }
    this.item ??= newItem();
    Object.assign(this.item, shown, { busy: status.state === "starting" });
  }

  dispose(): void {
    this.item?.dispose();
    this.item = undefined;
  }
}

/** What is shown for a status; nothing for a quiet one. */
function described(status: Status): Shown | undefined {
  switch (status.state) {
    case "quiet":
      return undefined;
    case "starting":
      return { text: "lawbook", detail: status.file, severity: LanguageStatusSeverity.Information, command: OUTPUT };
    case "running": {
      const text = `lawbook ${status.version}`.trim();
      return { text, detail: status.file, severity: LanguageStatusSeverity.Information, command: OUTPUT };
    }
    case "missing": {
      const command = { title: "How to get it", command: "lawbook.howToGet" };
      return { text: "lawbook: not found", detail: status.why, severity: LanguageStatusSeverity.Warning, command };
    }
    case "failed":
      return {
        text: "lawbook: does not run",
        detail: status.why,
        severity: LanguageStatusSeverity.Error,
        command: OUTPUT,
      };
  }
}

function newItem(): LanguageStatusItem {
  const item = languages.createLanguageStatusItem("lawbook", [{ scheme: "file" }, { scheme: "untitled" }]);
  item.name = "lawbook";
  return item;
}
