/**
 * Which interpreter runs the user's code, and whether it can.
 *
 * Nothing of VS Code is needed at run time here: extensions, settings, the disk and processes arrive as arguments.
 */

import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** The oldest Python that the server and the worker run on. */
export const OLDEST = { major: 3, minor: 10 } as const;

/** An answer that comes later than this is not waited for: the start goes on with the next source. */
const SOURCE_DEADLINE = 10_000;
const INSPECTION_DEADLINE = 15_000;

export interface Disposable {
  dispose(): unknown;
}

/** A folder of the workspace, or undefined for files outside of all. */
export interface Folder {
  readonly uri: { readonly fsPath: string; toString(): string };
}

/** One place that may know the interpreter of a folder. */
export interface InterpreterSource {
  readonly name: string;
  find(folder: Folder | undefined): Promise<string | undefined>;
  /** `packages`: the interpreter is the same, what is installed in it is not. */
  watch(listener: (change: "interpreter" | "packages") => void): Promise<Disposable>;
}

export interface Found {
  readonly path: string;
  /** Who said so, in words for the log and the status. */
  readonly source: string;
}

export interface Search {
  readonly setting: string;
  readonly sources: readonly InterpreterSource[];
  readonly folder: Folder | undefined;
  readonly folders: readonly Folder[];
  /** In a workspace that is not trusted, an interpreter inside of it or chosen by it is never started. */
  readonly trusted: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The setting, else the first source that knows, else `python3` or `python` on the PATH. */
export async function findInterpreter(search: Search): Promise<Found | undefined> {
  const environment = search.environment ?? process.env;
  const allowed = (candidate: string): boolean =>
    search.trusted || !search.folders.some((folder) => isInside(candidate, folder.uri.fsPath));
  if (search.setting !== "") {
    const expanded = expand(search.setting, search.folder?.uri.fsPath, environment);
    // Not found: the path is handed on as written, so that the message can name it.
    return allowed(expanded) ? { path: expanded, source: "the setting shapewright.interpreter" } : undefined;
  }
  if (search.trusted) {
    for (const source of search.sources) {
      const found = await withDeadline(source.find(search.folder), SOURCE_DEADLINE);
      if (found) return { path: found, source: source.name };
    }
  }
  for (const name of ["python3", "python"]) {
    const found = onPath(name, environment, allowed);
    if (found) return { path: found, source: "the PATH" };
  }
  return undefined;
}

export type Inspection =
  | { readonly kind: "usable"; readonly path: string; readonly version: string }
  | { readonly kind: "missing"; readonly path: string }
  | { readonly kind: "old"; readonly path: string; readonly version: string }
  | { readonly kind: "broken"; readonly path: string; readonly detail: string };

export type Runner = (command: string, args: string[]) => Promise<string>;

/** Starts the interpreter once, without its site-packages, and asks for its version. */
export async function inspect(interpreter: string, run: Runner = runProcess): Promise<Inspection> {
  const program = "import sys; print('%d.%d' % sys.version_info[:2])";
  let answer: string;
  try {
    answer = (await run(interpreter, ["-I", "-S", "-c", program])).trim();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { kind: "missing", path: interpreter };
    return { kind: "broken", path: interpreter, detail: message };
  }
  const match = /^(\d+)\.(\d+)$/.exec(answer);
  if (!match)
    return { kind: "broken", path: interpreter, detail: `it answered ${JSON.stringify(answer.slice(0, 200))}` };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const usable = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
  return { kind: usable ? "usable" : "old", path: interpreter, version: answer };
}

/** What is wrong and what to do about it, for a person. */
export function explain(inspection: Exclude<Inspection, { kind: "usable" }> | undefined): string {
  const wanted = `Python ${OLDEST.major}.${OLDEST.minor} or newer`;
  const remedy = `Select an interpreter with ${wanted} and PyTorch, or set "shapewright.interpreter" to its path.`;
  switch (inspection?.kind) {
    case undefined:
      return `Shapewright found no Python interpreter. ${remedy}`;
    case "missing":
      return `Shapewright cannot start ${inspection.path}: there is no such program. ${remedy}`;
    case "old":
      return `Shapewright needs ${wanted}, and ${inspection.path} is Python ${inspection.version}. ${remedy}`;
    case "broken":
      return `Shapewright cannot use ${inspection.path} as a Python interpreter (${inspection.detail.trim()}). ${remedy}`;
  }
}

/** `~`, `${workspaceFolder}` and `${env:NAME}`; a relative path is the folder's, a bare name is looked up on the PATH. */
export function expand(setting: string, folder: string | undefined, environment: NodeJS.ProcessEnv): string {
  const text = setting
    .replace(/^~(?=$|[\\/])/, () => os.homedir())
    .replace(/\$\{workspaceFolder\}/g, () => folder ?? "")
    .replace(/\$\{env:([^}]+)\}/g, (_, name: string) => environment[name] ?? "");
  if (path.isAbsolute(text)) return path.normalize(text);
  if (!/[\\/]/.test(text)) return onPath(text, environment, () => true) ?? text;
  return folder === undefined ? text : path.resolve(folder, text);
}

/** The first program of that name in an absolute folder of the PATH. Windows' own lookup would try the current folder. */
export function onPath(
  name: string,
  environment: NodeJS.ProcessEnv,
  allowed: (candidate: string) => boolean,
): string | undefined {
  const extensions = process.platform === "win32" ? [".exe"] : [""];
  for (const folder of (environment["PATH"] ?? environment["Path"] ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    for (const extension of extensions) {
      const candidate = path.join(folder, name + extension);
      // Windows puts empty files that open its store under the names of Python on the PATH.
      if (/[\\/]WindowsApps[\\/]/i.test(candidate)) continue;
      if (allowed(candidate) && isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

function isExecutable(candidate: string): boolean {
  try {
    fs.accessSync(candidate, fs.constants.X_OK);
    return fs.statSync(candidate).isFile();
  } catch {
    return false;
  }
}

/** Whether a file lies in a folder, as written. Links are not followed: an environment's own `python` is one. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

async function withDeadline<T>(answer: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function runProcess(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: INSPECTION_DEADLINE, windowsHide: true }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(Object.assign(new Error(stderr.trim().split("\n").pop() || error.message), { code: error.code }));
    });
  });
}
