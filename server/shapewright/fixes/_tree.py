"""The syntax tree of one file, with what an edit needs: parents, the node at a place, exact replacements."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from shapewright import wire
from shapewright.model import Edit, Location
from shapewright.source import Position, Range, SourceText

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.ListComp, ast.Dict)


@dataclass(frozen=True, eq=False)
class Tree:
    """A parsed file. `parents` leads from a node to the one around it."""

    source: SourceText
    module: ast.Module
    parents: dict[ast.AST, ast.AST]

    @property
    def path(self) -> str:
        """The file."""
        return self.source.path

    @functools.cached_property
    def expressions(self) -> tuple[ast.expr, ...]:
        """Every expression of the file, outer ones first."""
        return tuple(node for node in ast.walk(self.module) if isinstance(node, ast.expr))

    def node(self, span: wire.Span) -> ast.expr | None:
        """The expression at a place; a call in a chain is found by the start of its method's name."""
        start, end = (span.line, span.column), (span.end_line, span.end_column)
        for node in self.expressions:
            if (node.end_lineno, node.end_col_offset) != end:
                continue
            if (node.lineno, node.col_offset) == start:
                return node
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _name_start(node.func) == start:
                return node
        return None

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around one, inner ones first."""
        found = self.parents.get(node)
        while found is not None:
            yield found
            found = self.parents.get(found)

    def function(self, node: ast.AST) -> Function | None:
        """The function in whose body (or arguments) a node stands."""
        return next((n for n in self.around(node) if isinstance(n, Function)), None)

    def owner(self, node: ast.AST) -> ast.ClassDef | None:
        """The class around a node."""
        return next((n for n in self.around(node) if isinstance(n, ast.ClassDef)), None)

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node belongs to."""
        if isinstance(node, ast.stmt):
            return node
        return next((n for n in self.around(node) if isinstance(n, ast.stmt)), None)

    def statement_at(self, span: wire.Span) -> ast.stmt | None:
        """The innermost statement around a place."""
        around = [
            node
            for node in ast.walk(self.module)
            if isinstance(node, ast.stmt) and node.lineno <= span.line and span.end_line <= (node.end_lineno or 0)
        ]
        return max(around, key=lambda n: (n.lineno, n.col_offset), default=None)

    def text(self, node: ast.expr | ast.stmt) -> str:
        """The source of a node."""
        return self.source.slice(self.range(node))

    def replace(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Put other text in the place of a node."""
        return Edit(Location(self.path, self.range(node)), text)

    def before(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Insert in front of a node."""
        start = self.range(node).start
        return Edit(Location(self.path, Range(start, start)), text)

    def after(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Insert behind a node."""
        end = self.range(node).end
        return Edit(Location(self.path, Range(end, end)), text)

    def suffix(self, node: ast.expr, text: str) -> tuple[Edit, ...]:
        """Call a method on an expression, in parentheses where it needs them."""
        if isinstance(node, _ATOMS):
            return (self.after(node, text),)
        return self.before(node, "("), self.after(node, f"){text}")

    def suffixed(self, node: ast.expr, text: str) -> str:
        """What `suffix` makes, for a title."""
        own = " ".join(self.text(node).split())
        return f"{own}{text}" if isinstance(node, _ATOMS) else f"({own}){text}"

    def instead(self, call: ast.Call, text: str) -> Edit:
        """Put other text in the place of the last link of a chain of calls, its dot included."""
        end = self.range(call).end
        return Edit(Location(self.path, Range(self.dot(call), end)), text)

    def renamed(self, attribute: ast.Attribute, name: str) -> Edit:
        """Put another name behind the dot."""
        end = self.range(attribute).end
        return Edit(Location(self.path, Range(self.source.from_ast(*_name_start(attribute)), end)), name)

    def dot(self, call: ast.Call) -> Position:
        """Where the last link of a chain of calls begins."""
        assert isinstance(call.func, ast.Attribute)
        receiver = self.source.offset(self.range(call.func.value).end)
        name = self.source.offset(self.source.from_ast(*_name_start(call.func)))
        return self.source.position(self.source.text.rfind(".", receiver, name))

    def line_before(self, statement: ast.stmt, text: str) -> Edit:
        """A line of its own in front of a statement, as far in as it."""
        return self.before(statement, f"{text}\n{self.indent(statement)}")

    def under(self, statement: ast.stmt, header: str) -> tuple[Edit, ...]:
        """Put a statement into a block of its own; nothing where it has several lines."""
        if statement.lineno != statement.end_lineno:
            return ()
        return (self.before(statement, f"{header}\n{self.indent(statement)}    "),)

    def indent(self, statement: ast.stmt) -> str:
        """The white space in front of a statement."""
        line = self.source.line(statement.lineno - 1)
        return line[: len(line) - len(line.lstrip())]

    def keyword(self, call: ast.Call, name: str, text: str) -> Edit:
        """Set a keyword argument of a call: replaced where it is given, else added behind the others."""
        given = next((k for k in call.keywords if k.arg == name), None)
        if given is not None:
            return self.replace(given.value, text)
        last = [*call.args, *(k.value for k in call.keywords)]
        if not last:
            end = self.range(call).end
            place = self.source.position(self.source.offset(end) - 1)
            return Edit(Location(self.path, Range(place, place)), f"{name}={text}")
        furthest = max(last, key=lambda n: (n.end_lineno or 0, n.end_col_offset or 0))
        return self.after(_outermost(self, furthest, call), f", {name}={text}")

    def range(self, node: ast.expr | ast.stmt) -> Range:
        """Where a node stands."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self.source.range_from_ast(node.lineno, node.col_offset, end_line, end_column)


def _name_start(node: ast.Attribute) -> tuple[int, int]:
    return node.end_lineno or 0, (node.end_col_offset or 0) - len(node.attr.encode())


def _outermost(tree: Tree, node: ast.expr, call: ast.Call) -> ast.expr:
    """The argument itself; an argument in parentheses ends with them, which the syntax tree does not tell."""
    text, start = tree.source.text, tree.source.offset(tree.range(node).end)
    end = tree.source.offset(tree.range(call).end) - 1
    close = text[start:end].rfind(")")
    if close < 0:
        return node
    place = tree.source.position(start + close + 1)
    line, column = tree.source.to_ast(place)
    return ast.Constant(None, lineno=line, col_offset=column, end_lineno=line, end_col_offset=column)


@functools.lru_cache(maxsize=64)
def parse(source: SourceText) -> Tree | None:
    """The tree of a text; None where it does not parse."""
    try:
        module = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    parents = {child: node for node in ast.walk(module) for child in ast.iter_child_nodes(node)}
    return Tree(source, module, parents)
