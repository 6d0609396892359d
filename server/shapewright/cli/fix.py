"""`shapewright fix`: makes the preferred repairs, shows them as a diff or writes them."""

from __future__ import annotations

import argparse
import difflib
import io
import tokenize
from collections.abc import Iterable
from pathlib import Path

from shapewright import edits, notebook
from shapewright.cli import files
from shapewright.cli.arguments import code
from shapewright.cli.files import File
from shapewright.cli.output import text
from shapewright.cli.result import Result
from shapewright.cli.session import Session
from shapewright.model import Edit, Fix
from shapewright.sources import Sources, read

_ROUNDS = 50


def run(arguments: argparse.Namespace, session: Session) -> tuple[str, int]:
    """The output and the exit code, which is that of a check of the repaired file."""
    wanted = code(arguments.code) if arguments.code else None
    file = files.collect([arguments.file])[0]
    titles: list[str] = []
    seen = [dict(session.buffers)]
    result = session.run([file])
    while len(titles) < _ROUNDS and (fix := _next(result, wanted)) is not None:
        session.buffers.update(applied(fix.edits, file, session))
        if session.buffers in seen:
            break
        seen.append(dict(session.buffers))
        titles.append(fix.title)
        result = session.run([file])
    names = result.name
    changed = {path: new for path, new in session.buffers.items() if new != read(Path(path))}
    lines = [f"{title}" for title in titles]
    if arguments.write:
        for path, new in changed.items():
            write(Path(path), new)
        output = "".join(f"fixed: {line}\n" for line in lines)
        output += "".join(f"wrote {names(path)}\n" for path in changed)
    else:
        output = "".join(diff(names(path), read(Path(path)), new) for path, new in sorted(changed.items()))
    left = len([finding for finding in result.findings if wanted in (None, finding.code)])
    if not titles:
        output += f"{file.shown}: nothing to fix; " if left == 0 else f"{file.shown}: no proven repair; "
        output += text.summary(result) + "\n"
    elif arguments.write:
        output += text.summary(result) + "\n"
    return output, result.exit_code(strict=False)


def _next(result: Result, wanted: str | None) -> Fix | None:
    """The preferred repair of the first finding that has one."""
    for finding in result.findings:
        if wanted is None or finding.code == wanted:
            for fix in finding.fixes:
                if fix.preferred:
                    return fix
    return None


def applied(changes: Iterable[Edit], file: File, session: Session) -> dict[str, str]:
    """The new text of each file that edits change."""
    changes = tuple(changes)
    books: list[Edit] = [edit for edit in changes if edit.location.path.endswith(".ipynb")]
    plain = [edit for edit in changes if edit not in books]
    texts = edits.apply(plain, Sources(session.buffers))
    if books:
        held = session.buffers.get(file.path)
        texts[file.path] = notebook.edit(file.path, read(Path(file.path)) if held is None else held, books)
    return texts


def diff(name: str, old: str, new: str) -> str:
    """A unified diff that `patch` takes."""
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def write(path: Path, new: str) -> None:
    """Replace a file's text; its encoding and line ends stay."""
    encoding = "utf-8"
    if path.suffix == ".py":
        encoding, _ = tokenize.detect_encoding(io.BytesIO(path.read_bytes()).readline)
    path.write_bytes(new.encode(encoding))
