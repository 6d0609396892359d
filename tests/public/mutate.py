"""How many single mistakes in programs that run are found: `python tests/public/mutate.py [options] PATH...`.

A PATH is a program that runs to its end in real PyTorch, a folder of such programs, or a project: a folder whose
programs are called driver_*.py. A program that has only classes is called by the `call` of its sidecar NAME.json.
What a program imports from its own folder is mutated as well. A project may be called from outside instead: its
calls.json says for each of its files the call that its author would make; the mutated file is then opened as it is,
without that call. Each mutant runs in real PyTorch first, which says
whether and where it raises, and then in the worker. Truth is kept in the file of `--truth`, so that a second
measurement takes a fraction of the time.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import types
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "server"), str(ROOT / "tests"), str(HERE)]
sys.dont_write_bytecode = True

import torch  # noqa: E402  # the path is set just above
import torch._dynamo  # noqa: E402  # optimizers import it: once here, not in every child
from mutations import Mutation, mutations  # noqa: E402

from corpus.runner import Crashed, analyse, errors  # noqa: E402

SECONDS = 30


@dataclass(frozen=True)
class Mutant:
    """A mutation of `file` in the folder of `program`, and what real PyTorch said.

    `raised` is empty where it ran to its end; `frames` are the places of the traceback in that folder, outermost first.
    """

    program: str
    file: str
    mutation: Mutation
    raised: str = ""
    message: str = ""
    frames: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> str:
        """What tells it from others."""
        m = self.mutation
        return f"{self.program}|{self.file}|{m.start}|{m.end}|{m.text}"


def in_child(job: Callable[[], Any], seconds: float) -> Any:
    """What `job` returns in a forked process, or None where it does not end in time or well."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(seconds))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            json.dump(job(), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def really(program: Path, folder: Path) -> dict[str, Any]:
    """Run a program as `python program` would; the files of the folder that it used, and what it raised."""
    module = types.ModuleType("__main__")
    module.__file__ = str(program)
    sys.modules["__main__"] = module
    called = _calls(folder).get(str(program.relative_to(folder)))
    sys.argv = [str(program)]
    sys.path[:0] = [str(program.parent), str(folder)]
    os.chdir(program.parent)
    warnings.simplefilter("ignore")
    raised, message, frames = "", "", list[tuple[str, int]]()
    sidecar = program.with_suffix(".json")
    call = json.loads(sidecar.read_text("utf-8"))["call"] if sidecar.exists() else ""
    try:
        if called is not None:
            imported = importlib.import_module(".".join(program.relative_to(folder).with_suffix("").parts))
            exec(called, {"torch": torch, **vars(imported)})
        else:
            exec(compile(program.read_text(encoding="utf-8"), str(program), "exec"), module.__dict__)
            exec(call, {"torch": torch, **module.__dict__})
    except SystemExit as stop:
        raised = "SystemExit" if stop.code else ""
    except BaseException as error:
        raised, message, trace = type(error).__name__, str(error)[:300], error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.is_relative_to(folder):
                frames.append((str(path.relative_to(folder)), trace.tb_lineno))
            trace = trace.tb_next
    used = [str(program.relative_to(folder))]
    for loaded in list(sys.modules.values()):
        path = getattr(loaded, "__file__", None)
        if loaded is not module and path and Path(path).is_relative_to(folder):
            used.append(str(Path(path).relative_to(folder)))
    return {"raised": raised, "message": message, "frames": frames, "used": used}


def _calls(folder: Path) -> dict[str, str]:
    """The calls from outside of a project's files."""
    path = folder / "calls.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def copied(program: Path, root: Path, to: Path) -> tuple[Path, Path]:
    """A copy of the program in a folder of its own, with what stands beside it where `root` is its project."""
    folder = to / "w"
    shutil.rmtree(folder, ignore_errors=True)
    if root == program:
        folder.mkdir(parents=True)
        for path in program.parent.glob(f"{program.stem}.*"):
            shutil.copy(path, folder)
        return folder, folder / program.name
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(".git", "*.ipynb", "*.png", "*.jpg", "*.gif"))
    return folder, folder / program.relative_to(root)


def sampled(program: Path, root: Path, to: Path, most: int, seed: int) -> Iterator[Mutant]:
    """Mutants of a program, one of each kind in turn; none where it does not run as it is, or not within time."""
    folder, copy = copied(program, root, to)
    base = in_child(lambda: really(copy, folder), SECONDS / 2)
    if base is None or base["raised"]:
        print(
            f"skipped {program.name}: {'too slow' if base is None else base['raised'] + ': ' + base['message'][:100]}"
        )
        return
    kinds: dict[str, list[Mutant]] = defaultdict(list)
    for file in dict.fromkeys(base["used"]):
        source = (folder / file).read_text(encoding="utf-8")
        for mutation in mutations(source):
            if _compiles(mutation.applied(source)) and mutation.shown(source).split(" -> ")[0]:
                kinds[mutation.kind].append(Mutant(f"{root.name}/{copy.relative_to(folder)}", file, mutation))
    if root.is_dir() and _calls(root):  # a file of the project that has a call of its own is mutated under that one
        own = {str(copy.relative_to(folder)), *base["used"]} - (_calls(root).keys() - {str(copy.relative_to(folder))})
        kinds = {kind: [m for m in group if m.file in own] for kind, group in kinds.items()}
    dice = random.Random(f"{seed} {program.name}")
    for group in kinds.values():
        dice.shuffle(group)
    order = sorted(kinds)
    dice.shuffle(order)
    chosen = 0
    while order and chosen < most:
        for kind in list(order):
            if not kinds[kind]:
                order.remove(kind)
            elif chosen < most:
                chosen += 1
                yield kinds[kind].pop()


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def with_truth(mutant: Mutant, program: Path, root: Path, to: Path, known: dict[str, Any]) -> Mutant | None:
    """The mutant with what real PyTorch says of it; None where it did not end in time."""
    if mutant.key not in known:
        folder, copy = copied(program, root, to)
        _write(folder / mutant.file, mutant.mutation)
        known[mutant.key] = in_child(lambda: really(copy, folder), SECONDS)
    said = known[mutant.key]
    if said is None:
        return None
    frames = tuple((str(file), int(line)) for file, line in said["frames"])
    return replace(mutant, raised=said["raised"], message=said["message"], frames=frames)


def _write(path: Path, mutation: Mutation) -> str:
    source = path.read_text(encoding="utf-8")
    path.write_text(mutation.applied(source), encoding="utf-8")
    return source


def verdict(mutant: Mutant, program: Path, root: Path, to: Path) -> tuple[str, str]:
    """`exact`, `elsewhere`, `missed`, `quiet` (rightly), `false` or `crash`, and what was reported."""
    folder, copy = copied(program, root, to)
    source = _write(folder / mutant.file, mutant.mutation)
    if root.is_dir() and _calls(root):
        copy = folder / mutant.file
    analyse.cache_clear()  # the mutants of a program have its path
    try:
        found = errors(analyse(copy, (str(folder),)))
    except Crashed as crash:
        return "crash", str(crash)[-600:]
    shown = "; ".join(
        f"{os.path.relpath(f.span.path, folder)}:{f.span.line} [{f.evidence}] {f.op}: {f.message.splitlines()[:1]}"
        for f in found
    )
    raised = f"{mutant.raised} {mutant.frames[-1:]} {mutant.message[:90]!r}"
    shown = f"{mutant.mutation.shown(source)[:120]} | real {raised} | {shown}"
    if not mutant.raised:
        return ("false" if found else "quiet"), shown
    if not mutant.frames:
        return ("elsewhere" if found else "missed"), shown
    file, line = mutant.frames[-1]
    exact = [f for f in found if f.span.path == str(folder / file) and f.span.line <= line <= f.span.end_line]
    if exact:
        return ("exact" if len(exact) == len(found) else "exact and more"), shown
    return ("elsewhere" if found else "missed"), shown


def programs(paths: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Programs with the folder that is their project (the program itself where it stands alone)."""
    for path in paths:
        if path.is_file():
            yield path.resolve(), path.resolve()
            continue
        drivers = [path / name for name in _calls(path)] or sorted(path.glob("driver_*.py"))
        for program in drivers or sorted(path.glob("*.py")):
            yield program.resolve(), path.resolve() if drivers else program.resolve()


def main() -> None:
    """Make, run and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder with driver_*.py is one project")
    parser.add_argument("--each", type=int, default=6, help="mutants of a program")
    parser.add_argument("--most", type=int, default=10_000, help="mutants in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", action="append", help="only mistakes of this kind")
    parser.add_argument("--failing", action="store_true", help="only mistakes that PyTorch refuses")
    parser.add_argument("--truth", type=Path, help="a file that keeps what real PyTorch said")
    parser.add_argument("--out", type=Path, help="a file for the verdicts, one JSON object a line")
    chosen = parser.parse_args()
    torch.set_num_threads(1)  # before the first operation: a pool of threads does not survive a fork
    known: dict[str, Any] = (
        json.loads(chosen.truth.read_text("utf-8")) if chosen.truth and chosen.truth.exists() else {}
    )
    work: list[tuple[Mutant, Path, Path]] = []
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch).resolve()
        # Real runs come first: the process that forks them has not run the worker yet.
        for program, root in programs(chosen.paths):
            for mutant in sampled(program, root, to, chosen.each, chosen.seed):
                if len(work) < chosen.most and (not chosen.kind or mutant.mutation.kind in chosen.kind):
                    told = with_truth(mutant, program, root, to, known)
                    work.extend([(told, program, root)] if told and (told.raised or not chosen.failing) else [])
            if chosen.truth:
                chosen.truth.write_text(json.dumps(known), encoding="utf-8")
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for mutant, program, root in work:
            said, shown = verdict(mutant, program, root, to)
            counts[mutant.mutation.kind][said] += 1
            counts["all"][said] += 1
            if said not in ("exact", "quiet"):
                print(
                    f"{said:9} {mutant.mutation.kind} {mutant.program} {mutant.file}:{mutant.mutation.line} {shown}",
                    flush=True,
                )
            if chosen.out:
                with chosen.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"verdict": said, "shown": shown, **asdict(mutant)}) + "\n")
    columns = ("exact", "exact and more", "elsewhere", "missed", "quiet", "false", "crash")
    print(f"{'':14}" + "".join(f"{c:>15}" for c in columns))
    for kind in sorted(counts, key=lambda k: (k == "all", k)):
        print(f"{kind:14}" + "".join(f"{counts[kind][c]:15}" for c in columns))


if __name__ == "__main__":
    main()
