// Puts the server's libraries into bundled/libs, exactly those of server/requirements.txt, for the package.
// PYTHON names the interpreter whose pip is used; by default that of .venv, else python3.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.join(root, "bundled", "libs");
const requirements = path.join(root, "server", "requirements.txt");
const stamp = path.join(root, "bundled", ".requirements");

const wanted = readFileSync(requirements, "utf8");
if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) process.exit(0);

const own = process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python";
const python = process.env.PYTHON || (existsSync(path.join(root, own)) ? path.join(root, own) : "python3");
rmSync(target, { recursive: true, force: true });
// --no-deps: the file lists every library. Only pure Python wheels, since one package serves every Python and system.
const args = ["-qq", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"];
args.push("--only-binary=:all:", "--implementation=py", "--target", target, "--requirement", requirements);
execFileSync(python, ["-m", "pip", "install", ...args], { stdio: "inherit" });
// What the server never asks jedi about: stubs of third-party packages. 4,800 files, nine tenths of the size.
for (const name of ["bin", "jedi/third_party/typeshed/stubs", "jedi/third_party/django-stubs"]) {
  rmSync(path.join(target, name), { recursive: true, force: true });
}
writeFileSync(stamp, wanted);
