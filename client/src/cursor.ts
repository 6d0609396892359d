/** Commands that ask the server about the code at the cursor. */

import * as vscode from "vscode";

import type { Client, Server } from "./server";

interface Example {
  readonly name?: string;
  readonly parameters?: string;
  readonly text?: string;
  readonly problem?: string;
}

const NOTATION = "x: float32[2, 3, 32, 32]; mask: bool[2, 32]";

/** What the server's command says of the place of the cursor, into the clipboard. */
export async function copy(server: Server, command: string, copied: string): Promise<void> {
  const place = cursor(server);
  if (!place) return;
  const { client, uri, line, character } = place;
  const given = command === "reproduction" ? [uri, line, character] : [uri, line];
  const answer = await ask<{ text?: string; problem?: string }>(client, command, given);
  if (!answer.text) {
    warn(answer.problem || "there is nothing to copy.");
    return;
  }
  await vscode.env.clipboard.writeText(answer.text);
  void vscode.window.showInformationMessage(`Shapewright: ${copied}`);
}

/** Asks for the input of a model and has it written above its `forward`: of the one named, else of that at the cursor. */
export async function setExampleInput(server: Server, uri?: string, name?: string): Promise<void> {
  const place = cursor(server);
  if (!place) return;
  const { client } = place;
  const where = uri ?? place.uri;
  const example = await ask<Example>(client, "exampleInput", [where, name ?? place.line]);
  const model = example.name;
  if (model === undefined) {
    warn(example.problem || "there is no model here.");
    return;
  }
  const problem = (answer: Example): string | undefined => answer.problem || undefined;
  const text = await vscode.window.showInputBox({
    title: `Example input of ${model}`,
    prompt: `Arguments of forward(${example.parameters ?? ""}), such as ${NOTATION}. Empty: whatever the code says.`,
    value: example.text ?? "",
    ignoreFocusOut: true,
    validateInput: async (typed) => problem(await ask<Example>(client, "checkExampleInput", [where, model, typed])),
  });
  if (text === undefined) return;
  const refused = problem(await ask<Example>(client, "setExampleInput", [where, model, text]));
  if (refused) warn(refused);
}

/** Lenses that only tell get the command that sets the input of their model: the server knows no command of an editor. */
export function withCommands<T extends { command?: vscode.Command }>(lenses: T[]): T[] {
  for (const lens of lenses) {
    const { command } = lens;
    if (!command || command.command !== "" || command.arguments?.length !== 2) continue;
    lens.command = {
      ...command,
      command: "shapewright.setExampleInput",
      tooltip: "Set the input with which this model is checked",
    };
  }
  return lenses;
}

function cursor(server: Server): { client: Client; uri: string; line: number; character: number } | undefined {
  const editor = vscode.window.activeTextEditor;
  const client = server.running;
  if (!editor || !client) {
    void vscode.window.showWarningMessage("Shapewright needs a running server and a Python file in front.");
    return undefined;
  }
  const { line, character } = editor.selection.active;
  return { client, uri: editor.document.uri.toString(), line, character };
}

async function ask<T extends { problem?: string }>(client: Client, command: string, given: unknown[]): Promise<T> {
  try {
    const params = { command: `shapewright.server.${command}`, arguments: given };
    return (await client.sendRequest<T | null>("workspace/executeCommand", params)) ?? ({} as T);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) } as T;
  }
}

function warn(problem: string): void {
  void vscode.window.showWarningMessage(`Shapewright: ${problem}`);
}
