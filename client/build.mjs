// Bundles the client: `node client/build.mjs extension [--watch]` for the editor, `tests` for node's test runner.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  logLevel: "warning",
  absWorkingDir: root,
};

const kinds = {
  extension: {
    ...common,
    entryPoints: ["client/src/extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"],
    minify: true,
    // A stack in a bug report should name our functions.
    keepNames: true,
    metafile: true,
    plugins: [{ name: "notices", setup: (build) => build.onEnd(writeNotices) }],
  },
  tests: {
    ...common,
    entryPoints: readdirSync(path.join(root, "tests/client"))
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `tests/client/${name}`),
    outdir: "dist/tests",
    sourcemap: "inline",
    alias: { vscode: "./tests/client/fakes/vscode.ts" },
  },
};

// Minifying drops the licences of what is bundled; they travel in a file of their own.
function writeNotices({ metafile }) {
  if (!metafile) return;
  const folders = Object.keys(metafile.inputs).map(
    (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1],
  );
  const notices = [...new Set(folders.filter(Boolean))].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8"));
    const license = readdirSync(path.join(root, folder)).find((file) => /^licen[cs]e/i.test(file));
    if (!license) throw new Error(`${name} has no license file: it cannot be bundled`);
    return `${name} ${version}\n\n${readFileSync(path.join(root, folder, license), "utf8").trim()}\n`;
  });
  writeFileSync(path.join(root, "dist/THIRD-PARTY-NOTICES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
}

const options = kinds[process.argv[2]];
if (!options) {
  console.error("usage: node client/build.mjs extension [--watch] | tests");
  process.exit(2);
}
if (process.argv[2] === "tests") rmSync(path.join(root, "dist/tests"), { recursive: true, force: true });
if (process.argv.includes("--watch")) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
