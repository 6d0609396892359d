"""The texts that one analysis reads: unsaved buffers first, then the disk."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

from shapewright import wire
from shapewright.model import Location
from shapewright.source import SourceText

_ENCODINGS = "save it in UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-"


class Sources(Mapping[str, SourceText]):
    """Path -> text. A file of the disk is read when it is first asked for; KeyError where it cannot be read."""

    def __init__(self, buffers: Mapping[str, str]):
        self._texts = {path: SourceText(path, text) for path, text in buffers.items()}
        self._unreadable: set[str] = set()

    def __getitem__(self, path: str) -> SourceText:
        if path in self._texts:
            return self._texts[path]
        if path in self._unreadable:
            raise KeyError(path)
        try:
            text = read(Path(path))
        except (OSError, ValueError):
            self._unreadable.add(path)
            raise KeyError(path) from None
        return self._texts.setdefault(path, SourceText(path, text))

    def __iter__(self) -> Iterator[str]:
        """The texts known so far; the disk is not listed."""
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def location(self, span: wire.Span) -> Location | None:
        """Where a span of the wire is; None where its file cannot be read."""
        source = self.get(span.path)
        if source is None:
            return None
        return Location(span.path, source.range_from_ast(span.line, span.column, span.end_line, span.end_column))

    def text(self, location: Location) -> str:
        """The text at a location, empty where its file cannot be read."""
        source = self.get(location.path)
        return source.slice(location.range) if source else ""


def read(path: Path) -> str:
    """The text of a Python file by its own encoding, line ends as they are. ValueError where it is not text."""
    data, encoding = path.read_bytes(), "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"it is not text in {encoding} (line {line}); {_ENCODINGS}") from error
    except (SyntaxError, LookupError) as error:
        raise ValueError(f"it is not text that Python reads ({error.args[0]}); {_ENCODINGS}") from error
