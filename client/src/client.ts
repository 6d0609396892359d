/** The language client: how a server process is run and listened to. The only file that needs vscode-languageclient. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";

import { withCommands } from "./cursor";
import type { Log } from "./logger";
import type { Disposable } from "./python";
import { type Client, type Command, CrashLimit, type InitializationOptions } from "./server";

/** Languages and places that the server is asked about. */
const DOCUMENTS = ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme, language: "python" }));
const KEPT_ERRORS = 2_000;
/** Milliseconds that a failed start waits for the rest of the process's standard error. */
const LAST_WORDS_DEADLINE = 3_000;

/** What a person has to know is said by the status item and by `Server`, once and with a remedy. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export function createClient(command: Command, initializationOptions: InitializationOptions, log: Log): Client {
  const server = new Process(command);
  const crashes = new CrashLimit();
  let ran = false;
  let stopping = false;
  const client = new QuietClient("shapewright", "Shapewright", () => server.start(), {
    documentSelector: DOCUMENTS,
    initializationOptions,
    outputChannel: log.main,
    traceOutputChannel: log.trace,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({
        handled: true,
        // What ends before its first answer would do so again: its owner reports that once.
        action: ran && crashes.mayRestart(Date.now()) ? CloseAction.Restart : CloseAction.DoNotRestart,
      }),
    },
    middleware: {
      provideCodeLenses: async (document, token, next) => {
        const lenses = await next(document, token);
        return lenses && withCommands(lenses);
      },
      workspace: {
        // A server that asks for a folder's settings gets the interpreter that was found, not the setting's text.
        configuration: async (params, token, next) => {
          const answer = await next(params, token);
          if (!Array.isArray(answer)) return answer;
          return answer.map((section: unknown, index) => {
            const item = params.items[index];
            if (item?.section !== "shapewright" || typeof section !== "object") return section;
            const folder = item.scopeUri && vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(item.scopeUri));
            const interpreter = folder && initializationOptions.interpreters[folder.uri.toString()];
            return { ...section, interpreter: interpreter || initializationOptions.interpreter };
          });
        },
      },
    },
  });
  return {
    start: async () => {
      try {
        await client.start();
        ran = true;
      } catch (error) {
        const lastError = await server.lastWords();
        throw lastError === "" ? error : new Error(lastError);
      }
    },
    stop: async (timeout) => {
      stopping = true;
      try {
        // A client that never ran has nothing to stop and says so by an error.
        if (client.needsStop()) await client.stop(timeout);
      } finally {
        // The client leaves a process alone that started and then failed to answer.
        server.kill();
      }
    },
    sendNotification: (method, params) => client.sendNotification(method, params),
    sendRequest: <R>(method: string, params?: unknown) => client.sendRequest<R>(method, params),
    onNotification: (method, handler) => client.onNotification(method, handler as (params: unknown) => void),
    onCrash: (handler): Disposable =>
      client.onDidChangeState(({ oldState, newState }) => {
        if (stopping || oldState !== State.Running || newState !== State.Stopped) return;
        // The client starts the process anew within the same turn, or not at all.
        setImmediate(() => handler(client.state !== State.Stopped));
      }),
  };
}

/** The server's process, and the last that it wrote to its standard error. */
class Process {
  private child: ChildProcess | undefined;
  private errors = "";
  private closing: Promise<void> = Promise.resolve();

  constructor(private readonly command: Command) {}

  /**
   * The last line that it wrote: of a Python that ends by an exception, what went wrong. A write to a process that
   * is gone fails before the rest of its standard error is read, so the streams of one that ends are waited for.
   */
  async lastWords(): Promise<string> {
    await Promise.race([this.closing, setTimeout(LAST_WORDS_DEADLINE)]);
    return this.errors.trimEnd().split("\n").pop()?.trim() ?? "";
  }

  async start(): Promise<ChildProcess> {
    const { command, args, options } = this.command;
    this.errors = "";
    const child = spawn(command, args, { ...options, windowsHide: true });
    this.child = child;
    child.stderr.on("data", (data: Buffer) => {
      this.errors = (this.errors + data.toString("utf8")).slice(-KEPT_ERRORS);
    });
    this.closing = new Promise((resolve) => child.once("close", () => resolve()));
    await once(child, "spawn");
    return child;
  }

  kill(): void {
    if (this.child?.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
  }
}
