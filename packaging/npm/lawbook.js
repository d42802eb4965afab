#!/usr/bin/env node
// Starts the program that the package of this platform holds, with the same arguments, streams and signals, and ends as
// it ended. That package is an optional dependency of this one, so that npm installs the one that fits and no other; no
// script runs at installation. Starting Node.js takes some 40 ms, which the program by itself does not.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const path = require("node:path");

const own = require("./package.json");

/** What lawbook itself answers when it cannot run. */
const COULD_NOT_RUN = 2;

/** The signals that end a program, or ask it to end. */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"].filter((signal) => signal in constants.signals);

/** True where the C library is musl. */
function hasMusl() {
  // Without this, making the report asks the network for the names of the machine's addresses.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined;
}

/** The names of the packages that hold a program for this machine, the likeliest first. */
function candidates() {
  const name = `@lawbook/${process.platform}-${process.arch}`;
  const names = process.platform === "linux" ? [`${name}-gnu`, `${name}-musl`] : [name];
  return names.filter((each) => each in own.optionalDependencies);
}

/** The path of the program in a package; nothing if the package is not installed. */
function programIn(name) {
  const file = process.platform === "win32" ? "lawbook.exe" : "lawbook";
  try {
    return path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
  } catch {
    return undefined;
  }
}

function fail(lines) {
  process.stderr.write(`lawbook: ${lines.join("\n")}\n`);
  process.exit(COULD_NOT_RUN);
}

/** The program for this machine; ends the process with what to do if there is none. */
function findProgram() {
  const names = candidates();
  if (names.length === 0) {
    fail([
      `there is no package for ${process.platform} ${process.arch}; there are:`,
      ...Object.keys(own.optionalDependencies).map((name) => `  ${name}`),
      `It can be built with cargo from ${own.homepage}`,
    ]);
  }
  const installed = names.filter((name) => programIn(name) !== undefined);
  // Package managers that do not know `libc` install both.
  const chosen = installed.length > 1 ? installed.find((name) => name.endsWith("-musl") === hasMusl()) : installed[0];
  if (chosen === undefined) {
    const wanted = names.length > 1 ? names[hasMusl() ? 1 : 0] : names[0];
    fail([
      `the package ${wanted}@${own.version}, which holds the program for this machine, is not installed.`,
      "It is an optional dependency of the package lawbook: install again without --omit=optional or --no-optional,",
      "and where node_modules or a lock file came from a machine of another kind, remove both and install again here.",
    ]);
  }
  return programIn(chosen);
}

const program = findProgram();
const child = spawn(program, process.argv.slice(2), { stdio: "inherit", windowsHide: true });

child.on("error", (error) => {
  fail([
    `${program} cannot be started: ${error.message}`,
    "If the file is there, it is for a machine of another kind: remove node_modules and install again on this one.",
  ]);
});

// The terminal sends its signals to both; one that reaches this process alone has to be passed on, or the program would
// go on by itself.
for (const signal of PASSED_ON) {
  process.on(signal, () => child.kill(signal));
}

child.on("exit", (code, signal) => {
  if (signal === null) {
    process.exit(code);
  }
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Where the signal does not end this process: what a shell says of a program that a signal ended.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 1000);
});
