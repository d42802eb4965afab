// Starts VS Code as a server with the packed extension and the driver, opens its window in a browser, and prints what the
// driver wrote down. Arguments: the extension's package, the program, an empty folder to work in.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The longest that everything may take. */
const LIMIT_MILLISECONDS = 180_000;

const [extension, program, work] = process.argv.slice(2).map((each) => path.resolve(each));
const vscode = path.join(path.dirname(createRequire(import.meta.url).resolve("code-server/package.json")), "lib/vscode");
const project = path.join(work, "project");
const talk = path.join(work, "talk");
const data = path.join(work, "data");
const main = [path.join(vscode, "out/server-main.js"), "--server-data-dir", data, "--accept-server-license-terms"];

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function prepare() {
  for (const folder of [talk, path.join(data, "data/User"), path.join(project, ".venv/bin"), path.join(project, "src")]) {
    fs.mkdirSync(folder, { recursive: true });
  }
  fs.writeFileSync(path.join(data, "data/User/settings.json"), '{ "files.autoSave": "off" }');
  fs.copyFileSync(program, path.join(project, ".venv/bin/lawbook"));
  const code = "export default function load(user: string) {\n  debugger;\n  if (!!user) { return user; }\n  return null;\n}\n";
  fs.writeFileSync(path.join(project, "src/user.ts"), code);
  const driver = path.join(work, "driver.vsix");
  const pack = ["package", "--no-dependencies", "--skip-license", "--out", driver];
  execFileSync(process.execPath, [path.resolve("node_modules/@vscode/vsce/vsce"), ...pack], { cwd: "driver", stdio: "pipe" });
  for (const file of [extension, driver]) {
    execFileSync(process.execPath, [...main, "--install-extension", file], { stdio: "pipe" });
  }
}

/** Trusts the folder, in the editor's own page about that, which the driver has opened. */
async function trust(page) {
  await page.getByRole("button", { name: "Trust", exact: true }).click();
}

/** The texts of the language status and of the messages in the window. */
async function look(page) {
  const item = page.locator('[id="status.languageStatus"]').first();
  if (await item.isVisible()) {
    await item.hover();
  }
  await page.waitForTimeout(800);
  const texts = (selector) => page.locator(selector).allInnerTexts();
  const [status, messages] = await Promise.all([texts(".hover-language-status"), texts(".notification-toast")]);
  await page.mouse.move(500, 300);
  return { status: status.join("\n"), messages };
}

/** The results that the driver has written so far. */
function results() {
  const file = path.join(talk, "results");
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

async function drive(page) {
  const end = Date.now() + LIMIT_MILLISECONDS;
  while (!results().some((result) => result.end === true)) {
    if (Date.now() > end || page.isClosed()) {
      throw new Error(`the driver has not come to its end: ${JSON.stringify(results())}`);
    }
    const ask = path.join(talk, "ask");
    if (fs.existsSync(ask)) {
      const task = fs.readFileSync(ask, "utf8");
      fs.rmSync(ask);
      const seen = task === "trust" ? await trust(page) : await look(page);
      const answer = path.join(talk, "answer");
      fs.writeFileSync(`${answer}.new`, JSON.stringify(seen ?? {}));
      fs.renameSync(`${answer}.new`, answer);
    }
    await sleep(50);
  }
}

async function browser() {
  // The package brings the libraries that it needs where it takes the machine for one without any.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs24.x";
  process.env.TMPDIR = work;
  const { default: chromium } = await import("@sparticuz/chromium");
  const { chromium: driver } = await import("playwright-core");
  const executablePath = await chromium.executablePath();
  // Its list of fonts names the folder for temporary files of other machines; without a font the browser ends.
  const fonts = path.join(work, "fonts/fonts.conf");
  fs.writeFileSync(fonts, fs.readFileSync(fonts, "utf8").replaceAll("/tmp/", `${work}/`));
  process.env.FONTCONFIG_FILE = fonts;
  return driver.launch({ executablePath, args: ["--no-sandbox"] });
}

prepare();
const port = await freePort();
const server = spawn(
  process.execPath,
  [...main, "--host", "127.0.0.1", "--port", String(port), "--without-connection-token", "--telemetry-level", "off"],
  { env: { ...process.env, LAWBOOK_TALK: talk }, stdio: ["ignore", "pipe", "pipe"] },
);
const log = fs.createWriteStream(path.join(work, "server.log"));
server.stdout.pipe(log);
server.stderr.pipe(log);
const shows = await browser();
try {
  const page = await shows.newPage({ viewport: { width: 1200, height: 800 } });
  const address = `http://127.0.0.1:${port}/?folder=${project}`;
  const end = Date.now() + 30_000;
  while (await page.goto(address).then(() => false, () => Date.now() < end)) {
    await sleep(200);
  }
  try {
    await drive(page);
  } catch (error) {
    if (!page.isClosed()) {
      await page.screenshot({ path: path.join(work, "window.png") });
    }
    throw error;
  }
} finally {
  await shows.close();
  server.kill();
}
const steps = results().filter((result) => result.name !== undefined);
for (const { name, error } of steps) {
  process.stdout.write(`${error === undefined ? "ok" : "not ok"} - ${name}\n${error === undefined ? "" : `${error}\n`}`);
}
const failed = steps.filter(({ error }) => error !== undefined).length;
process.stdout.write(`# pass ${steps.length - failed}\n# fail ${failed}\n`);
process.exitCode = failed === 0 && steps.length > 0 ? 0 : 1;
