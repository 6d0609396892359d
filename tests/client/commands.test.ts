import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { beforeEach, describe, test } from "node:test";

import manifest from "../../package.json";
import { debugReport, registerCommands, selectInterpreter, summaryOf, type Parts } from "../../client/src/commands";
import { withCommands } from "../../client/src/cursor";
import { reset, seen, window } from "./fakes/vscode";

beforeEach(reset);

const settings = {
  enable: true,
  interpreter: "",
  inlayHints: { assignments: true, parameters: true, returns: true },
  startMethod: "auto" as const,
  allowUnsandboxed: false,
  codeLens: true,
};

function parts(changes: object = {}): Parts {
  return {
    server: { running: undefined, currentPlan: undefined, restart: async () => undefined, ...changes },
    log: { main: { show: () => seen.executed.push(["the log"]) } },
    model: { show: async () => void seen.executed.push(["the model"]) },
    version: "0.1.0",
    settings: () => settings,
    status: () => ({ state: "ready" }),
  } as unknown as Parts;
}

async function run(command: string, changes: object = {}): Promise<void> {
  registerCommands(parts(changes));
  await seen.registered.get(command)?.();
}

test("every command of package.json exists", () => {
  registerCommands(parts());
  for (const { command } of manifest.contributes.commands) assert.ok(seen.registered.has(command), command);
});

test("restart and show log do what they say", async () => {
  const reasons: string[] = [];
  await run("shapewright.restart", { restart: async (reason: string) => void reasons.push(reason) });
  assert.deepEqual(reasons, ["asked for by a command"]);
  await run("shapewright.showLog");
  await run("shapewright.showModel");
  assert.deepEqual(seen.executed, [["the log"], ["the model"]]);
});

describe("check workspace", () => {
  test("says so where nothing runs", async () => {
    await run("shapewright.checkWorkspace");
    assert.match(seen.messages.join(), /not running/);
  });

  test("opens the problems and says how many", async () => {
    const running = { sendRequest: async () => ({ files: 12, findings: 1 }) };
    await run("shapewright.checkWorkspace", { running });
    assert.deepEqual(seen.executed, [["workbench.actions.view.problems"]]);
    assert.deepEqual(seen.messages, ["Shapewright: 12 files checked, 1 finding."]);
  });

  test("a failure is a message", async () => {
    const running = { sendRequest: () => Promise.reject(new Error("it is busy")) };
    await run("shapewright.checkWorkspace", { running });
    assert.match(seen.messages.join(), /could not check the workspace: it is busy/);
  });

  test("the sentence", () => {
    assert.equal(summaryOf({ files: 1, findings: 0 }), "1 file checked, no finding.");
    assert.equal(summaryOf({ files: 2, findings: 3 }), "2 files checked, 3 findings.");
    assert.equal(summaryOf(null), "the workspace was checked.");
  });
});

describe("debug information", () => {
  test("opens as a document, also where the server does not answer", async () => {
    const running = { sendRequest: () => Promise.reject(new Error("no such command")) };
    await run("shapewright.debugInformation", { running });
    const [document] = seen.documents;
    assert.equal(document?.language, "markdown");
    assert.match(document.content, /Extension: 0\.1\.0/);
    assert.match(document.content, /Fake Code 1\.0\.0/);
    assert.match(document.content, /no answer: no such command/);
  });

  test("has no name of a home folder in it", () => {
    const text = debugReport(
      {
        extension: "0.1.0",
        editor: "VS Code",
        system: "Linux",
        trusted: true,
        settings: { ...settings, interpreter: "/home/ada/venv/bin/python" },
        status: { state: "ready", interpreter: "/home/ada/venv/bin/python" },
        interpreter: "/home/ada/venv/bin/python",
        server: { workspace: "/home/ada/work" },
      },
      "/home/ada",
    );
    assert.ok(!text.includes("ada"), text);
    assert.match(text, /~\/venv\/bin\/python/);
  });
});

describe("selecting an interpreter", () => {
  test("uses the editor's own picker where there is one", async () => {
    seen.available.push("python.setInterpreter");
    await selectInterpreter();
    assert.deepEqual(seen.executed, [["python.setInterpreter"]]);
  });

  test("opens the setting elsewhere", async () => {
    await selectInterpreter();
    assert.deepEqual(seen.executed, [["workbench.action.openSettings", "shapewright.interpreter"]]);
  });
});

describe("copy as reproduction", () => {
  const editor = {
    document: { languageId: "python", uri: { scheme: "file", toString: () => "file:///a.py" } },
    selection: { active: { line: 4, character: 7 } },
  };

  test("asks for the place of the cursor and copies the script", async () => {
    const asked: unknown[] = [];
    const running = {
      sendRequest: async (_method: string, params: unknown) => {
        asked.push(params);
        return { text: "import torch\n", problem: "" };
      },
    };
    window.activeTextEditor = editor;
    await run("shapewright.copyReproduction", { running });
    assert.deepEqual(asked, [{ command: "shapewright.server.reproduction", arguments: ["file:///a.py", 4, 7] }]);
    assert.deepEqual(seen.clipboard, ["import torch\n"]);
  });

  test("says why there is none, and leaves the clipboard alone", async () => {
    const running = { sendRequest: async () => ({ text: "", problem: "There is no finding in this line." }) };
    window.activeTextEditor = editor;
    await run("shapewright.copyReproduction", { running });
    await run("shapewright.copyReproduction");
    assert.deepEqual(seen.clipboard, []);
    assert.match(seen.messages.join("\n"), /no finding in this line[^]*needs a running server/);
  });
});

describe("set example input", () => {
  const editor = {
    document: { languageId: "python", uri: { scheme: "file", toString: () => "file:///a.py" } },
    selection: { active: { line: 4, character: 7 } },
  };
  const asked: { command: string; arguments: unknown[] }[] = [];
  const running = {
    sendRequest: async (_method: string, params: { command: string; arguments: unknown[] }) => {
      asked.push(params);
      if (params.command.endsWith(".exampleInput")) return { name: "Net", parameters: "x", text: "x: f32[1]" };
      return { problem: String(params.arguments[2]).includes("bad") ? "no dtype" : "" };
    },
  };
  const names = (): string[] => asked.map(({ command }) => command.replace("shapewright.server.", ""));
  beforeEach(() => {
    asked.length = 0;
    window.activeTextEditor = editor;
  });

  test("asks for the model at the cursor and writes what was typed", async () => {
    seen.typed.push("x: f32[2]");
    await run("shapewright.setExampleInput", { running });
    assert.deepEqual(names(), ["exampleInput", "checkExampleInput", "setExampleInput"]);
    assert.deepEqual(asked[0]?.arguments, ["file:///a.py", 4]);
    assert.deepEqual(asked[2]?.arguments, ["file:///a.py", "Net", "x: f32[2]"]);
    assert.deepEqual(seen.boxes, [{ title: "Example input of Net", value: "x: f32[1]", problem: undefined }]);
  });

  test("from a lens asks for its model; what is wrong is said while it is typed", async () => {
    seen.typed.push("bad");
    registerCommands(parts({ running }));
    await seen.registered.get("shapewright.setExampleInput")?.("file:///b.py", "Other");
    assert.deepEqual(asked[0]?.arguments, ["file:///b.py", "Other"]);
    assert.deepEqual(names(), ["exampleInput", "checkExampleInput"]);
    assert.equal(seen.boxes[0]?.problem, "no dtype");
  });

  test("lenses without a command lead to it", () => {
    const [lens, other] = withCommands([
      { command: { title: "checked", command: "", arguments: ["file:///a.py", "Net"] } },
      { command: { title: "else", command: "" } },
    ]);
    assert.equal(lens?.command.command, "shapewright.setExampleInput");
    assert.deepEqual(lens?.command.arguments, ["file:///a.py", "Net"]);
    assert.equal(other?.command.command, "");
  });
});

test("copy shapes asks for the line of the cursor", async () => {
  const asked: unknown[] = [];
  const running = {
    sendRequest: async (_method: string, params: unknown) => {
      asked.push(params);
      return { text: "a.py\n" };
    },
  };
  window.activeTextEditor = {
    document: { languageId: "python", uri: { scheme: "file", toString: () => "file:///a.py" } },
    selection: { active: { line: 4, character: 7 } },
  } as never;
  await run("shapewright.copyShapes", { running });
  assert.deepEqual(asked, [{ command: "shapewright.server.shapes", arguments: ["file:///a.py", 4] }]);
  assert.deepEqual(seen.clipboard, ["a.py\n"]);
});

test("the walkthrough has three steps, and each leads to a command that exists", () => {
  registerCommands(parts());
  const [walkthrough] = manifest.contributes.walkthroughs;
  assert.equal(walkthrough?.steps.length, 3);
  for (const { description, completionEvents, media } of walkthrough?.steps ?? []) {
    const command = /\(command:([\w.]+)\)/.exec(description)?.[1] ?? "";
    assert.ok(seen.registered.has(command), command);
    assert.deepEqual(completionEvents, [`onCommand:${command}`]);
    assert.ok(existsSync(media.image), media.image);
  }
});
