import * as os from "node:os";

import * as vscode from "vscode";

import { copy, setExampleInput } from "./cursor";
import type { Log } from "./logger";
import type { ModelPanel } from "./model";
import type { Server } from "./server";
import { type Settings } from "./settings";
import { SELECT_INTERPRETER, type EngineStatus } from "./status";

/** What the commands work on. */
export interface Parts {
  readonly server: Server;
  readonly log: Log;
  readonly model: Pick<ModelPanel, "show">;
  readonly version: string;
  settings(): Settings;
  status(): EngineStatus;
}

/** Everything that a bug report needs and nothing of the user's code. */
export interface DebugFacts {
  readonly extension: string;
  readonly editor: string;
  readonly system: string;
  readonly trusted: boolean;
  readonly settings: Settings;
  readonly status: EngineStatus;
  readonly interpreter: string;
  readonly server: unknown;
}

/** Registers every command of `package.json`, and the one behind the status item. */
export function registerCommands(parts: Parts): vscode.Disposable[] {
  const commands: Record<string, (...given: unknown[]) => unknown> = {
    "shapewright.restart": () => parts.server.restart("asked for by a command"),
    "shapewright.showLog": () => parts.log.main.show(true),
    "shapewright.checkWorkspace": () => checkWorkspace(parts),
    "shapewright.showModel": () => parts.model.show(),
    "shapewright.setExampleInput": (uri, name) =>
      typeof uri === "string" && typeof name === "string"
        ? setExampleInput(parts.server, uri, name)
        : setExampleInput(parts.server),
    "shapewright.copyShapes": () => copy(parts.server, "shapes", "the shapes are in the clipboard."),
    "shapewright.copyReproduction": () => copy(parts.server, "reproduction", "the script is in the clipboard."),
    "shapewright.debugInformation": () => debugInformation(parts),
    [SELECT_INTERPRETER]: selectInterpreter,
  };
  return Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
}

async function checkWorkspace({ server }: Parts): Promise<void> {
  const client = server.running;
  if (!client) {
    void vscode.window.showWarningMessage("Shapewright is not running: see its item in the status bar.");
    return;
  }
  try {
    const answer = await client.sendRequest<unknown>("workspace/executeCommand", {
      command: "shapewright.server.checkWorkspace",
      arguments: [],
    });
    await vscode.commands.executeCommand("workbench.actions.view.problems");
    void vscode.window.showInformationMessage(`Shapewright: ${summaryOf(answer)}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`Shapewright could not check the workspace: ${reason}`);
  }
}

/** The server's answer `{files, findings}` in a sentence. */
export function summaryOf(answer: unknown): string {
  const { files, findings } = (answer ?? {}) as { files?: number; findings?: number };
  if (typeof files !== "number" || typeof findings !== "number") return "the workspace was checked.";
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return `${count(files, "file")} checked, ${findings === 0 ? "no finding" : count(findings, "finding")}.`;
}

async function debugInformation({ server, version, settings, status }: Parts): Promise<void> {
  const plan = server.currentPlan;
  let answer: unknown = "not running";
  try {
    answer =
      (await server.running?.sendRequest<unknown>("workspace/executeCommand", {
        command: "shapewright.server.debugInformation",
        arguments: [],
      })) ?? answer;
  } catch (error) {
    answer = `no answer: ${error instanceof Error ? error.message : String(error)}`;
  }
  const content = debugReport({
    extension: version,
    editor: `${vscode.env.appName} ${vscode.version}`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    trusted: vscode.workspace.isTrusted,
    settings: settings(),
    status: status(),
    interpreter: plan ? `${plan.found.path} (Python ${plan.version}, from ${plan.found.source})` : "none",
    server: answer,
  });
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document);
}

/** The text of a bug report. The home folder's name is a person's, so it is not in it. */
export function debugReport(facts: DebugFacts, home: string = os.homedir()): string {
  const block = (value: unknown): string =>
    "```json\n" + (typeof value === "string" ? value : JSON.stringify(value, undefined, 2)) + "\n```";
  const text = [
    "## Shapewright: debug information",
    "",
    `- Extension: ${facts.extension}`,
    `- Editor: ${facts.editor}`,
    `- System: ${facts.system}`,
    `- Workspace trusted: ${facts.trusted ? "yes" : "no"}`,
    `- Interpreter: ${facts.interpreter}`,
    "",
    "### Status",
    block(facts.status),
    "### Settings",
    block(facts.settings),
    "### Server",
    block(facts.server),
    "",
  ].join("\n");
  return home.length > 1 ? text.split(home).join("~") : text;
}

/** Opens whatever this editor has for choosing an interpreter. */
export async function selectInterpreter(): Promise<void> {
  const known = new Set(await vscode.commands.getCommands(true));
  for (const command of ["python.setInterpreter", "python-envs.set"]) {
    if (known.has(command)) {
      await vscode.commands.executeCommand(command);
      return;
    }
  }
  await vscode.commands.executeCommand("workbench.action.openSettings", "shapewright.interpreter");
}
