"""Records what every name holds while the correct programs run in real PyTorch.

    python tests/corpus/shapes_truth.py            # writes tests/corpus/shapes.json
    python tests/corpus/shapes_truth.py FILE ...   # prints the truth of these files, writes nothing

Each program is rewritten so that every assignment target, loop variable, `with ... as` name and parameter is looked at
right after it was bound, then run in a process of its own, with three different seeds. The result:

    {"version": 1, "torch": "2.x", "files": {
        "right/vae.py": {
            "ok": true,
            "values": {"12": {"x": ["float32[8,16]", "float32[4,16]"]}},
            "varying": {"31": ["kept"]}}}}

`values` maps a line (of the name itself) to names, and each name to every `dtype[shape]` it held there, in order of
first appearance. `varying` names those whose shapes depend on the data: the seeds did not agree, and an analyser cannot
be held to the exact sizes. A program that only declares classes is called as the file NAME.json beside it says, and has
that text under `call`: there the sizes of free dimensions are our choice. Names that never held a tensor are left out,
and so is `self`.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples"
OUTPUT = HERE / "shapes.json"
RECORDER = "__shapes_truth__"  # dunder at both ends, so that a class body does not mangle it
SEEDS = (0, 1, 2)
SECONDS = 90

Values = dict[str, dict[str, list[str]]]
Seen = dict[str, dict[str, list[int]]]  # the same names: which of their texts came when


class Rewriter(ast.NodeTransformer):
    """Puts a call of the recorder behind everything that binds a plain name."""

    def _record(self, names: list[tuple[int, str]], at: ast.AST) -> list[ast.stmt]:
        calls: list[ast.stmt] = []
        for line, name in names:
            call = ast.parse(f"{RECORDER}({line}, {name!r}, {name})").body[0]
            for node in ast.walk(call):
                ast.copy_location(node, at)
            calls.append(call)
        return calls

    def _after(self, node: Any, targets: list[ast.expr]) -> list[ast.stmt]:
        self.generic_visit(node)
        return [node, *self._record(plain_names(targets), node)]

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        return self._after(node, node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        return self._after(node, [node.target])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        return self._after(node, [node.target] if node.value is not None else [])

    def _loop(self, node: Any) -> Any:
        self.generic_visit(node)
        node.body[:0] = self._record(plain_names([node.target]), node.body[0])
        return node

    visit_For = visit_AsyncFor = _loop

    def _with(self, node: Any) -> Any:
        self.generic_visit(node)
        bound = [item.optional_vars for item in node.items if item.optional_vars is not None]
        node.body[:0] = self._record(plain_names(bound), node.body[0])
        return node

    visit_With = visit_AsyncWith = _with

    def _function(self, node: Any) -> Any:
        self.generic_visit(node)
        spec = node.args
        every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
        names = [(arg.lineno, arg.arg) for arg in every if arg.arg != "self"]
        has_docstring = ast.get_docstring(node, clean=False) is not None
        position = 1 if has_docstring else 0
        node.body[position:position] = self._record(names, node.body[0])
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function


def plain_names(targets: list[ast.expr]) -> list[tuple[int, str]]:
    """The (line, name) of every plain name in these targets; attributes and subscripts hold no name of their own."""
    found: list[tuple[int, str]] = []
    for target in targets:
        if isinstance(target, ast.Name):
            found.append((target.lineno, target.id))
        elif isinstance(target, ast.Starred):
            found += plain_names([target.value])
        elif isinstance(target, (ast.Tuple, ast.List)):
            found += plain_names(target.elts)
    return found


def describe(value: Any) -> str | None:
    """A tensor as text, `float32[2,3]`; None for anything else."""
    import torch

    if not isinstance(value, torch.Tensor):
        return None
    try:
        return f"{str(value.dtype).removeprefix('torch.')}[{','.join(str(int(n)) for n in value.shape)}]"
    except (RuntimeError, ValueError, TypeError):
        return None  # a lazy parameter, or a nested tensor, which has no shape


def declared_call(path: Path) -> str | None:
    """How to run a program that only declares classes."""
    sidecar = path.with_suffix(".json")
    return json.loads(sidecar.read_text(encoding="utf-8"))["call"] if sidecar.exists() else None


def run(path: Path, seed: int) -> tuple[Values, Seen, str | None]:
    """Run one program in this process; the values seen, when, and the traceback where it failed."""
    import numpy as np
    import torch

    torch.set_num_threads(1)
    shift_seeds(seed)
    values: Values = {}
    order: Seen = {}

    @torch.compiler.disable
    def record(line: int, name: str, value: Any) -> None:
        text = describe(value)
        if text is not None:
            texts = values.setdefault(str(line), {}).setdefault(name, [])
            if text not in texts:
                texts.append(text)
            order.setdefault(str(line), {}).setdefault(name, []).append(texts.index(text))

    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    sys.argv = [str(path)]
    sys.path.insert(0, str(path.parent))
    module = types.ModuleType("__main__")
    module.__dict__.update({"__file__": str(path), RECORDER: record})
    sys.modules["__main__"] = module
    tree = ast.fix_missing_locations(Rewriter().visit(ast.parse(path.read_text(encoding="utf-8"))))
    try:
        exec(compile(tree, str(path), "exec"), module.__dict__)
        call = declared_call(path)
        if call is not None:
            module.__dict__.setdefault("torch", torch)
            exec(call, module.__dict__)
    except SystemExit as exit_:
        if exit_.code not in (None, 0):
            return values, order, f"exit code {exit_.code}"
    except BaseException:
        return values, order, traceback.format_exc()
    return values, order, None


def shift_seeds(seed: int) -> None:
    """Programs that fix their seed get another one in every run, or data-dependent shapes would look constant."""
    import numpy as np
    import torch

    random_seed, numpy_seed, torch_seed = random.seed, np.random.seed, torch.manual_seed
    default_rng = np.random.default_rng

    def shifted(value: Any) -> Any:
        return value + seed if isinstance(value, int) else value

    def seed_random(a: Any = None, version: int = 2) -> None:
        random_seed(shifted(a), version)

    class RandomState(np.random.RandomState):  # a class, as libraries ask isinstance
        def __init__(self, value: Any = None) -> None:
            super().__init__(shifted(value))

    random.seed = seed_random
    np.random.seed = lambda value=None: numpy_seed(shifted(value))
    np.random.default_rng = lambda value=None: default_rng(shifted(value))
    np.random.RandomState = RandomState
    torch.manual_seed = lambda value: torch_seed(shifted(value))


def run_apart(path: Path, seed: int) -> tuple[Values, Seen, str | None]:
    """`run` in a forked child, which cannot disturb the next program."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        signal.alarm(SECONDS)
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            os.chdir(folder)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            answer = json.dumps(run(path, seed)).encode()
            os.chdir("/")
        with os.fdopen(write_end, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    if not data:
        return {}, {}, f"killed after {SECONDS} seconds, or crashed"
    values, order, failure = json.loads(data)
    return values, order, failure


def truth(path: Path) -> dict[str, Any]:
    """The values of all seeds together, and which of them the data decides."""
    runs = [run_apart(path, seed) for seed in SEEDS]
    failure = runs[0][2]
    # Under another seed a program may fail at an assertion about its own numbers; that run is not counted.
    counted = [runs[0], *(one for one in runs[1:] if one[2] is None)]
    values: Values = {}
    varying: dict[str, list[str]] = {}
    for line in sorted({line for one, _, _ in counted for line in one}, key=int):
        for name in sorted({name for one, _, _ in counted for name in one.get(line, {})}):
            texts = [one.get(line, {}).get(name, []) for one, _, _ in counted]
            values.setdefault(line, {})[name] = list(dict.fromkeys(text for part in texts for text in part))
            if depends_on_data(texts, [order.get(line, {}).get(name, []) for _, order, _ in counted]):
                varying.setdefault(line, []).append(name)
    result: dict[str, Any] = {"ok": failure is None, "values": values}
    call = declared_call(path)
    if call is not None:
        result["call"] = call
    if varying:
        result["varying"] = varying
    if failure is not None:
        result["failure"] = failure.strip().splitlines()[-1]
    return result


def depends_on_data(texts: list[list[str]], orders: list[list[int]]) -> bool:
    """Whether the runs disagree: in what a name held, or, where that is several shapes, in when it held which."""
    if any(part != texts[0] for part in texts):
        return True
    return len(texts[0]) > 1 and any(order != orders[0] for order in orders)


def programs() -> Iterator[tuple[str, Path]]:
    """Every correct program and every example, with the key it has in the result."""
    skipped = set((HERE / "right" / "not_runnable.txt").read_text(encoding="utf-8").split())
    for path in sorted((HERE / "right").glob("*.py")):
        if path.name not in skipped:
            yield f"right/{path.name}", path
    for path in sorted(EXAMPLES.glob("*.py")):
        yield f"examples/{path.name}", path


def compact(result: dict[str, Any]) -> str:
    """JSON with one line a program, so that a change of one shows as one changed line."""
    files = result["files"]
    rows = ",\n".join(f"{json.dumps(key)}:{json.dumps(files[key], separators=(',', ':'))}" for key in files)
    return f'{{"version":1,"torch":{json.dumps(result["torch"])},"files":{{\n{rows}\n}}}}\n'


def main(arguments: list[str]) -> int:
    """Write the truth of all programs, or print that of the given ones."""
    os.environ["OMP_NUM_THREADS"] = "1"  # a child that forks after the thread pool started would hang
    import torch
    import torch._dynamo

    torch.set_num_threads(1)
    given = [(Path(name).name, Path(name).resolve()) for name in arguments]
    chosen = given or list(programs())
    files: dict[str, Any] = {}
    started = time.monotonic()
    for key, path in chosen:
        files[key] = truth(path)
        if not files[key]["ok"]:
            print(f"{key}: {files[key]['failure']}", file=sys.stderr)
    text = compact({"torch": torch.__version__.split("+")[0], "files": files})
    if arguments:
        print(text, end="")
    else:
        OUTPUT.write_text(text, encoding="utf-8")
    names = sum(len(by_name) for one in files.values() for by_name in one["values"].values())
    varying = sum(len(v) for one in files.values() for v in one.get("varying", {}).values())
    took = time.monotonic() - started
    print(f"{len(files)} programs, {names} names, {varying} vary with the data, {took:.0f} s", file=sys.stderr)
    return 0 if all(one["ok"] for one in files.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
