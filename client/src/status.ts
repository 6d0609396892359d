import * as vscode from "vscode";

/** The notification `shapewright/status` of the server. `state` is one of `STATES`. */
export interface EngineStatus {
  readonly state: string;
  readonly detail?: string | null;
  readonly interpreter?: string | null;
  readonly torch?: string | null;
  readonly lastSeconds?: number | null;
  /** When the last analysis ended, in seconds since 1970. */
  readonly lastAt?: number | null;
}

interface Look {
  readonly icon: string;
  readonly text: string;
  readonly level: "normal" | "warning" | "error";
  /** What a click does. */
  readonly command: string;
}

const SHOW_LOG = "shapewright.showLog";
export const SELECT_INTERPRETER = "shapewright.selectInterpreter";

/** The states of the engine as people see them. */
export const STATES: Readonly<Record<string, Look>> = {
  starting: { icon: "loading~spin", text: "starting", level: "normal", command: SHOW_LOG },
  ready: { icon: "check", text: "", level: "normal", command: SHOW_LOG },
  busy: { icon: "sync~spin", text: "", level: "normal", command: SHOW_LOG },
  "interpreter not found": { icon: "error", text: "no Python", level: "error", command: SELECT_INTERPRETER },
  "no torch found": { icon: "warning", text: "no torch", level: "warning", command: SELECT_INTERPRETER },
  "crashed and restarted": { icon: "warning", text: "restarted", level: "warning", command: SHOW_LOG },
  "error in Shapewright": { icon: "bug", text: "error", level: "error", command: SHOW_LOG },
  "workspace not trusted": {
    icon: "workspace-untrusted",
    text: "not trusted",
    level: "normal",
    command: "workbench.trust.manage",
  },
  stopped: { icon: "circle-slash", text: "stopped", level: "normal", command: "shapewright.restart" },
};

export interface View extends Omit<Look, "icon" | "text"> {
  readonly text: string;
  readonly tooltip: string;
}

/** The item's text and tooltip (Markdown) for a status. */
export function viewOf(status: EngineStatus): View {
  const look = STATES[status.state] ?? { icon: "info", text: status.state, level: "normal", command: SHOW_LOG };
  const rows: string[] = [];
  if (status.interpreter) rows.push(`Interpreter: ${code(status.interpreter)}`);
  if (status.torch) rows.push(`PyTorch: ${code(status.torch)}`);
  if (typeof status.lastSeconds === "number") rows.push(`Last analysis: ${lasted(status.lastSeconds, status.lastAt)}`);
  const paragraphs = [`**Shapewright**: ${plain(status.state)}`];
  if (status.detail) paragraphs.push(plain(status.detail));
  if (rows.length > 0) paragraphs.push(rows.map((row) => `- ${row}`).join("\n"));
  paragraphs.push("[Restart](command:shapewright.restart) · [Show log](command:shapewright.showLog)");
  return {
    text: `$(${look.icon}) Shapewright${look.text === "" ? "" : `: ${look.text}`}`,
    tooltip: paragraphs.join("\n\n"),
    level: look.level,
    command: look.command,
  };
}

function lasted(seconds: number, at: number | null | undefined): string {
  const duration = seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
  return at ? `${duration}, at ${new Date(at * 1000).toLocaleTimeString("en-GB")}` : duration;
}

/** Text of the server or of a path is never markup: the tooltip may run commands. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-!<>|~$]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

function code(text: string): string {
  return "`" + text.replace(/[`\n]/g, "") + "`";
}

/** The item in the status bar, there while a Python file or a notebook is in front. */
export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly listener: vscode.Disposable;
  private current: EngineStatus = { state: "starting" };

  constructor() {
    this.item = vscode.window.createStatusBarItem("shapewright.status", vscode.StatusBarAlignment.Right, 100);
    this.item.name = "Shapewright";
    this.listener = vscode.window.onDidChangeActiveTextEditor(() => this.showOrHide());
    this.set(this.current);
  }

  get status(): EngineStatus {
    return this.current;
  }

  set(status: EngineStatus): void {
    this.current = status;
    const view = viewOf(status);
    this.item.text = view.text;
    const tooltip = new vscode.MarkdownString(view.tooltip, true);
    tooltip.isTrusted = { enabledCommands: ["shapewright.restart", "shapewright.showLog"] };
    this.item.tooltip = tooltip;
    this.item.command = view.command;
    this.item.accessibilityInformation = { label: `Shapewright: ${status.state}`, role: "button" };
    const background = { normal: undefined, warning: "warning", error: "error" }[view.level];
    this.item.backgroundColor = background && new vscode.ThemeColor(`statusBarItem.${background}Background`);
    this.showOrHide();
  }

  private showOrHide(): void {
    const document = vscode.window.activeTextEditor?.document;
    // No editor, or an output panel in front: the person may be reading about what the item says.
    if (!document || document.uri.scheme === "output") return;
    if (document.languageId === "python") this.item.show();
    else this.item.hide();
  }

  dispose(): void {
    this.listener.dispose();
    this.item.dispose();
  }
}
