// Where the program is looked for, with files of a disk.
import assert from "node:assert/strict";
import { chmodSync, symlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { findProgram, type Search } from "../src/program.js";
import { Project } from "./project.js";

/** A program in a folder, so that it can be started. */
function putProgram(project: Project, name: string): string {
  project.write(name, "#!/bin/sh\n");
  chmodSync(project.path(name), 0o755);
  return project.path(name);
}

function searchIn(project: Project, changes: Partial<Search> = {}): Search {
  return {
    setting: "",
    folders: [project.folder],
    trusted: true,
    platform: "linux",
    arch: "x64",
    home: "/nowhere",
    searchPath: "",
    ...changes,
  };
}

async function check(files: string[], run: (project: Project, paths: string[]) => void): Promise<void> {
  const project = new Project({});
  try {
    run(project, files.map((name) => putProgram(project, name)));
  } finally {
    project.remove();
  }
}

const PACKAGED = "node_modules/@lawbook/linux-x64-gnu/lawbook";

void test("npm's package of the platform comes before its command, and that before an environment of Python", async () => {
  await check([PACKAGED, "node_modules/.bin/lawbook", ".venv/bin/lawbook", "elsewhere/lawbook"], (project, paths) => {
    const [packaged, command, environment] = paths;
    const search = searchIn(project, { searchPath: project.path("elsewhere") });
    assert.deepEqual(findProgram(search), { file: command });
    project.write("node_modules/lawbook/package.json", "{}");
    project.write("node_modules/@lawbook/linux-x64-gnu/package.json", "{}");
    assert.deepEqual(findProgram(search), { file: packaged });
    chmodSync(packaged ?? "", 0o644);
    chmodSync(command ?? "", 0o644);
    assert.deepEqual(findProgram(search), { file: environment });
  });
});

void test("packages that are linked are found where they are", async () => {
  await check(["store/node_modules/@lawbook/linux-x64-gnu/lawbook"], (project, [packaged]) => {
    project.write("store/node_modules/lawbook/package.json", "{}");
    project.write("store/node_modules/@lawbook/linux-x64-gnu/package.json", "{}");
    project.write("node_modules/.keep", "");
    symlinkSync(project.path("store/node_modules/lawbook"), project.path("node_modules/lawbook"));
    assert.deepEqual(findProgram(searchIn(project)), { file: packaged });
  });
});

void test("PATH is the last place, and only its folders from a root on", async () => {
  await check(["tools/lawbook"], (project, [file]) => {
    const searchPath = ["", "tools", ".", project.path("nothing"), project.path("tools")].join(":");
    assert.deepEqual(findProgram(searchIn(project, { searchPath, folders: [] })), { file });
    const relative = findProgram(searchIn(project, { searchPath: "tools:.", folders: [] }));
    assert.match("missing" in relative ? relative.missing : "", /no program lawbook/u);
  });
});

void test("the setting decides alone, and counts from the first folder", async () => {
  await check(["tools/lawbook", "home/lawbook", "node_modules/.bin/lawbook"], (project, [tool, home]) => {
    const find = (setting: string) => findProgram(searchIn(project, { setting, home: project.path("home") }));
    assert.deepEqual(find("tools/lawbook"), { file: tool });
    assert.deepEqual(find("${workspaceFolder}/tools/lawbook"), { file: tool });
    assert.deepEqual(find("~/lawbook"), { file: home });
    assert.deepEqual(find(tool ?? ""), { file: tool });
    const wrong = find("tools/other");
    assert.match("missing" in wrong ? wrong.missing : "", /names no program: .*other/u);
  });
});

void test("in Restricted Mode nothing of the open folders is run", async () => {
  await check(["node_modules/.bin/lawbook", ".venv/bin/lawbook", "tools/lawbook"], (project) => {
    const trusted = false;
    const folders = [project.folder];
    const searchPath = project.path("tools");
    assert("missing" in findProgram(searchIn(project, { trusted })));
    assert("missing" in findProgram(searchIn(project, { trusted, searchPath })));
    assert("missing" in findProgram(searchIn(project, { trusted, setting: project.path("tools/lawbook") })));
    // Neither by a link from outside of them.
    const outside = new Project({});
    symlinkSync(project.path("tools/lawbook"), outside.path("lawbook"));
    assert("missing" in findProgram(searchIn(project, { trusted, searchPath: outside.folder })));
    assert("missing" in findProgram(searchIn(project, { trusted, setting: outside.path("lawbook") })));
    const elsewhere = putProgram(outside, "bin/lawbook");
    const other = findProgram(searchIn(project, { trusted, folders, searchPath: path.dirname(elsewhere) }));
    assert.deepEqual(other, { file: elsewhere });
    outside.remove();
  });
});

void test("on Windows a program is a file that needs no shell", async () => {
  await check([".venv/Scripts/lawbook.exe", "node_modules/.bin/lawbook"], (project, [environment]) => {
    const platform = "win32";
    assert.deepEqual(findProgram(searchIn(project, { platform })), { file: environment });
    assert.deepEqual(findProgram(searchIn(project, { platform, setting: ".venv/Scripts/lawbook" })), { file: environment });
  });
});
