"""From a file and what is written in it to one run of the worker."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from shapewright import annotations, wire
from shapewright.plan import outline
from shapewright.source import SourceText

_ids = itertools.count(1)


def parse(source: SourceText) -> ast.Module:
    """The syntax tree of a text that was made parseable; an empty one where even that failed."""
    try:
        return ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def build(
    entry: SourceText,
    texts: Mapping[str, str],
    *,
    roots: Sequence[str],
    search_path: Sequence[str] = (),
    pinned: Sequence[wire.Target] = (),
    deadline: float,
) -> wire.Run:
    """The run of one entry file. `texts` are the buffers, made parseable, the entry's among them.

    Every class with a `forward` is a target: only the worker knows which ones the script has run already. Targets given
    by hand come alone, and the script part of the file does not run then.
    """
    return wire.Run(
        id=next(_ids),
        entry=entry.path,
        texts=dict(texts),
        roots=tuple(roots),
        search_path=_search_path(entry.path, roots, search_path),
        targets=tuple(pinned) or _targets(entry),
        options=wire.Options(deadline=deadline, script=not pinned),
    )


def _targets(entry: SourceText) -> tuple[wire.Target, ...]:
    tree = parse(entry)
    known = outline.classes(tree)
    declared = {target.name: target for target in annotations.declared_targets(entry, tree)}
    ordered = {name: declared.pop(name, None) or wire.Target(name) for name in outline.modules(tree)}
    # What is left are functions, classes with a `__call__`, and autograd functions, whose forward no call reaches.
    rest = [target for target in declared.values() if not outline.is_autograd(target.name, known)]
    return (*ordered.values(), *rest)


def _search_path(entry: str, roots: Iterable[str], configured: Iterable[str]) -> tuple[str, ...]:
    """Where imports of the workspace are found: as `python entry` has it, then what people add by hand or by
    installing.

    The folder above the entry's outermost package serves `import package.module`; `src` is the layout of the same name.
    """
    near: list[Path] = []
    # A buffer that was never saved has a URI, and no folder.
    if Path(entry).is_absolute():
        top = Path(entry).parent
        while (top / "__init__.py").is_file() and top != top.parent:
            top = top.parent
        near = [Path(entry).parent, top]
    sources = [Path(root) / "src" for root in roots]
    found = [*near[:1], *map(Path, configured), *near[1:], *map(Path, roots), *(s for s in sources if s.is_dir())]
    return tuple(dict.fromkeys(str(path) for path in found))
