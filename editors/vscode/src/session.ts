// Whether a server runs, and which: one for all open folders.
import { homedir } from "node:os";
import { setImmediate } from "node:timers/promises";
import { type Disposable, type LogOutputChannel, workspace } from "vscode";
import { type LanguageClient } from "vscode-languageclient/node";

import { hasLaw } from "./law.js";
import { findProgram } from "./program.js";
import { programSetting, serverSettings } from "./settings.js";
import { StatusItem } from "./status.js";

/** What runs, and of which program. */
interface Running {
  client: LanguageClient;
  file: string;
}

/** The one server of a window, which starts and ends as folders and settings ask for; changes wait for one another. */
export class Session implements Disposable {
  readonly status = new StatusItem();
  private running: Running | undefined;
  /** The last of the changes that wait for one another. */
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly output: LogOutputChannel) {}

  /** Starts or ends the server as folders and settings ask for. */
  refresh(): Promise<void> {
    return this.next(() => this.settle());
  }

  /** Starts the server anew, with the program that is found now. */
  restart(): Promise<void> {
    return this.next(async () => {
      await this.stop();
      await this.settle();
    });
  }

  /** Ends the server, for good. */
  end(): Promise<void> {
    return this.next(() => this.stop());
  }

  dispose(): void {
    this.status.dispose();
  }

  private next(change: () => Promise<void>): Promise<void> {
    const logged = async (): Promise<void> => {
      // The client tells the server of a change of settings or folders in the same turn, before the server may end.
      await setImmediate();
      try {
        await change();
      } catch (error) {
        this.output.error(error instanceof Error ? error : String(error));
      }
    };
    this.last = this.last.then(logged);
    return this.last;
  }

  private async settle(): Promise<void> {
    if (!(await isWanted())) {
      await this.stop();
      return;
    }
    const program = findProgram({
      setting: programSetting(),
      folders: (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      trusted: workspace.isTrusted,
      platform: process.platform,
      arch: process.arch,
      home: homedir(),
      searchPath: process.env["PATH"] ?? process.env["Path"] ?? "",
    });
    if ("missing" in program) {
      await this.stop();
      this.output.warn(program.missing);
      this.status.show({ state: "missing", why: program.missing });
      return;
    }
    if (this.running?.file !== program.file) {
      await this.stop();
      await this.start(program.file);
    }
  }

  private async start(file: string): Promise<void> {
    // It is large, and most windows have no lawbook.toml: it is read when it is needed.
    const { startClient } = await import("./client.js");
    this.status.show({ state: "starting", file });
    this.output.info(`${file} lsp`);
    try {
      const client = await startClient(file, this.output, (why) => {
        this.running = undefined;
        this.status.show({ state: "failed", why });
      });
      const version = client.initializeResult?.serverInfo?.version ?? "";
      this.running = { client, file };
      this.status.show({ state: "running", file, version });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.status.show({ state: "failed", why: `${file} lsp does not answer (${why}). It may be too old.` });
    }
  }

  private async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    this.status.show({ state: "quiet" });
    await running?.client.dispose();
  }
}

async function isWanted(): Promise<boolean> {
  const { enable, withoutConfiguration } = serverSettings();
  return enable && (withoutConfiguration || (await hasLaw()));
}
