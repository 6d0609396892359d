"""The score of the worker over the corpus: `python tests/corpus/score.py [--wrong] [--right] [--shapes] [NAME...]`.

Truth was taken from real PyTorch (truth.json, shapes.json). A wrong program counts when every one of its failing lines
is found; a right one when nothing is reported; a shape when every value that a name held in the real run was seen and
no other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "server"), str(ROOT / "tests")]

from corpus.runner import Crashed, analyse, errors  # noqa: E402  # the path is set just above


@dataclass
class Score:
    """Counts by kind of mistake, and what was missed or too much, a line each."""

    full: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    extra: int = 0

    def show(self, title: str) -> None:
        """Print the counts."""
        more = f", {self.extra} with more" if self.extra else ""
        print(f"{title}: {sum(self.full.values())} of {sum(self.total.values())}{more}")
        for kind in sorted(self.total):
            print(f"  {kind:18} {self.full[kind]:3} of {self.total[kind]}")
        for line in self.complaints:
            print("  " + line)


def wrong(names: list[str]) -> Score:
    """Failing lines found, by kind of mistake."""
    truth = json.loads((HERE / "truth.json").read_text())["files"]
    score = Score()
    for name, entry in sorted(truth.items()):
        if names and not any(n in name for n in names):
            continue
        score.total[entry["kind"]] += 1
        wanted = {m["line"] for m in entry["mistakes"]}
        try:
            found = [f for f in analyse(HERE / "wrong" / name).failures if "echo" not in f.facts]
        except Crashed as crash:
            score.complaints.append(f"CRASH {crash}")
            continue
        spans = [(f.span.line, f.span.end_line) for f in found]
        hit = {w for w in wanted if any(a <= w <= b for a, b in spans)}
        more = sorted({a for a, b in spans if not any(a <= w <= b for w in wanted)})
        score.full[entry["kind"]] += hit == wanted
        score.extra += bool(more)
        if hit != wanted or more:
            score.complaints.append(f"{name}: missed {sorted(wanted - hit)} of {sorted(wanted)}, more at {more}")
    return score


def right(names: list[str]) -> Score:
    """Programs that run, on which nothing may be reported."""
    score = Score()
    for path in [*sorted((HERE / "right").glob("*.py")), *(ROOT / "examples" / f"{n}.py" for n in RIGHT_EXAMPLES)]:
        if names and not any(n in path.name for n in names):
            continue
        score.total["right"] += 1
        try:
            found = errors(analyse(path))
        except Crashed as crash:
            score.complaints.append(f"CRASH {crash}")
            continue
        score.full["right"] += not found
        for f in found:
            first = f.message.splitlines()[0] if f.message else ""
            score.complaints.append(f"{path.name}:{f.span.line}: {f.op}: {first}")
    return score


RIGHT_EXAMPLES = ("resnet18", "unet", "gpt", "lstm_classifier", "vae")


def shapes(names: list[str]) -> Score:
    """Names whose shapes are known from a real run: those that were seen with the same shapes and dtypes."""
    truth = json.loads((HERE / "shapes.json").read_text())["files"]
    score = Score()
    for name, entry in sorted(truth.items()):
        path = ROOT / "examples" / Path(name).name if name.startswith("examples") else HERE / name
        if not entry.get("ok") or "call" in entry or (names and not any(n in name for n in names)):
            continue
        try:
            trace = analyse(path)
        except Crashed as crash:
            score.complaints.append(f"CRASH {crash}")
            continue
        seen: dict[tuple[int, str], set[str]] = defaultdict(set)
        for fact in trace.values:
            tensor = fact.value.tensor
            if fact.role not in ("assignment", "parameter", "loop"):
                continue  # an expression's value is that before the statement
            if fact.span.path == str(path) and fact.name and tensor is not None and tensor.shape is not None:
                text = ",".join("?" if s is None else str(s) for s in tensor.shape)
                seen[fact.span.line, fact.name].add(f"{tensor.dtype}[{text}]")
        for line, values in entry["values"].items():
            for variable, wanted in values.items():
                if variable in entry.get("varying", {}).get(line, []):
                    continue
                score.total["shape"] += 1
                got = seen.get((int(line), variable), set())
                score.full["shape"] += got == set(wanted)
                if got and got != set(wanted) and not any("?" in g for g in got) and not got & set(wanted):
                    score.complaints.append(f"{name}:{line} {variable}: {sorted(got)} where real torch has {wanted}")
    return score


def main() -> None:
    """Print what was asked for; everything by default."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for part in ("wrong", "right", "shapes"):
        parser.add_argument(f"--{part}", action="store_true")
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args()
    every = not (chosen.wrong or chosen.right or chosen.shapes)
    for part in (wrong, right, shapes):
        if every or getattr(chosen, part.__name__):
            part(chosen.names).show(part.__name__)


if __name__ == "__main__":
    main()
