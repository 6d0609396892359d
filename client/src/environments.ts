/**
 * The two extensions that may know the interpreter: Python Environments and Python. Neither is needed.
 *
 * Only the parts of their interfaces that are used are written down; both are reached through `getExtension`, so that
 * nothing breaks in an editor that has neither.
 */

import type { Disposable, Folder, InterpreterSource } from "./python";

type Listen<T> = (listener: (event: T) => unknown) => Disposable;

interface Extension {
  readonly isActive: boolean;
  readonly exports: unknown;
  activate(): Thenable<unknown>;
}

export type GetExtension = (id: string) => Extension | undefined;

interface EnvironmentsApi {
  getEnvironment(scope: unknown): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
  onDidChangeEnvironment?: Listen<unknown>;
  onDidChangePackages?: Listen<unknown>;
}

interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: unknown): { path: string };
    resolveEnvironment(path: unknown): Promise<{ executable: { uri?: { fsPath: string } } } | undefined>;
    onDidChangeActiveEnvironmentPath?: Listen<unknown>;
  };
}

const NOTHING: Disposable = { dispose: () => undefined };

/** Both sources, the newer extension first. */
export function extensionSources(getExtension: GetExtension): InterpreterSource[] {
  const environments = (): Promise<EnvironmentsApi | undefined> =>
    exportsOf<EnvironmentsApi>(getExtension, "ms-python.vscode-python-envs");
  const python = async (): Promise<PythonApi["environments"]> =>
    (await exportsOf<PythonApi>(getExtension, "ms-python.python"))?.environments;
  return [
    {
      name: "the Python Environments extension",
      async find(folder: Folder | undefined) {
        // The extension exports nothing while its own setting has it switched off.
        const environment = await (await environments())?.getEnvironment?.(folder?.uri);
        return environment?.execInfo?.run?.executable;
      },
      async watch(listener) {
        const api = await environments();
        return both(
          api?.onDidChangeEnvironment?.(() => listener("interpreter")),
          api?.onDidChangePackages?.(() => listener("packages")),
        );
      },
    },
    {
      name: "the Python extension",
      async find(folder: Folder | undefined) {
        const api = await python();
        if (!api) return undefined;
        // The path that was chosen may be a folder; only the resolved environment names its program.
        const environment = await api.resolveEnvironment(api.getActiveEnvironmentPath(folder?.uri));
        return environment?.executable.uri?.fsPath;
      },
      async watch(listener) {
        return both((await python())?.onDidChangeActiveEnvironmentPath?.(() => listener("interpreter")));
      },
    },
  ];
}

async function exportsOf<T>(getExtension: GetExtension, id: string): Promise<T | undefined> {
  const extension = getExtension(id);
  if (!extension) return undefined;
  try {
    return ((extension.isActive ? extension.exports : await extension.activate()) ?? undefined) as T | undefined;
  } catch {
    return undefined;
  }
}

function both(...parts: (Disposable | undefined)[]): Disposable {
  const present = parts.filter((part) => part !== undefined);
  return present.length === 0 ? NOTHING : { dispose: () => present.forEach((part) => part.dispose()) };
}
