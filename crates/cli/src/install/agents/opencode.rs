//! OpenCode: a plugin of its own in `.opencode/plugins`, which runs the hook.
//!
//! Sources: `packages/web/src/content/docs/plugins.mdx` and `packages/plugin/src/index.ts` of
//! <https://github.com/sst/opencode>. A tool is refused by an error from `tool.execute.before`, its result is extended in
//! `tool.execute.after`, and the end of a turn is the event `session.idle`.
//!
//! The plugin gives the hook one JSON object on standard input: `hook_event_name` (`session.created`,
//! `tool.execute.before`, `tool.execute.after`, `session.idle`), `session_id`, `cwd`, and for a tool `call_id`, `tool` and
//! `args`. The hook answers with at most one object: `deny` is the reason why a tool must not run, `context` is text for
//! the model, `prompt` is the next message of the conversation.

use super::{Agent, SettingsFile, SettingsForm, UserFolder};

pub(super) const AGENT: Agent = Agent {
    name: "opencode",
    title: "OpenCode",
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
// deletes it. A hook that cannot run lets the tool go on.
import { spawn } from "node:child_process"

const [program, ...words] = COMMAND

const ask = (event) =>
  new Promise((resolve) => {
    const child = spawn(program, words, { cwd: event.cwd, stdio: ["pipe", "pipe", "inherit"] })
    let answer = ""
    child.stdout.on("data", (piece) => (answer += piece))
    child.stdin.on("error", () => {})
    child.on("error", () => resolve(words.includes("--fail-closed") ? { deny: `${program} cannot be run` } : {}))
    child.on("close", () => {
      try {
        resolve(JSON.parse(answer || "{}"))
      } catch {
        resolve({})
      }
    })
    child.stdin.end(JSON.stringify(event))
  })

export const Lawbook = async ({ client, directory }) => {
  const calls = new Map()
  const tool = (name, input, args) =>
    ask({
      hook_event_name: name,
      session_id: input.sessionID,
      call_id: input.callID,
      cwd: directory,
      tool: input.tool,
      args,
    })
  return {
    "tool.execute.before": async (input, output) => {
      const answer = await tool("tool.execute.before", input, output.args)
      if (answer.deny) throw new Error(answer.deny)
      calls.set(input.callID, { args: output.args, context: answer.context })
    },
    "tool.execute.after": async (input, output) => {
      const before = calls.get(input.callID) ?? {}
      calls.delete(input.callID)
      const answer = await tool("tool.execute.after", input, input.args ?? before.args)
      for (const context of [before.context, answer.context]) if (context) output.output += `\n\n${context}`
    },
    event: async ({ event }) => {
      const id = event.properties?.sessionID ?? event.properties?.info?.id
      if (!id || !["session.created", "session.idle"].includes(event.type)) return
      const { prompt } = await ask({ hook_event_name: event.type, session_id: id, cwd: directory })
      if (prompt) await client.session.prompt({ path: { id }, body: { parts: [{ type: "text", text: prompt }] } })
    },
  }
}
"#;

fn program(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
    PROGRAM.replace("COMMAND", &format!("[{}]", words.join(", ")))
}
