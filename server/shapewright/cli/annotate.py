"""`shapewright annotate`: writes the shapes of the models' inputs and outputs into a file, or shows them as a diff."""

from __future__ import annotations

import argparse
from pathlib import Path

from shapewright import observed
from shapewright.annotations import writing
from shapewright.cli import files
from shapewright.cli.fix import applied, diff, write
from shapewright.cli.output import text
from shapewright.cli.session import Session
from shapewright.sources import read


def run(arguments: argparse.Namespace, session: Session) -> tuple[str, int]:
    """The output and the exit code: 2 where the file could not be run."""
    session.sizes = True
    file = files.collect([arguments.file])[0]
    result = session.run([file], fixes=False)
    _, report = result.files[0]
    if report.status == "failed":
        return text.check(result, verbose=False), 2
    source = result.sources[file.path]
    found = observed.shapes(report)
    edits = writing.write(source, found, arguments.style)
    changed = applied(edits, file, session)
    if not changed:
        return f"{file.shown}: nothing to write; {_why(len(found))}\n", 0
    if arguments.write:
        for path, new in changed.items():
            write(Path(path), new)
        return "".join(f"wrote {result.name(path)}\n" for path in changed), 0
    return "".join(diff(result.name(path), read(Path(path)), new) for path, new in sorted(changed.items())), 0


def _why(count: int) -> str:
    if not count:
        return "no model in it ran to its end"
    return "its model has its shapes" if count == 1 else f"its {count} models have their shapes"
