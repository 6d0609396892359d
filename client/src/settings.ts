/** The settings as plain data, read in one place. `package.json` documents each of them. */

export type StartMethod = "auto" | "fork" | "spawn";

export interface InlayHintSettings {
  readonly assignments: boolean;
  readonly parameters: boolean;
  readonly returns: boolean;
}

export interface Settings {
  readonly enable: boolean;
  readonly interpreter: string;
  readonly inlayHints: InlayHintSettings;
  readonly startMethod: StartMethod;
  readonly allowUnsandboxed: boolean;
  readonly codeLens: boolean;
}

/** What VS Code's `getConfiguration("shapewright")` gives, as far as it is needed here. */
export interface Configuration {
  get<T>(key: string): T | undefined;
}

export function readSettings(configuration: Configuration): Settings {
  const flag = (key: string): boolean => configuration.get<boolean>(key) !== false;
  const method = configuration.get<string>("startMethod");
  return {
    enable: flag("enable"),
    interpreter: (configuration.get<string>("interpreter") ?? "").trim(),
    inlayHints: {
      assignments: flag("inlayHints.assignments"),
      parameters: flag("inlayHints.parameters"),
      returns: flag("inlayHints.returns"),
    },
    startMethod: method === "fork" || method === "spawn" ? method : "auto",
    allowUnsandboxed: configuration.get<boolean>("allowUnsandboxed") === true,
    codeLens: flag("codeLens"),
  };
}

/** What a changed setting asks for: a new process, a word to the running one, or nothing. */
export function effectOfChange(affects: (section: string) => boolean): "restart" | "tell" | "none" {
  if (["enable", "interpreter", "startMethod", "allowUnsandboxed"].some((key) => affects(`shapewright.${key}`)))
    return "restart";
  return affects("shapewright.inlayHints") || affects("shapewright.codeLens") ? "tell" : "none";
}
