import assert from "node:assert/strict";
import { test } from "node:test";

import { extensionSources, type GetExtension } from "../../client/src/environments";
import type { Folder } from "../../client/src/python";

const ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";
const folder: Folder = { uri: { fsPath: "/w", toString: () => "file:///w" } };

function having(apis: Record<string, unknown>, isActive = false): GetExtension {
  return (id) => {
    if (!(id in apis)) return undefined;
    const api = apis[id];
    return {
      isActive,
      exports: api,
      activate: async () => {
        if (api instanceof Error) throw api;
        return api;
      },
    };
  };
}

function sources(apis: Record<string, unknown>, isActive = false) {
  const [environments, python] = extensionSources(having(apis, isActive));
  assert.ok(environments && python);
  return { environments, python };
}

test("an editor with neither extension has no answer and no error", async () => {
  const { environments, python } = sources({});
  assert.equal(await environments.find(folder), undefined);
  assert.equal(await python.find(folder), undefined);
  (await environments.watch(() => assert.fail())).dispose();
  (await python.watch(() => assert.fail())).dispose();
});

test("an extension that exports nothing, or does not start, counts as absent", async () => {
  const { environments, python } = sources({ [ENVIRONMENTS]: undefined, [PYTHON]: new Error("broken") });
  assert.equal(await environments.find(folder), undefined);
  assert.equal(await python.find(folder), undefined);
});

test("Python Environments: the program of the folder's environment", async () => {
  const asked: unknown[] = [];
  const api = {
    getEnvironment: async (scope: unknown) => {
      asked.push(scope);
      return { execInfo: { run: { executable: "/envs/a/bin/python" } } };
    },
  };
  const { environments } = sources({ [ENVIRONMENTS]: api }, true);
  assert.equal(await environments.find(folder), "/envs/a/bin/python");
  assert.equal(await environments.find(undefined), "/envs/a/bin/python");
  assert.deepEqual(asked, [folder.uri, undefined]);
});

test("Python: the program of the resolved environment, for the path may be a folder", async () => {
  const environments = {
    getActiveEnvironmentPath: () => ({ path: "/envs/b" }),
    resolveEnvironment: async ({ path }: { path: string }) => ({
      executable: { uri: { fsPath: `${path}/bin/python` } },
    }),
  };
  assert.equal(await sources({ [PYTHON]: { environments } }).python.find(folder), "/envs/b/bin/python");
});

test("changes are passed on until the watch ends", async () => {
  const listeners = new Map<string, () => void>();
  const on = (name: string) => (listener: () => void) => {
    listeners.set(name, listener);
    return { dispose: () => listeners.delete(name) };
  };
  const api = { onDidChangeEnvironment: on("environment"), onDidChangePackages: on("packages") };
  const changes: string[] = [];
  const watcher = await sources({ [ENVIRONMENTS]: api }).environments.watch((change) => changes.push(change));
  listeners.get("environment")?.();
  listeners.get("packages")?.();
  assert.deepEqual(changes, ["interpreter", "packages"]);
  watcher.dispose();
  assert.equal(listeners.size, 0);
});
