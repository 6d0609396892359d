"""The `nn.Module` classes of a file: their bases through other files, and where their layers were declared.

The syntax tree of the file gives all that it can. For what it cannot (a base from another file, a star import), a
`Resolver` asks jedi, which lives in a process of its own; the answer is kept until an import, a class header or one of
the files it came from changes, so that an edit elsewhere costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shapewright.model import Location
from shapewright.resolve import syntax
from shapewright.source import Range, SourceText


@dataclass(frozen=True)
class Declaration:
    """Where an attribute of a class is made, in the class itself or in a base. `made_by`: `torch.nn.Conv2d`."""

    name: str
    location: Location
    value: Location
    made_by: str = ""


@dataclass(frozen=True)
class ModuleClass:
    """A class that can be run. `bases` are dotted names, nearest first, through every file. `forward` is where it is
    defined, None where PyTorch or another library does. `imported`: made in another file of the workspace."""

    name: str
    location: Location
    bases: tuple[str, ...]
    forward: Location | None
    declarations: tuple[Declaration, ...]
    imported: bool = False

    def declaration(self, name: str) -> Declaration | None:
        """Where `self.name` is made; the class itself comes before its bases."""
        return next((item for item in self.declarations if item.name == name), None)


@dataclass(frozen=True)
class Outline:
    """The module classes of one file, the imported ones last. `open_names` could not be followed to their end."""

    path: str
    classes: tuple[ModuleClass, ...]
    open_names: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every base and import was followed to its end."""
        return not self.open_names


@dataclass(frozen=True)
class Linked:
    """A class found in another file."""

    name: str
    location: Location
    is_module: bool
    bases: tuple[str, ...] = ()
    forward: Location | None = None
    declarations: tuple[Declaration, ...] = ()


@dataclass(frozen=True)
class Links:
    """What names of a file stand for. `files` are those that were read for it, `missing` what could not be followed."""

    classes: Mapping[str, Linked]
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Resolver(Protocol):
    """Follows names into other files."""

    def links(self, source: SourceText, names: Mapping[str, Range], buffers: Mapping[str, str]) -> Links | None:
        """The classes behind `names` (name as written -> where it stands). None where that took too long."""
        ...


class Outlines:
    """Outlines of the files of one workspace, with the answers of the resolver kept between edits.

    Safe in threads, since whole entries are replaced; two that ask at once do the work twice."""

    def __init__(self, resolver: Resolver | None, roots: Sequence[str] = ()) -> None:
        self._resolver = resolver
        self._roots = tuple(roots)
        self._kept: dict[str, tuple[object, Links]] = {}

    def outline(self, source: SourceText, buffers: Mapping[str, str] | None = None) -> Outline:
        """The outline of a text that was made parseable. `buffers` win over the disk. Blocks while jedi works, so it is
        nothing for the event loop."""
        buffers = buffers or {}
        file = syntax.read(source)
        wanted = _open_names(file)
        links = self._links(source, file, wanted, buffers) if wanted else Links({})
        return _outline(source, file, links or Links({}, missing=tuple(wanted)), self._roots)

    def forget(self, path: str) -> None:
        """The file was closed."""
        self._kept.pop(path, None)

    def _links(
        self, source: SourceText, file: syntax.FileSyntax, wanted: Mapping[str, Range], buffers: Mapping[str, str]
    ) -> Links | None:
        if self._resolver is None:
            return None
        headers = tuple((c.name, c.bases) for c in file.classes.values())
        imports = tuple(sorted(file.imports.items()))
        kept = self._kept.get(source.path)
        if kept and kept[0] == (imports, headers, _state(kept[1].files, buffers)):
            return kept[1]
        # No answer is kept like any other: what took too long once will do so again.
        links = self._resolver.links(source, wanted, buffers) or Links({}, missing=tuple(wanted))
        self._kept[source.path] = ((imports, headers, _state(links.files, buffers)), links)
        return links


def _state(files: Sequence[str], buffers: Mapping[str, str]) -> tuple[object, ...]:
    def one(path: str) -> object:
        if path in buffers:
            return hash(buffers[path])
        try:
            status = os.stat(path)
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size)

    return tuple(one(path) for path in files)


def _open_names(file: syntax.FileSyntax) -> dict[str, Range]:
    """The names that only another file can explain: unknown bases, and what is imported from elsewhere than torch."""
    names: dict[str, Range] = {}
    for item in file.classes.values():
        for text, dotted, place in zip(item.bases, item.dotted, item.places, strict=True):
            known = text in file.classes or syntax.is_torch_module(dotted) or text in _PLAIN
            if not known and dotted:
                names[text] = place
    for name, place in file.import_places.items():
        if name[:1].isupper() and not file.imports[name].startswith(
            ("torch.", "typing.", "collections.", "dataclasses.")
        ):
            names.setdefault(name, place)
    return names


_PLAIN = frozenset(
    {"object", "Exception", "ABC", "abc.ABC", "Protocol", "NamedTuple", "Enum", "enum.Enum", "Generic", "dict"}
)


def _outline(source: SourceText, file: syntax.FileSyntax, links: Links, roots: Sequence[str]) -> Outline:
    own = {name: found for name in file.classes if (found := local_class(source, file, links, name)) is not None}
    classes = [
        ModuleClass(name, item.location, item.bases, item.forward, item.declarations)
        for name, item in own.items()
        if item.is_module
    ]
    for name in file.import_places:
        item = links.classes.get(name)
        if item and item.is_module and any(_inside(item.location.path, root) for root in roots):
            classes.append(ModuleClass(name, item.location, item.bases, item.forward, item.declarations, imported=True))
    return Outline(source.path, tuple(classes), links.missing)


def local_class(
    source: SourceText, file: syntax.FileSyntax, links: Links, name: str, seen: frozenset[str] = frozenset()
) -> Linked | None:
    """One class of a file with everything that its bases give it."""
    item = file.classes.get(name)
    if item is None or name in seen:
        return None
    bases: list[str] = []
    forward = Location(source.path, item.forward) if item.forward else None
    declared = [
        Declaration(a.name, Location(source.path, a.range), Location(source.path, a.value), a.made_by)
        for a in item.attributes
    ]
    is_module = False
    for text, dotted in zip(item.bases, item.dotted, strict=True):
        linked = links.classes.get(text) or local_class(source, file, links, text, seen | {name})
        bases.append(linked.name if linked else dotted or text)
        is_module = is_module or syntax.is_torch_module(dotted)
        if linked is not None:
            bases.extend(linked.bases)
            forward = forward or linked.forward
            declared.extend(linked.declarations)
            is_module = is_module or linked.is_module
    found = {item.name: item for item in reversed(declared)}
    return Linked(
        name,
        Location(source.path, item.range),
        is_module,
        tuple(dict.fromkeys(bases)),
        forward,
        tuple(sorted(found.values(), key=lambda d: (d.location.path != source.path, d.location))),
    )


def _inside(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.abspath(path), os.path.abspath(folder)]) == os.path.abspath(folder)
