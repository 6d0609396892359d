import * as vscode from "vscode";

import { createClient } from "./client";
import { registerCommands, selectInterpreter } from "./commands";
import { extensionSources } from "./environments";
import { Log } from "./logger";
import { ModelPanel } from "./model";
import type { InterpreterSource } from "./python";
import { Server } from "./server";
import { effectOfChange, readSettings } from "./settings";
import { StatusItem } from "./status";

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
    report: (state) => {
      status.set(state);
      if (state.state === "ready") complaints.forget();
    },
    complain: (problem, message) => complaints.show(problem, message, log),
    log: (line) => log.main.info(line),
  });
  running = server;
  const model = new ModelPanel(() => server.running);

  context.subscriptions.push(
    log,
    status,
    model,
    ...registerCommands({
      server,
      log,
      model,
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

/** Messages to the person, each once until things were well again: a restart says nothing that was just read. */
class Complaints {
  private last = "";

  forget(): void {
    this.last = "";
  }

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
