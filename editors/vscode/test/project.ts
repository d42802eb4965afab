// A project in a folder of its own, which is removed after the test.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

export class Project {
  readonly folder: string;

  constructor(files: Record<string, string>) {
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), "lawbook-vscode-")));
    for (const [name, text] of Object.entries(files)) {
      this.write(name, text);
    }
  }

  path(name: string): string {
    return path.join(this.folder, ...name.split("/"));
  }

  uri(name: string): string {
    return pathToFileURL(this.path(name)).href;
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
