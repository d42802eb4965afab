// package.json says what the code does.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

interface Manifest {
  version: string;
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, { default: unknown; scope: string }> };
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const readme = readFileSync("README.md", "utf8");
const sources = readdirSync("src").map((file) => readFileSync(`src/${file}`, "utf8"));

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "").toSorted();
}

void test("every command is registered, and every registered one is in the palette", () => {
  const registered = sources.flatMap((source) => matches(source, /registerCommand\("([\w.]+)"/gu)).toSorted();
  assert.deepEqual(registered, manifest.contributes.commands.map(({ command }) => command).toSorted());
});

void test("the README has every setting with its default, and no other", () => {
  const rows = matches(readme, /^\| (`lawbook\.[\w.]+` \| `[^`]*`) \|/gmu);
  const settings = Object.entries(manifest.contributes.configuration.properties);
  const wanted = settings.map(([name, { default: value }]) => `\`${name}\` | \`${JSON.stringify(value)}\``);
  assert.deepEqual(rows, wanted.toSorted());
});

void test("the README has every command", () => {
  for (const { title } of manifest.contributes.commands) {
    assert(readme.includes(`*lawbook: ${title}*`), title);
  }
});

void test("every version is exact, and the types are those of the oldest editor", () => {
  for (const [name, version] of Object.entries(manifest.devDependencies)) {
    assert.match(version, /^\d+\.\d+\.\d+$/u, name);
  }
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies["@types/vscode"]}`);
});
