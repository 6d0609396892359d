import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { STATES, StatusItem, viewOf } from "../../client/src/status";
import { activeEditorChanged, reset, seen, window, type FakeEditor, type MarkdownString } from "./fakes/vscode";

beforeEach(reset);

const editor = (languageId: string, scheme = "file"): FakeEditor => ({ document: { languageId, uri: { scheme } } });

function front(next: FakeEditor | undefined): void {
  window.activeTextEditor = next;
  activeEditorChanged.fire(next);
}

describe("what the item says", () => {
  test("ready is quiet, everything wrong has words and a colour", () => {
    assert.equal(viewOf({ state: "ready" }).text, "$(check) Shapewright");
    for (const state of ["interpreter not found", "no torch found", "crashed and restarted", "error in Shapewright"]) {
      const view = viewOf({ state });
      assert.notEqual(view.level, "normal", state);
      assert.match(view.text, /Shapewright: \w/, state);
    }
  });

  test("the tooltip has the state, what to do, the interpreter, torch and the time", () => {
    const { tooltip } = viewOf({
      state: "no torch found",
      detail: "Install it with pip install torch.",
      interpreter: "/envs/a/bin/python",
      torch: "2.13.0",
      lastSeconds: 0.0421,
    });
    assert.match(tooltip, /no torch found/);
    assert.match(tooltip, /pip install torch/);
    assert.match(tooltip, /`\/envs\/a\/bin\/python`/);
    assert.match(tooltip, /2\.13\.0/);
    assert.match(tooltip, /42 ms/);
    assert.match(viewOf({ state: "ready", lastSeconds: 1.26 }).tooltip, /1\.3 s$/m);
    const at = new Date(2026, 0, 1, 14, 3, 22).getTime() / 1000;
    assert.match(viewOf({ state: "ready", lastSeconds: 0.05, lastAt: at }).tooltip, /50 ms, at 14:03:22/);
  });

  test("text of the server or of a path cannot become a command link", () => {
    const { tooltip } = viewOf({ state: "ready", detail: "[run](command:evil)", interpreter: "/a`[x](command:evil)" });
    assert.ok(!tooltip.includes("[run](command:evil)"));
    assert.match(tooltip, /`\/a\[x\]\(command:evil\)`/);
  });

  test("a state that is not known is shown as it is", () => {
    assert.match(viewOf({ state: "dreaming" }).text, /Shapewright: dreaming/);
  });
});

describe("the item", () => {
  test("is there with a Python file in front, and not with another language", () => {
    const item = new StatusItem();
    const shown = seen.items[0];
    assert.ok(shown);
    front(editor("python"));
    assert.ok(shown.visible);
    front(editor("markdown"));
    assert.ok(!shown.visible);
    front(editor("python", "vscode-notebook-cell"));
    assert.ok(shown.visible);
    item.dispose();
  });

  test("stays while its own log is in front", () => {
    const item = new StatusItem();
    front(editor("python"));
    front(editor("Log", "output"));
    front(undefined);
    assert.ok(seen.items[0]?.visible);
    item.dispose();
  });

  test("shows what it was set to; its tooltip may run two commands only", () => {
    const item = new StatusItem();
    item.set({ state: "interpreter not found", detail: "Set it." });
    const shown = seen.items[0];
    assert.equal(shown?.text, "$(error) Shapewright: no Python");
    assert.equal(shown.command, "shapewright.selectInterpreter");
    assert.equal(shown.backgroundColor?.id, "statusBarItem.errorBackground");
    const trust = (shown.tooltip as MarkdownString).isTrusted;
    assert.deepEqual(trust, { enabledCommands: ["shapewright.restart", "shapewright.showLog"] });
    item.set({ state: "ready" });
    assert.equal(shown.backgroundColor, undefined);
    assert.deepEqual(item.status, { state: "ready" });
    item.dispose();
  });
});

test("every state of the server's model has a look", async () => {
  const { readFileSync } = await import("node:fs");
  const model = readFileSync("server/shapewright/model.py", "utf8");
  const states = /class EngineState[^]*?\n\n\n/.exec(model)?.[0].match(/(?<== ")[^"]+/g) ?? [];
  assert.ok(states.length >= 7, model);
  assert.deepEqual(Object.keys(STATES).sort(), [...states].sort());
});
