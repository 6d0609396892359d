"""From a file and what is written in it to one run of the worker."""

from __future__ import annotations

import ast
import itertools
import sys
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
        search_path=_search_path(entry, roots, search_path),
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


def _search_path(source: SourceText, roots: Iterable[str], configured: Iterable[str]) -> tuple[str, ...]:
    """Where imports of the workspace are found: as `python entry` has it, then what people add by hand or by
    installing.

    The folder above the entry's outermost package serves `import package.module`; `src` is the layout of the same name.
    A module of a package that is no program is imported, not started: its own folder is no place for imports then, and
    would hide packages behind modules of the same name. It serves only what nothing else has.
    """
    near: list[Path] = []
    last: list[Path] = []
    # A buffer that was never saved has a URI, and no folder.
    if Path(source.path).is_absolute():
        folder = top = Path(source.path).parent
        while (top / "__init__.py").is_file() and top != top.parent:
            top = top.parent
        near = [folder, top]
        if top != folder and "__main__" not in source.text:
            near, last = [top], [folder] if _needs(source, folder, top) else []
    sources = [Path(root) / "src" for root in roots]
    places = [*near[:1], *map(Path, configured), *near[1:], *map(Path, roots), *(s for s in sources if s.is_dir())]
    return tuple(dict.fromkeys(str(path) for path in [*places, *last]))


def _needs(source: SourceText, folder: Path, top: Path) -> bool:
    """Whether a file imports a neighbour by its bare name, which neither the standard library nor the folder above its
    package has."""
    names: set[str] = set()
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    names -= sys.stdlib_module_names
    return any(_has(folder, name) and not _has(top, name) for name in names)


def _has(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()
