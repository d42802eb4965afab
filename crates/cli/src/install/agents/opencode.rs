//! `OpenCode`: a plugin of its own in `.opencode/plugins`, which runs the hook.
//!
//! Sources: `packages/web/src/content/docs/plugins.mdx` and `packages/plugin/src/index.ts` of
//! <https://github.com/sst/opencode>. A tool is refused by an error from `tool.execute.before`, its result is extended in
//! `tool.execute.after`, and the end of a turn is the event `session.idle`.
//!
//! The plugin gives the hook one JSON object on standard input and takes one from standard output; the module
//! `hook/opencode.rs` says what they hold.

use super::{Agent, SettingsFile, SettingsForm, UserFolder};

pub(super) const AGENT: Agent = Agent {
    name: "opencode",
    title: "OpenCode",
    marks: &[".opencode", "opencode.json", "opencode.jsonc"],
    user_folder: UserFolder { variable: Some(("XDG_CONFIG_HOME", "opencode")), below_home: ".config/opencode" },
    files: &[SettingsFile {
        project: ".opencode/plugins/lawbook.js",
        user: "plugins/lawbook.js",
        form: SettingsForm::Plugin(program),
    }],
    events: &[],
    entry: |_, _| serde_json::Value::Null,
    next: "It runs from the next start of OpenCode on.",
};

/// The program; `COMMAND` stands for the words of the command.
const PROGRAM: &str = r#"// Checks what OpenCode writes with lawbook. `lawbook install opencode` wrote this file; `lawbook uninstall opencode`
// deletes it. A hook that cannot run lets the tool go on, unless it has the option --fail-closed.
import { spawn } from "node:child_process"

const [program, ...words] = COMMAND

/** Runs the hook at each event that it answers, and gives its answers to OpenCode. */
export const Lawbook = async ({ client, directory }) => {
  const failed = (reason) => (words.includes("--fail-closed") ? { deny: reason } : { message: reason })
  const ask = (event) =>
    new Promise((resolve) => {
      const child = spawn(program, words, { cwd: directory, stdio: ["pipe", "pipe", "ignore"] })
      let answer = ""
      child.stdout.on("data", (piece) => (answer += piece))
      child.stdin.on("error", () => {})
      child.on("error", () => resolve(failed(`${program} cannot be run, so this is not checked`)))
      child.on("close", () => {
        try {
          resolve(JSON.parse(answer || "{}"))
        } catch {
          resolve(failed(`the answer of ${program} is no JSON, so this is not checked`))
        }
      })
      child.stdin.end(JSON.stringify({ directory, ...event }))
    }).then((answer) => {
      if (answer.message) {
        const body = { message: answer.message, variant: "warning" }
        Promise.resolve(client.tui.showToast({ body })).catch(() => {
          // Without a terminal nobody is there to read the message.
        })
      }
      return answer
    })

  const args = new Map()
  // The sessions whose last prompt came from here.
  const prompted = new Set()
  return {
    "tool.execute.before": async (input, output) => {
      args.set(input.callID, output.args)
      const answer = await ask({ event: "tool.execute.before", ...input, args: output.args })
      if (answer.deny) throw new Error(answer.deny)
    },
    "tool.execute.after": async (input, output) => {
      const { metadata, output: result } = output
      const event = { event: "tool.execute.after", args: args.get(input.callID), ...input, metadata, output: result }
      args.delete(input.callID)
      const answer = await ask(event)
      if (answer.append) output.output += `\n\n${answer.append}`
    },
    event: async ({ event }) => {
      const sessionID = event.properties?.sessionID ?? event.properties?.info?.id
      if (!sessionID || !["session.created", "session.idle"].includes(event.type)) return
      if (event.type === "session.created") return void (await ask({ event: event.type, sessionID }))
      const session = await client.session.get({ path: { id: sessionID } })
      if (session.data?.parentID) return
      const { prompt } = await ask({ event: event.type, sessionID, repeated: prompted.has(sessionID) })
      prompted.delete(sessionID)
      if (!prompt) return
      prompted.add(sessionID)
      const body = { parts: [{ type: "text", text: prompt }] }
      Promise.resolve(client.session.prompt({ path: { id: sessionID }, body })).catch(() => {
        // The session has ended, so there is no turn to go on with.
      })
    },
  }
}
"#;

fn program(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
    PROGRAM.replace("COMMAND", &format!("[{}]", words.join(", ")))
}
