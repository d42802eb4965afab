// Finds the program. Nothing here asks the editor, so that it is tested as it is.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Where to look for the program. */
export interface Search {
  /** The setting `lawbook.path`. */
  setting: string;
  /** The open folders. */
  folders: readonly string[];
  /** False in Restricted Mode. */
  trusted: boolean;
  platform: NodeJS.Platform;
  arch: string;
  home: string;
  /** The variable `PATH`. */
  searchPath: string;
}

export type Program = { file: string } | { missing: string };

/** The folders of a virtual environment of Python that are looked at. */
const ENVIRONMENTS = [".venv", "venv"];

/** The program, or what is missing in a sentence. */
export function findProgram(search: Search): Program {
  if (search.setting !== "") {
    return bySetting(search);
  }
  const inFolders = search.trusted ? search.folders.flatMap((folder) => ofFolder(folder, search)) : [];
  const found = [...inFolders, ...ofSearchPath(search)].find((file) => isProgram(file, search.platform));
  if (found !== undefined) {
    return { file: found };
  }
  const places = search.trusted ? "node_modules, .venv and venv of the open folders, and PATH" : "PATH (Restricted Mode)";
  return { missing: `There is no program lawbook in ${places}.` };
}

function bySetting(search: Search): Program {
  const first = search.folders[0];
  const written = search.setting
    .replace(/^~(?=[/\\]|$)/u, () => search.home)
    .replaceAll("${workspaceFolder}", () => first ?? "");
  if (!path.isAbsolute(written) && first === undefined) {
    return { missing: `The setting lawbook.path, ${written}, does not start at a root, and no folder is open.` };
  }
  const file = path.resolve(first ?? "", written);
  if (!search.trusted && isInFolders(file, search)) {
    return { missing: `In Restricted Mode nothing in the open folders is run: ${file}` };
  }
  const found = withEnding(file, search.platform).find((each) => isProgram(each, search.platform));
  return found === undefined ? { missing: `The setting lawbook.path names no program: ${file}` } : { file: found };
}

/** The places in an open folder, the likeliest first. */
function ofFolder(folder: string, search: Search): string[] {
  const programs = search.platform === "win32" ? "Scripts" : "bin";
  return [
    ...ofNpm(folder, search),
    ...withEnding(path.join(folder, "node_modules", ".bin", "lawbook"), search.platform),
    ...ENVIRONMENTS.map((name) => path.join(folder, name, programs, fileName(search.platform))),
  ];
}

/**
 * The programs in npm's packages for this platform. The command of the package `lawbook` starts them with Node.js, which
 * a computer with the editor need not have, and which takes longer.
 */
function ofNpm(folder: string, search: Search): string[] {
  const main = path.join(folder, "node_modules", "lawbook", "package.json");
  if (!isFile(main)) {
    return [];
  }
  // Package managers that link packages put what a package depends on beside its real place.
  const resolver = createRequire(realpathSync(main));
  const name = `@lawbook/${search.platform}-${search.arch}`;
  const names = search.platform === "linux" ? ofLibraries(name) : [name];
  return names.flatMap((each) => {
    try {
      return [path.join(path.dirname(resolver.resolve(`${each}/package.json`)), fileName(search.platform))];
    } catch {
      return [];
    }
  });
}

/** The packages for both C libraries, that of this machine first: some package managers install both. */
function ofLibraries(name: string): string[] {
  const report: unknown = process.report?.getReport();
  const hasGlibc = JSON.stringify(report ?? {}).includes('"glibcVersionRuntime"');
  return hasGlibc ? [`${name}-gnu`, `${name}-musl`] : [`${name}-musl`, `${name}-gnu`];
}

function ofSearchPath(search: Search): string[] {
  const separator = search.platform === "win32" ? ";" : ":";
  // A relative folder would be one of the working directory, which is whatever the editor was started in.
  const folders = search.searchPath.split(separator).filter((folder) => path.isAbsolute(folder));
  const files = folders.map((folder) => path.join(folder, fileName(search.platform)));
  return search.trusted ? files : files.filter((file) => !isInFolders(file, search));
}

function isInFolders(file: string, search: Search): boolean {
  const real = realPath(file);
  return search.folders.some((folder) => isBelow(file, folder) || isBelow(real, realPath(folder)));
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function fileName(platform: NodeJS.Platform): string {
  return platform === "win32" ? "lawbook.exe" : "lawbook";
}

/** On Windows the file that the editor can start: scripts (`.cmd`) need a shell. */
function withEnding(file: string, platform: NodeJS.Platform): string[] {
  if (platform !== "win32") {
    return [file];
  }
  return file.toLowerCase().endsWith(".exe") ? [file] : [`${file}.exe`];
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isProgram(file: string, platform: NodeJS.Platform): boolean {
  try {
    if (platform !== "win32") {
      accessSync(file, constants.X_OK);
    }
    return isFile(file);
  } catch {
    return false;
  }
}
