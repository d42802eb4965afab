// The language client: which documents the server gets, and what happens when it ends.
import { type LogOutputChannel } from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  type ErrorHandlerResult,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  TransportKind,
} from "vscode-languageclient/node";

import { serverSettings } from "./settings.js";

/** A server that ends this often within this time is not started again. */
const RESTARTS = 3;
const WITHIN_MILLISECONDS = 3 * 60 * 1000;

/** A client that writes to the output what others of its kind show as messages: the status says it in its place. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

/** Starts a server that has ended again, unless it ends too often, or has never begun. */
class Restarting implements ErrorHandler {
  hasBegun = false;
  private readonly ends: number[] = [];

  constructor(private readonly givenUp: (why: string) => void) {}

  error(): ErrorHandlerResult {
    return { action: ErrorAction.Continue, handled: true };
  }

  closed(): CloseHandlerResult {
    if (!this.hasBegun) {
      return { action: CloseAction.DoNotRestart, message: "The server ended at its start.", handled: true };
    }
    const now = Date.now();
    this.ends.push(now);
    const recent = this.ends.filter((end) => now - end < WITHIN_MILLISECONDS);
    if (recent.length <= RESTARTS) {
      return { action: CloseAction.Restart, handled: true };
    }
    const message = `The server has ended ${recent.length} times within three minutes and is not started again.`;
    this.givenUp(message);
    return { action: CloseAction.DoNotRestart, message, handled: true };
  }
}

/**
 * Starts the server of this program. `givenUp` hears of a server that ends too often.
 *
 * @throws The program cannot be started, or does not answer as a server.
 */
export async function startClient(
  file: string,
  output: LogOutputChannel,
  givenUp: (why: string) => void,
): Promise<LanguageClient> {
  const restarting = new Restarting(givenUp);
  const server = { command: file, args: ["lsp"], transport: TransportKind.stdio };
  const options: LanguageClientOptions = {
    // The server knows which files it reads. A cell of a notebook has another scheme, and is none of them.
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
    outputChannel: output,
    traceOutputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => serverSettings(),
    initializationFailedHandler: () => false,
    errorHandler: restarting,
    // A file that is checked when it is saved has to be asked about then; with `onType` the answer is "unchanged".
    diagnosticPullOptions: { onChange: true, onSave: true, onTabs: true },
  };
  const client = new QuietClient("lawbook", "lawbook", server, options);
  await client.start();
  restarting.hasBegun = true;
  return client;
}
