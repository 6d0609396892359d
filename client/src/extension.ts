import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";

import { registerCommands, selectInterpreter } from "./commands";
import { extensionSources } from "./environments";
import { Log } from "./logger";
import type { Disposable, InterpreterSource } from "./python";
import { type Client, type Command, CrashLimit, type InitializationOptions, Server } from "./server";
import { effectOfChange, readSettings } from "./settings";
import { StatusItem } from "./status";

/** Languages and places that the server is asked about. */
const DOCUMENTS = ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme, language: "python" }));

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = new Log();
  const status = new StatusItem();
  const settings = (): ReturnType<typeof readSettings> =>
    readSettings(vscode.workspace.getConfiguration("shapewright"));
  const sources = extensionSources((id) => vscode.extensions.getExtension(id));
  const complaints = new Complaints();

  const server = new Server({
    extensionPath: context.extensionPath,
    settings,
    trusted: () => vscode.workspace.isTrusted,
    folders: () => (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file"),
    sources,
    createClient: (command, options) => createClient(command, options, log),
    report: (state) => status.set(state),
    complain: (problem, message) => complaints.show(problem, message, log),
    log: (line) => log.main.info(line),
  });
  running = server;

  context.subscriptions.push(
    log,
    status,
    ...registerCommands({
      server,
      log,
      version: String(context.extension.packageJSON.version),
      settings,
      status: () => status.status,
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const effect = effectOfChange((section) => event.affectsConfiguration(section));
      if (effect === "restart") void server.restart("a setting changed");
      else if (effect === "tell") void server.tellSettings();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void server.grantTrust()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void server.refresh("the folders of the workspace changed")),
    // Something was run in a terminal while torch is missing: it may have been its installation.
    vscode.window.onDidEndTerminalShellExecution((event) => {
      const line = event.execution.commandLine.value;
      if (status.status.state === "no torch found" && /torch|install|sync/.test(line)) {
        void server.restart("packages may have changed");
      }
    }),
  );

  // Not waited for: VS Code counts the time of an activation, and a first start may take seconds.
  void start(server, sources, status, context);
}

async function start(
  server: Server,
  sources: readonly InterpreterSource[],
  status: StatusItem,
  context: vscode.ExtensionContext,
): Promise<void> {
  await server.restart("the extension was activated");
  for (const source of sources) {
    const watcher = await source.watch((change) => {
      if (change === "interpreter") void server.refresh(`${source.name} reports another interpreter`);
      else if (status.status.state === "no torch found") void server.restart("packages changed");
    });
    context.subscriptions.push(watcher);
  }
}

export async function deactivate(): Promise<void> {
  await running?.dispose();
  running = undefined;
}

function createClient(command: Command, initializationOptions: InitializationOptions, log: Log): Client {
  const crashes = new CrashLimit();
  let ran = false;
  const client = new LanguageClient("shapewright", "Shapewright", command, {
    documentSelector: DOCUMENTS,
    initializationOptions,
    outputChannel: log.main,
    traceOutputChannel: log.trace,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({
        // Quiet: the status item says it.
        handled: true,
        // What ends before its first answer would do so again: its owner reports that once.
        action: ran && crashes.mayRestart(Date.now()) ? CloseAction.Restart : CloseAction.DoNotRestart,
      }),
    },
    middleware: {
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
  let stopping = false;
  return {
    start: async () => {
      await client.start();
      ran = true;
    },
    stop: async (timeout) => {
      stopping = true;
      // A client that never started has nothing to stop and says so by an error.
      if (client.needsStop()) await client.stop(timeout);
      await client.dispose(timeout);
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

/** Messages to the person, each once until it changes: a restart says nothing that was just read. */
class Complaints {
  private last = "";

  show(problem: "interpreter" | "server", message: string, log: Log): void {
    log.main.error(message);
    if (message === this.last) return;
    this.last = message;
    const action = problem === "interpreter" ? "Select Interpreter" : "Show Log";
    void vscode.window.showErrorMessage(message, action).then((chosen) => {
      if (chosen === undefined) return;
      if (problem === "interpreter") void selectInterpreter();
      else log.main.show(true);
    });
  }
}
