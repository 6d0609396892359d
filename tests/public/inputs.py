"""Inputs of modules whose own call is hidden: `python tests/public/inputs.py FOLDER…`.

Every file of the folders is run first as it is written: the calls of each module class are what its author gives it.
Then each file with such classes is analysed without its own calls: statements that run at import, functions that make
data or test. Printed is the share of classes that ran on the inputs found, and the share of those that got the rank and
dtype of every tensor of one of the calls. A module that runs has the dimensions that its layers fix, so they need no
comparison of their own. `-v` lists every class, `-q` only the totals.
"""

from __future__ import annotations

import argparse
import ast
import collections
import functools
import inspect
import os
import pickle
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "server"), str(ROOT)]

from shapewright import wire  # noqa: E402
from shapewright.annotations import declared_targets  # noqa: E402
from shapewright.plan import outline  # noqa: E402
from shapewright.source import SourceText  # noqa: E402
from shapewright.worker import warm  # noqa: E402
from shapewright.worker.run import execute  # noqa: E402

SECONDS = 60
Kinds = dict[str, tuple[tuple[int, str], ...]]
"""By argument: rank and dtype of every tensor in it."""
_TRIAL = re.compile(r"^(test|main|demo|example|check|train|run|fit|eval)", re.I)
_MAKES_DATA = {"randn", "rand", "randint", "zeros", "ones", "rand_like", "randn_like", "arange", "DataLoader"}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)  # a real operation in a forked child hangs where the parent used the thread pool
    warm.warm()
    total: collections.Counter[str] = collections.Counter()
    for folder in options.folders:
        count = measured(folder.resolve(), options.verbose, options.quiet)
        total += count
        print(f"{folder}: {_summary(count)}", flush=True)
    print(f"all: {_summary(total)}")


def measured(folder: Path, verbose: bool, quiet: bool) -> collections.Counter[str]:
    """The counts of one folder."""
    files = sorted(p for p in ([folder] if folder.is_file() else folder.rglob("*.py")) if _is_about_torch(p))
    called: dict[str, dict[str, list[Kinds]]] = collections.defaultdict(dict)
    for path in files:
        calls: dict[tuple[str, str], list[Kinds]] = forked(functools.partial(real_calls, path, folder)) or {}
        for (file, name), kinds in calls.items():
            called[file].setdefault(name, kinds)
    count: collections.Counter[str] = collections.Counter()
    for file, classes in sorted(called.items()):
        started = time.monotonic()
        trace: wire.Trace | None = forked(functools.partial(hidden, Path(file), folder))
        count["seconds"] += round(1000 * (time.monotonic() - started))
        found = {t.name: t for t in trace.targets} if trace is not None else {}
        for name, wanted in classes.items():
            verdict, why = judged(wanted, found.get(name))
            count[verdict] += 1
            if verbose or (not quiet and verdict != "right"):
                print(f"  {verdict:9} {os.path.relpath(file, folder)} {name}: {why}", flush=True)
        for failure in trace.failures if trace is not None else ():
            if failure.kind == "error" and not quiet:
                print(f"  reported  {os.path.relpath(file, folder)}:{failure.span.line} {failure.message[:120]}")
    return count


def judged(calls: list[Kinds], status: wire.TargetStatus | None) -> tuple[str, str]:
    """What became of a class, and why."""
    if status is None:
        return "stopped", "no answer"
    if status.status != "checked":
        return "stopped", f"{status.reason[:200]} | {status.construct}"
    got = {i.name: tuple(_of_value(i.value)) for i in status.inputs}
    shown = ", ".join(f"{n}={k}" for n, k in got.items())
    for wanted in calls:
        if all(not kinds or name not in got or got[name] == kinds for name, kinds in wanted.items()):
            return "right", f"{shown} | {status.construct}"
    return "differs", f"{shown}, the call gives {calls[0]} | {status.construct}"


def _of_value(value: wire.Value) -> Iterator[tuple[int, str]]:
    if value.tensor is not None and value.tensor.shape is not None:
        yield len(value.tensor.shape), str(value.tensor.dtype)
    for item in value.items:
        yield from _of_value(item)


def _of_argument(value: Any, depth: int = 3) -> Iterator[tuple[int, str]]:
    if isinstance(value, torch.Tensor):
        yield value.dim(), str(value.dtype).removeprefix("torch.")
    elif depth and isinstance(value, (list, tuple)):
        for item in cast("list[Any]", value)[:8]:
            yield from _of_argument(item, depth - 1)
    elif depth and isinstance(value, dict):
        for item in cast("dict[Any, Any]", value).values():
            yield from _of_argument(item, depth - 1)


def _summary(count: collections.Counter[str]) -> str:
    classes = count["right"] + count["differs"] + count["stopped"]
    if not classes:
        return "no calls were seen"
    ran = count["right"] + count["differs"]
    return (
        f"{classes} classes, {ran / classes:.1%} ran, {count['right'] / classes:.1%} with the call's ranks and dtypes, "
        f"{count['seconds'] / classes:.0f} ms a class"
    )


# ------------------------------------------------------------------------------------------------- the two runs


def real_calls(path: Path, folder: Path) -> dict[tuple[str, str], list[Kinds]]:
    """The calls of each module class of the folder in a run of the file, its functions for trying among it."""
    seen: dict[tuple[str, str], list[Kinds]] = {}
    plain = nn.Module.__call__

    def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
        result = plain(module, *args, **kwargs)
        cls = type(module)
        code = getattr(cls.forward, "__code__", None)
        if code is not None and code.co_filename.startswith(str(folder)) and "<locals>" not in cls.__qualname__:
            file = (
                str(path) if cls.__module__ == "__main__" else getattr(sys.modules.get(cls.__module__), "__file__", "")
            )
            if file:
                bound = inspect.signature(cls.forward).bind(module, *args, **kwargs).arguments
                kinds = {n: tuple(_of_argument(v)) for n, v in list(bound.items())[1:]}
                known = seen.setdefault((file, cls.__qualname__), [])
                if kinds not in known and len(known) < 8:
                    known.append(kinds)
        return result

    text = path.read_text(encoding="utf-8", errors="replace")
    trials = [
        name
        for name, function in outline.functions(ast.parse(text)).items()
        if _TRIAL.match(name) and not function.args.args and name != "main"
    ]
    text += "".join(f"\ntry:\n    {name}()\nexcept Exception:\n    pass" for name in trials)
    nn.Module.__call__ = call  # type: ignore[method-assign]  # in a child that ends after this
    trace = execute(_run(path, folder, text, (), wire.Options(deadline=20.0, targets=False)))
    broken = [(f.span.path, f.span.line) for f in trace.failures if f.kind == "error"]
    return {(file, name): kinds for (file, name), kinds in seen.items() if not _stands_in(file, name, broken)}


def _stands_in(file: str, name: str, places: list[tuple[str, int]]) -> bool:
    """Whether one of the places stands in a class: what a broken module is called with says little."""
    tree = ast.parse(Path(file).read_text(encoding="utf-8", errors="replace"))
    node = outline.classes(tree).get(name)
    return node is not None and any(p == file and node.lineno <= i <= (node.end_lineno or i) for p, i in places)


def hidden(path: Path, folder: Path) -> wire.Trace:
    """The analysis of a file without its own calls."""
    text = without_calls(path.read_text(encoding="utf-8", errors="replace"))
    tree = ast.parse(text)
    declared = {t.name: t for t in declared_targets(SourceText(str(path), text), tree)}
    targets = tuple(declared.pop(name, None) or wire.Target(name) for name in outline.modules(tree))
    return execute(_run(path, folder, text, targets, wire.Options(deadline=40.0)))


def _run(path: Path, folder: Path, text: str, targets: tuple[wire.Target, ...], options: wire.Options) -> wire.Run:
    top = path.parent
    while (top / "__init__.py").is_file():
        top = top.parent
    search = (str(path.parent), str(top), str(folder))
    return wire.Run(1, str(path), {str(path): text}, (str(folder),), search, targets, options)


def without_calls(text: str) -> str:
    """The text without what calls its modules: statements that do something, and functions that make data."""
    tree, lines = ast.parse(text), text.split("\n")
    made = {*outline.classes(tree), *outline.functions(tree), *_MAKES_DATA}
    for node in tree.body:
        if _is_call(node, made):
            for i in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[i] = ""
    return "\n".join(lines)


def _is_call(node: ast.stmt, made: set[str]) -> bool:
    """`made`: names whose call makes a module or data; what is bound to such a value is added."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    names |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    if isinstance(node, ast.FunctionDef):
        return bool(_TRIAL.match(node.name)) or bool(names & _MAKES_DATA and not node.args.args)
    if isinstance(node, (ast.ClassDef, ast.Import, ast.ImportFrom, ast.Try, ast.AsyncFunctionDef)):
        return False
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        hidden = bool(names & made) and any(isinstance(n, ast.Call) for n in ast.walk(node))
        if hidden:
            made |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return hidden
    if isinstance(node, ast.Expr):
        return bool(names & made)
    return True


def forked(work: Callable[[], Any]) -> Any:
    """What `work` answers in a child of its own; None where it has none."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        signal.alarm(SECONDS)
        with os.fdopen(write, "wb") as pipe:
            try:
                pickle.dump(work(), pipe)
            except BaseException:
                pickle.dump(traceback.format_exc(limit=-3), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    answer = pickle.loads(data) if data else None
    if isinstance(answer, str):
        if os.environ.get("INPUTS_TRACE"):
            print(answer)
        return None
    return answer


def _is_about_torch(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        ast.parse(text)
    except (OSError, SyntaxError, ValueError):
        return False
    return "torch" in text


if __name__ == "__main__":
    main()
