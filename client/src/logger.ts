import * as vscode from "vscode";

/** The two output channels: what happened, and the messages of the protocol. The second appears only once it is traced. */
export class Log implements vscode.Disposable {
  readonly main: vscode.LogOutputChannel;
  readonly trace: vscode.OutputChannel;

  constructor() {
    this.main = vscode.window.createOutputChannel("Shapewright", { log: true });
    this.trace = new LazyChannel("Shapewright Trace");
  }

  dispose(): void {
    this.main.dispose();
    this.trace.dispose();
  }
}

/** A channel that is not in the list of outputs before its first line: nearly nobody traces the protocol. */
class LazyChannel implements vscode.OutputChannel {
  private channel: vscode.OutputChannel | undefined;

  constructor(readonly name: string) {}

  private get real(): vscode.OutputChannel {
    this.channel ??= vscode.window.createOutputChannel(this.name);
    return this.channel;
  }

  append(value: string): void {
    this.real.append(value);
  }

  appendLine(value: string): void {
    this.real.appendLine(value);
  }

  replace(value: string): void {
    this.real.replace(value);
  }

  clear(): void {
    this.channel?.clear();
  }

  show(columnOrPreserveFocus?: vscode.ViewColumn | boolean, preserveFocus?: boolean): void {
    if (typeof columnOrPreserveFocus === "object" || preserveFocus !== undefined) {
      this.real.show(preserveFocus);
    } else {
      this.real.show(columnOrPreserveFocus === true);
    }
  }

  hide(): void {
    this.channel?.hide();
  }

  dispose(): void {
    this.channel?.dispose();
  }
}
