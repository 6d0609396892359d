/** As much of VS Code's interface as the client uses, with what it did kept for the tests to look at. */

type Listener<T> = (event: T) => unknown;

export class Disposable {
  constructor(private readonly run: () => void = () => undefined) {}
  dispose(): void {
    this.run();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };
  fire(event: T): void {
    for (const listener of this.listeners) listener(event);
  }
}

export class MarkdownString {
  isTrusted: unknown;
  constructor(
    readonly value: string,
    readonly supportThemeIcons = false,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export const StatusBarAlignment = { Left: 1, Right: 2 };

export interface FakeEditor {
  document: { languageId: string; uri: { scheme: string } };
}

export class FakeItem {
  name = "";
  text = "";
  tooltip: unknown;
  command: unknown;
  backgroundColor: ThemeColor | undefined;
  visible = false;
  show(): void {
    this.visible = true;
  }
  hide(): void {
    this.visible = false;
  }
  dispose(): void {
    this.visible = false;
  }
}

/** What the client did, newest last. `reset` between tests. */
export const seen = {
  items: [] as FakeItem[],
  channels: [] as string[],
  messages: [] as string[],
  documents: [] as { language: string; content: string }[],
  executed: [] as unknown[][],
  clipboard: [] as string[],
  /** What is typed into the next input box, and the boxes that were shown. */
  typed: [] as string[],
  boxes: [] as { title: string | undefined; value: string | undefined; problem: string | undefined }[],
  registered: new Map<string, (...args: unknown[]) => unknown>(),
  /** Commands of other extensions. */
  available: [] as string[],
};

export const activeEditorChanged = new EventEmitter<FakeEditor | undefined>();

export const window = {
  activeTextEditor: undefined as FakeEditor | undefined,
  onDidChangeActiveTextEditor: activeEditorChanged.event,
  createStatusBarItem: (): FakeItem => {
    const item = new FakeItem();
    seen.items.push(item);
    return item;
  },
  createOutputChannel: (name: string) => {
    seen.channels.push(name);
    const silent = (): void => undefined;
    return { name, info: silent, error: silent, append: silent, appendLine: silent, show: silent, dispose: silent };
  },
  showInputBox: async (options: {
    title?: string;
    value?: string;
    validateInput?: (text: string) => Promise<string | undefined>;
  }): Promise<string | undefined> => {
    const text = seen.typed.shift();
    const problem = text === undefined ? undefined : await options.validateInput?.(text);
    seen.boxes.push({ title: options.title, value: options.value, problem });
    return problem === undefined ? text : undefined;
  },
  showInformationMessage: say,
  showWarningMessage: say,
  showErrorMessage: say,
  showTextDocument: async (): Promise<void> => undefined,
};

export const commands = {
  registerCommand: (name: string, run: (...args: unknown[]) => unknown): Disposable => {
    seen.registered.set(name, run);
    return new Disposable(() => seen.registered.delete(name));
  },
  executeCommand: async (...call: unknown[]): Promise<void> => {
    seen.executed.push(call);
  },
  getCommands: async (): Promise<string[]> => [...seen.registered.keys(), ...seen.available],
};

export const workspace = {
  isTrusted: true,
  openTextDocument: async (document: { language: string; content: string }) => {
    seen.documents.push(document);
    return document;
  },
};

export const env = {
  appName: "Fake Code",
  clipboard: { writeText: async (text: string): Promise<void> => void seen.clipboard.push(text) },
};
export const version = "1.0.0";

export function reset(): void {
  for (const list of [
    seen.items,
    seen.channels,
    seen.messages,
    seen.documents,
    seen.executed,
    seen.available,
    seen.clipboard,
    seen.typed,
    seen.boxes,
  ]) {
    list.length = 0;
  }
  seen.registered.clear();
  window.activeTextEditor = undefined;
}

async function say(message: string): Promise<undefined> {
  seen.messages.push(message);
  return undefined;
}
