/** The panel that draws a model. The page is the server's; here is what it has in common with the editor. */

import { randomBytes } from "node:crypto";

import * as vscode from "vscode";

import type { Client } from "./server";

/** A place in the code, as the server and the page have it. */
export interface Place {
  readonly uri: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface Answer {
  readonly models: readonly { readonly nodes: readonly { declared: Place | null; call: Place | null }[] }[];
  readonly name: string;
  readonly problem: string;
}

type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "open"; readonly place: Place }
  | { readonly type: "model"; readonly name: string };

/** A pause in typing after which the graph is asked for again. */
const PAUSE = 250;

/** One panel for the window: it shows the file that it was last opened for. */
export class ModelPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private document: vscode.Uri | undefined;
  private line: number | undefined;
  private name = "";
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private readonly listeners: vscode.Disposable[] = [];

  constructor(private readonly client: () => Client | undefined) {}

  /** Shows the model at the cursor, beside the code. */
  async show(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const client = this.client();
    if (!client) {
      void vscode.window.showWarningMessage("Shapewright is not running: see its item in the status bar.");
      return;
    }
    if (editor?.document.languageId !== "python") {
      void vscode.window.showInformationMessage("Open a Python file with a model in it, then show the model.");
      return;
    }
    this.document = editor.document.uri;
    this.line = editor.selection.active.line;
    this.name = "";
    if (this.panel) {
      this.panel.reveal(undefined, true);
      await this.refresh();
      return;
    }
    this.panel = vscode.window.createWebviewPanel(
      "shapewright.model",
      "Model",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      // Nothing is loaded from a file: the page has everything in it.
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [] },
    );
    this.listeners.push(
      this.panel.onDidDispose(() => this.forget()),
      this.panel.webview.onDidReceiveMessage((message: FromPage) => void this.received(message)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "python") this.later();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        const line = selections[0]?.active.line;
        if (line !== undefined) this.cursor(textEditor.document, line);
      }),
    );
    const nonce = randomBytes(16).toString("hex");
    this.panel.webview.html = await client.sendRequest<string>("shapewright/modelPage", { nonce });
  }

  dispose(): void {
    this.panel?.dispose();
    this.forget();
  }

  private forget(): void {
    clearTimeout(this.timer);
    this.panel = undefined;
    for (const listener of this.listeners.splice(0)) listener.dispose();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), PAUSE);
  }

  private async received(message: FromPage): Promise<void> {
    if (message.type === "ready") await this.refresh();
    else if (message.type === "model") this.name = message.name;
    else await open(message.place);
  }

  /** Asks for the graphs of the text as it is now, and gives them to the page. */
  private async refresh(): Promise<void> {
    const client = this.client();
    if (!this.panel || !this.document || !client) return;
    const asked = ++this.asked;
    const uri = this.document.toString();
    try {
      const question = this.name === "" ? { uri, line: this.line } : { uri, name: this.name };
      const answer = await client.sendRequest<Answer>("shapewright/model", question);
      // A newer text, or another file, was asked about in the meantime.
      if (asked !== this.asked || !this.panel) return;
      this.panel.title = answer.name === "" ? "Model" : `Model: ${answer.name}`;
      await this.panel.webview.postMessage({
        type: "models",
        ...withEditorsUris(answer),
        name: this.name || answer.name,
      });
      this.name = answer.name || this.name;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (asked === this.asked) await this.panel?.webview.postMessage({ type: "models", models: [], problem });
    }
    const editor = vscode.window.activeTextEditor;
    if (editor) this.cursor(editor.document, editor.selection.active.line);
  }

  private cursor(document: vscode.TextDocument, line: number): void {
    if (document.languageId === "python") {
      void this.panel?.webview.postMessage({ type: "cursor", uri: document.uri.toString(), line });
    }
  }
}

/** The answer with URIs written as this editor writes them, so that they can be compared. */
export function withEditorsUris(answer: Answer): Answer {
  const place = (found: Place | null): Place | null =>
    found && { ...found, uri: vscode.Uri.parse(found.uri).toString() };
  return {
    ...answer,
    models: answer.models.map((model) => ({
      ...model,
      nodes: model.nodes.map((node) => ({ ...node, declared: place(node.declared), call: place(node.call) })),
    })),
  };
}

async function open(place: Place): Promise<void> {
  const uri = vscode.Uri.parse(place.uri);
  const document = await vscode.workspace.openTextDocument(uri);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const selection = new vscode.Range(place.line, place.column, place.endLine, place.endColumn);
  await vscode.window.showTextDocument(document, {
    selection,
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
  });
}
