"""A file's statements, compiled one by one and kept: an edit compiles what it changed, the rest at most moves."""

from __future__ import annotations

import __future__  # isort: skip
import ast
from collections import Counter
from dataclasses import dataclass, replace
from types import CodeType

from shapewright.worker.instrument.statements import Statements
from shapewright.worker.sites import NOWHERE, FileSites, Site, TryRegion, Where

_SPARE = 1000
_Key = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """One statement of a file, instrumented: what runs, and its part of the file's table.

    Numbers of sites and guards stand in the code, so a piece keeps those that it was given first. It is made as if it
    stood in the first line, and moved to its own: lines of code only go down from where they were compiled.
    """

    line: int
    codes: tuple[CodeType, ...]
    table: FileSites
    first_site: int
    first_guard: int


class Pieces:
    """The pieces of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._known: dict[_Key, Piece] = {}
        self._sites = self._guards = 0

    def build(self, text: str) -> tuple[list[CodeType], FileSites]:
        """All statements of a text, and its table. Raises SyntaxError."""
        tree = ast.parse(text, self.path)
        flags = _future_flags(tree) | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        lines = text.encode().splitlines(keepends=True)
        times: Counter[_Key] = Counter()
        used: dict[_Key, Piece] = {}
        for node in tree.body:
            line = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            end = node.end_lineno or line
            words = b"".join(lines[line - 1 : end]).decode(errors="replace")
            key = (words, node.col_offset, node.end_col_offset or 0, flags, 0)
            times[key] += 1
            key = (*key[:4], times[key])
            piece = self._known.get(key)
            if piece is None:
                piece = self._made(node, line, flags)
            used[key] = _moved(piece, line - piece.line) if piece.line != line else piece
        self._known = used
        table = self._joined(text)
        if len(table.sites) > 4 * sum(len(p.table.sites) for p in used.values()) + _SPARE:
            self._known, self._sites, self._guards = {}, 0, 0
        return [code for piece in used.values() for code in piece.codes], table

    def _made(self, node: ast.stmt, line: int, flags: int) -> Piece:
        rewriter = Statements(self.path, self._sites, self._guards)
        node = ast.increment_lineno(node, 1 - line)
        rewritten = ast.fix_missing_locations(ast.Module(rewriter.block([node]), []))
        try:
            codes = tuple(
                compile(ast.Module([n], []), self.path, "exec", flags=flags, dont_inherit=True) for n in rewritten.body
            )
        except SyntaxError as error:
            error.lineno = (error.lineno or 1) + line - 1
            raise
        piece = Piece(1, codes, rewriter.table, self._sites, self._guards)
        self._sites += len(rewriter.table.sites)
        self._guards += len(rewriter.table.statements)
        return piece

    def _joined(self, text: str) -> FileSites:
        """The table of the file. Numbers that no piece has any more mean nowhere."""
        table = FileSites(self.path, [Site(NOWHERE, "")] * self._sites, [NOWHERE] * self._guards, text=text)
        for piece in self._known.values():
            part = piece.table
            table.sites[piece.first_site : piece.first_site + len(part.sites)] = part.sites
            table.statements[piece.first_guard : piece.first_guard + len(part.statements)] = part.statements
            table.regions += part.regions
            table.calls.update(part.calls)
            table.raises |= part.raises
            table.asserts |= part.asserts
            for line, calls in part.on_line.items():
                table.on_line.setdefault(line, []).extend(calls)
        return table


def _moved(piece: Piece, by: int) -> Piece:
    old = piece.table

    def at(where: Where) -> Where:
        return where[0] + by, where[1], where[2] + by, where[3]

    table = FileSites(
        old.path,
        [replace(site, where=at(site.where)) for site in old.sites],
        [at(where) for where in old.statements],
        [TryRegion(r.first + by, r.last + by, r.types, r.probe) for r in old.regions],
        {at(call): at(shown) for call, shown in old.calls.items()},
        {line + by: [at(call) for call in calls] for line, calls in old.on_line.items()},
        {line + by for line in old.raises},
        {line + by for line in old.asserts},
    )
    return replace(piece, line=piece.line + by, codes=tuple(_code_moved(c, by) for c in piece.codes), table=table)


def _code_moved(code: CodeType, by: int) -> CodeType:
    """The code some lines further down: its table of lines counts from its first one."""
    constants = tuple(_code_moved(c, by) if isinstance(c, CodeType) else c for c in code.co_consts)
    return code.replace(co_firstlineno=code.co_firstlineno + by, co_consts=constants)


def _future_flags(tree: ast.Module) -> int:
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
    return flags
