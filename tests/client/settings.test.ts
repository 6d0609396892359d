import assert from "node:assert/strict";
import { test } from "node:test";

import manifest from "../../package.json";
import { effectOfChange, readSettings } from "../../client/src/settings";

const properties = manifest.contributes.configuration.properties as Record<string, Record<string, unknown>>;
const configuration = (values: Record<string, unknown>) => ({ get: <T>(key: string) => values[key] as T | undefined });

test("without any setting, what package.json says is the default holds", () => {
  const settings = readSettings(configuration({}));
  const told = (key: string) => properties[`shapewright.${key}`]?.["default"];
  assert.deepEqual(settings, {
    enable: told("enable"),
    interpreter: told("interpreter"),
    inlayHints: {
      assignments: told("inlayHints.assignments"),
      parameters: told("inlayHints.parameters"),
      returns: told("inlayHints.returns"),
    },
    startMethod: told("startMethod"),
    allowUnsandboxed: told("allowUnsandboxed"),
    codeLens: told("codeLens"),
  });
});

test("each setting is read", () => {
  const settings = readSettings(
    configuration({
      enable: false,
      interpreter: "  /p ",
      "inlayHints.assignments": false,
      "inlayHints.parameters": false,
      "inlayHints.returns": false,
      startMethod: "spawn",
      allowUnsandboxed: true,
      codeLens: false,
    }),
  );
  assert.deepEqual(settings, {
    enable: false,
    interpreter: "/p",
    inlayHints: { assignments: false, parameters: false, returns: false },
    startMethod: "spawn",
    allowUnsandboxed: true,
    codeLens: false,
  });
});

test("a start method that does not exist is the default one", () => {
  assert.equal(readSettings(configuration({ startMethod: "teleport" })).startMethod, "auto");
});

test("what a change of a setting asks for", () => {
  const changed = (name: string) => effectOfChange((section) => name === section || name.startsWith(`${section}.`));
  assert.equal(changed("shapewright.enable"), "restart");
  assert.equal(changed("shapewright.interpreter"), "restart");
  assert.equal(changed("shapewright.startMethod"), "restart");
  assert.equal(changed("shapewright.allowUnsandboxed"), "restart");
  assert.equal(changed("shapewright.inlayHints.returns"), "tell");
  assert.equal(changed("shapewright.codeLens"), "tell");
  assert.equal(changed("shapewright.trace.server"), "none");
  assert.equal(changed("editor.fontSize"), "none");
});

test("every setting of package.json is described and has a default", () => {
  for (const [name, property] of Object.entries(properties)) {
    assert.ok(name.startsWith("shapewright."), name);
    assert.ok(property["description"] ?? property["markdownDescription"], `${name} has no description`);
    assert.ok("default" in property, `${name} has no default`);
  }
});

test("a setting that could run something is not taken from a workspace that is not trusted", () => {
  const restricted = ["shapewright.interpreter", "shapewright.allowUnsandboxed"];
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, restricted);
  for (const name of restricted) assert.match(String(properties[name]?.["scope"]), /^machine/);
});
