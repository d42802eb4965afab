// Bundles the extension into dist/, with the licences of what is in it; with --tests, the tests into out/test/.
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

/** The oldest Node.js in the editors that `engines` of package.json allows. */
const TARGET = "node20";

/** The folder of the package that a bundled file is of; nothing for a file of the extension. */
function packageFolder(file) {
  const parts = file.split("/");
  const start = parts.lastIndexOf("node_modules");
  if (start === -1) {
    return undefined;
  }
  const length = parts[start + 1].startsWith("@") ? 3 : 2;
  return parts.slice(0, start + length).join("/");
}

/** What a package says of its licence. */
async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = await readdir(folder);
  const file = files.find((each) => /^licen[cs]e/iu.test(each));
  const text = file === undefined ? "" : await readFile(path.join(folder, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

async function bundleExtension() {
  const { metafile } = await build({
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    bundle: true,
    external: ["vscode"],
    format: "cjs",
    platform: "node",
    target: TARGET,
    minify: true,
    // A stack trace of a user has the names of functions.
    keepNames: true,
    mainFields: ["module", "main"],
    metafile: true,
    logLevel: "warning",
  });
  const folders = new Set(Object.keys(metafile.inputs).map(packageFolder));
  folders.delete(undefined);
  const notices = await Promise.all([...folders].map(notice));
  notices.sort((one, other) => one.localeCompare(other));
  await writeFile("dist/THIRD-PARTY-NOTICES.txt", notices.join(`\n${"-".repeat(80)}\n\n`));
}

async function bundleTests() {
  const files = await readdir("test");
  await build({
    entryPoints: files.filter((file) => file.endsWith(".test.ts")).map((file) => `test/${file}`),
    outdir: "out/test",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: TARGET,
    sourcemap: "inline",
    logLevel: "warning",
  });
}

await (process.argv.includes("--tests") ? bundleTests() : bundleExtension());
