import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, test } from "node:test";

import {
  expand,
  explain,
  findInterpreter,
  inspect,
  isInside,
  onPath,
  type InterpreterSource,
  type Search,
} from "../../client/src/python";

let home: string;
let bin: string;
let workspace: string;

const folder = () => ({ uri: { fsPath: workspace, toString: () => `file://${workspace}` } });

function program(file: string, body = "#!/bin/sh\necho 3.11\n"): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, body, { mode: 0o755 });
  return file;
}

function source(name: string, answer: string | undefined | Error): InterpreterSource {
  return {
    name,
    find: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
    watch: async () => ({ dispose: () => undefined }),
  };
}

function search(changes: Partial<Search> = {}): Search {
  return {
    setting: "",
    sources: [],
    folder: folder(),
    folders: [folder()],
    trusted: true,
    environment: { PATH: bin },
    ...changes,
  };
}

before(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "shapewright-client-"));
  bin = path.join(home, "bin");
  workspace = path.join(home, "workspace");
  program(path.join(bin, "python3"));
  program(path.join(workspace, ".venv", "bin", "python"));
});

after(() => fs.rmSync(home, { recursive: true, force: true }));

describe("which interpreter runs the code", () => {
  test("the setting wins over every source", async () => {
    const found = await findInterpreter(search({ setting: "/opt/python", sources: [source("a", "/a/python")] }));
    assert.deepEqual(found, { path: "/opt/python", source: "the setting shapewright.interpreter" });
  });

  test("the first source that knows wins over the PATH", async () => {
    const sources = [source("a", undefined), source("b", "/b/python"), source("c", "/c/python")];
    assert.deepEqual(await findInterpreter(search({ sources })), { path: "/b/python", source: "b" });
  });

  test("a source that fails is passed over", async () => {
    const sources = [source("a", new Error("no")), source("b", "/b/python")];
    assert.equal((await findInterpreter(search({ sources })))?.path, "/b/python");
  });

  test("python3 of the PATH where nobody knows", async () => {
    assert.deepEqual(await findInterpreter(search()), { path: path.join(bin, "python3"), source: "the PATH" });
  });

  test("nothing where there is no Python", async () => {
    assert.equal(await findInterpreter(search({ environment: { PATH: workspace } })), undefined);
  });
});

describe("a workspace that is not trusted", () => {
  test("its environments are not asked for", async () => {
    const sources = [source("a", path.join(workspace, ".venv/bin/python"))];
    assert.equal((await findInterpreter(search({ sources, trusted: false })))?.path, path.join(bin, "python3"));
  });

  test("a setting that leads into it is not used", async () => {
    const setting = "${workspaceFolder}/.venv/bin/python";
    assert.equal(await findInterpreter(search({ setting, trusted: false })), undefined);
    assert.equal((await findInterpreter(search({ setting })))?.path, path.join(workspace, ".venv/bin/python"));
  });

  test("nor a PATH that leads into it", async () => {
    const inside = path.join(workspace, "bin");
    program(path.join(inside, "python3"));
    const environment = { PATH: [inside, bin].join(path.delimiter) };
    assert.equal((await findInterpreter(search({ environment, trusted: false })))?.path, path.join(bin, "python3"));
  });
});

describe("the setting", () => {
  test("~, ${workspaceFolder}, ${env:NAME} and relative paths are understood", () => {
    assert.equal(expand("~/venv/bin/python", workspace, {}), path.join(os.homedir(), "venv/bin/python"));
    assert.equal(expand("${workspaceFolder}/p", workspace, {}), path.join(workspace, "p"));
    assert.equal(expand("${env:CONDA}/bin/python", workspace, { CONDA: "/opt/conda" }), "/opt/conda/bin/python");
    assert.equal(expand("./.venv/bin/python", workspace, {}), path.join(workspace, ".venv/bin/python"));
  });

  test("a name is looked up on the PATH, and kept for the message where it is not there", () => {
    assert.equal(expand("python3", workspace, { PATH: bin }), path.join(bin, "python3"));
    assert.equal(expand("python9", workspace, { PATH: bin }), "python9");
  });
});

test("relative folders of the PATH, folders and files that cannot run are passed over", () => {
  fs.mkdirSync(path.join(home, "odd", "python3"), { recursive: true });
  fs.mkdirSync(path.join(home, "dull"));
  fs.writeFileSync(path.join(home, "dull", "python3"), "", { mode: 0o644 });
  const PATH = [".", path.join(home, "odd"), path.join(home, "dull"), bin].join(path.delimiter);
  assert.equal(
    onPath("python3", { PATH }, () => true),
    path.join(bin, "python3"),
  );
});

test("isInside", () => {
  assert.ok(isInside("/a/b/c", "/a/b"));
  assert.ok(isInside("/a/b", "/a/b"));
  assert.ok(!isInside("/a/bc", "/a/b"));
  assert.ok(!isInside("/a", "/a/b"));
});

describe("whether it can run", () => {
  const answering = (text: string) => inspect("/p", async () => text);

  test("a real Python", async () => {
    const inspection = await inspect("python3");
    assert.equal(inspection.kind, "usable", JSON.stringify(inspection));
  });

  test("3.10 and newer are, older are not", async () => {
    assert.equal((await answering("3.10\n")).kind, "usable");
    assert.equal((await answering("3.14\r\n")).kind, "usable");
    assert.equal((await answering("4.0")).kind, "usable");
    assert.equal((await answering("3.9")).kind, "old");
    assert.equal((await answering("2.7")).kind, "old");
  });

  test("a program that is not there is missing", async () => {
    assert.deepEqual(await inspect("/nowhere/python"), { kind: "missing", path: "/nowhere/python" });
  });

  test("another program is broken, and its last line is kept", async () => {
    const other = program(path.join(home, "other"), "#!/bin/sh\necho first >&2\necho 'cannot do that' >&2\nexit 3\n");
    assert.deepEqual(await inspect(other), { kind: "broken", path: other, detail: "cannot do that" });
    assert.equal((await answering("hello")).kind, "broken");
  });

  test("every message names the program and says what to do", () => {
    const messages = [
      explain({ kind: "missing", path: "/x/python" }),
      explain({ kind: "old", path: "/x/python", version: "3.8" }),
      explain({ kind: "broken", path: "/x/python", detail: "exit code 3" }),
    ];
    for (const message of messages) assert.match(message, /\/x\/python.*shapewright\.interpreter/);
    assert.match(messages[1] ?? "", /Python 3\.10 or newer.*Python 3\.8/);
    assert.match(explain(undefined), /no Python interpreter.*shapewright\.interpreter/);
  });
});
