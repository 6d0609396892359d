"""What the readers look at: a file with its comments, and in it each class with a `forward` and each function."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from shapewright import wire
from shapewright.annotations.words import words
from shapewright.source import SourceText

Function = ast.FunctionDef | ast.AsyncFunctionDef

_TOKENS = re.compile(
    r"""(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')|(?P<comment>\#[^\r\n]*)""",
    re.DOTALL,
)
_OPENING = re.compile(r"[rRuUbBfF]*(\"\"\"|'''|\"|')")
_SCALARS = words("int str bool float bytes complex Callable device dtype Path Module Generator Optimizer Size type")
_GROUPS = words("tuple list Tuple List Sequence Iterable Optional Union set Set dict Dict Type Literal")


@dataclass(frozen=True)
class Comment:
    """A comment: its line from 1, its offsets in the text, and whether it has the line for itself."""

    line: int
    start: int
    end: int
    text: str
    alone: bool


@dataclass(frozen=True)
class Docstring:
    """The raw text between the quotes, and its offset in the file. Raw, so that `\\times` is not a tab and `imes`."""

    text: str
    offset: int


@dataclass(frozen=True)
class Statement:
    """A statement of a function's body. `conditional`: it may not run at all, or run again."""

    node: ast.stmt
    conditional: bool


@dataclass(frozen=True)
class Reading:
    """What one reader found in one scope."""

    inputs: tuple[wire.Declared, ...] = ()
    returns: tuple[wire.Declared, ...] = ()


@dataclass(frozen=True, eq=False)
class File:
    """A text and its tree."""

    source: SourceText
    tree: ast.Module

    @functools.cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments in order. A `#` in a string is none."""
        text = self.source.text
        found: list[Comment] = []
        for match in _TOKENS.finditer(text):
            if match.lastgroup == "comment":
                position = self.source.position(match.start())
                alone = not self.source.line(position.line)[: position.column].strip()
                found.append(Comment(position.line + 1, match.start(), match.end(), match[0], alone))
        return tuple(found)

    @functools.cached_property
    def comments_by_line(self) -> dict[int, Comment]:
        """Line from 1 to the comment on it."""
        return {comment.line: comment for comment in self.comments}

    @functools.cached_property
    def aliases(self) -> dict[str, ast.expr]:
        """Names that the file gives to types: `Image = Float[Tensor, "b c h w"]`."""
        found: dict[str, ast.expr] = {}
        for node in self.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as value):
                    found[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Subscript() as value):
                    found[name] = value
                case _:
                    pass
        return found

    def offset(self, line: int, column: int) -> int:
        """Offset into the text of an `ast` position."""
        return self.source.offset(self.source.from_ast(line, column))

    def span(self, start: int, end: int) -> wire.Span:
        """The span of two offsets."""
        line, column = self.source.to_ast(self.source.position(start))
        end_line, end_column = self.source.to_ast(self.source.position(max(start, end)))
        return wire.Span(self.source.path, line, column, end_line, end_column)

    def span_of(self, node: ast.expr | ast.stmt | ast.arg) -> wire.Span:
        """The span of a node."""
        end_line = node.end_lineno or node.lineno
        end_column = node.col_offset if node.end_col_offset is None else node.end_col_offset
        return wire.Span(self.source.path, node.lineno, node.col_offset, end_line, end_column)

    def docstring(self, node: Function | ast.ClassDef) -> Docstring | None:
        """The docstring of a class or function as it stands in the file."""
        match node.body[:1]:
            case [ast.Expr(value=ast.Constant(value=str()) as value)]:
                start = self.offset(value.lineno, value.col_offset)
                end = self.offset(value.end_lineno or value.lineno, value.end_col_offset or 0)
                opening = _OPENING.match(self.source.text, start)
                if opening is None or end - len(opening[1]) < opening.end():
                    return None
                return Docstring(self.source.text[opening.end() : end - len(opening[1])], opening.end())
            case _:
                return None


@dataclass(frozen=True, eq=False)
class Scope:
    """One class with its `forward`, or one function. `name` is qualified: `Outer.Inner`."""

    file: File
    name: str
    node: Function
    owner: ast.ClassDef | None = None

    @functools.cached_property
    def arguments(self) -> tuple[ast.arg, ...]:
        """The arguments that a caller gives, in order; without `self`, `*args` and `**kwargs`."""
        spec = self.node.args
        positional = [*spec.posonlyargs, *spec.args]
        if self.owner is not None:
            positional = positional[1:]
        return (*positional, *spec.kwonlyargs)

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The arguments' names."""
        return tuple(argument.arg for argument in self.arguments)

    @functools.cached_property
    def optional(self) -> frozenset[str]:
        """Arguments that have a default."""
        spec = self.node.args
        positional = [*spec.posonlyargs, *spec.args]
        defaulted = {a.arg for a in positional[len(positional) - len(spec.defaults) :]} if spec.defaults else set[str]()
        return frozenset(
            defaulted | {a.arg for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=False) if d is not None}
        )

    @functools.cached_property
    def tensors(self) -> tuple[str, ...]:
        """Arguments that can be tensors, as far as their annotations tell."""
        return tuple(a.arg for a in self.arguments if not is_scalar(a.annotation))

    @functools.cached_property
    def first(self) -> str | None:
        """The argument that "the input" means: the first that can be a tensor."""
        return self.tensors[0] if self.tensors else None

    @functools.cached_property
    def only(self) -> str | None:
        """The one argument that a shape without a name can mean; None where there are several."""
        needed = [name for name in self.tensors if name not in self.optional]
        return needed[0] if len(needed) == 1 else None

    @functools.cached_property
    def init(self) -> Function | None:
        """The constructor, where the class has its own."""
        return method(self.owner, "__init__") if self.owner else None

    @functools.cached_property
    def text(self) -> str:
        """The function's source: readers look here before they walk the tree."""
        return self.file.source.text[slice(*self._extent)]

    @functools.cached_property
    def _extent(self) -> tuple[int, int]:
        node = self.node
        return (
            self.file.offset(node.lineno, node.col_offset),
            self.file.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    @functools.cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the body in order; nested functions and classes are left out."""
        return tuple(_statements(self.node.body, False))

    @functools.cached_property
    def rebound(self) -> dict[str, int]:
        """Argument to the last line on which its name still means what the caller gave."""
        found: dict[str, int] = {}
        names = frozenset(self.names)
        for statement in self.statements:
            for target in _targets(statement.node):
                if target in names and target not in found:
                    found[target] = _last_line(statement.node)
        return found

    def is_given(self, name: str, line: int) -> bool:
        """Whether `name` on this line is the argument as the caller gave it."""
        return name in self.names and line <= self.rebound.get(name, line)

    def comments(self) -> Iterator[Comment]:
        """The comments from the signature's end to the last statement."""
        first = self.node.body[0].lineno if self.node.body else self.node.lineno
        start, last = min(first, self.node.lineno), self.node.end_lineno or first
        by_line = self.file.comments_by_line
        for line in range(start, last + 1):
            if comment := by_line.get(line):
                yield comment


def scopes(file: File) -> tuple[Scope, ...]:
    """Every class with a `forward` (or `__call__`), and every function at the top of the file."""
    return tuple(_scopes(file, file.tree.body, ""))


def _scopes(file: File, body: list[ast.stmt], prefix: str) -> Iterator[Scope]:
    for node in body:
        match node:
            case ast.ClassDef():
                name = f"{prefix}{node.name}"
                forward = method(node, "forward") or method(node, "__call__")
                if forward is not None and not _is_static(forward):
                    yield Scope(file, name, forward, node)
                yield from _scopes(file, node.body, f"{name}.")
            case ast.FunctionDef() if not prefix:
                yield Scope(file, node.name, node)
            case ast.If() if not prefix:
                yield from _scopes(file, [*node.body, *node.orelse], prefix)
            case ast.Try() if not prefix:
                yield from _scopes(
                    file, [*node.body, *(s for h in node.handlers for s in h.body), *node.orelse], prefix
                )
            case _:
                pass


def method(node: ast.ClassDef, name: str) -> Function | None:
    """The last definition of a method in a class."""
    found = [n for n in node.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name == name]
    return found[-1] if found else None


def _is_static(node: Function) -> bool:
    """Whether a method belongs to the class itself: the `forward` of an autograd function is never called by people."""
    return any(isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod") for d in node.decorator_list)


def is_scalar(annotation: ast.expr | None) -> bool:
    """Whether an annotation rules a tensor out: `int`, `Optional[str]`, `tuple[int, int]`."""
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _SCALARS
        case ast.Constant(value=None):
            return True
        case ast.Constant(value=str() as text):
            return text in _SCALARS
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            if name in ("Callable", "Literal", "Type", "type"):
                return True
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            parts = [p for p in parts if not (isinstance(p, ast.Constant) and p.value is Ellipsis)]
            return name in _GROUPS and bool(parts) and all(is_scalar(part) for part in parts)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return is_scalar(left) and is_scalar(right)
        case _:
            return False


def _statements(body: list[ast.stmt], conditional: bool) -> Iterator[Statement]:
    for node in body:
        yield Statement(node, conditional)
        match node:
            case ast.If() | ast.For() | ast.While() | ast.AsyncFor():
                yield from _statements(node.body, True)
                yield from _statements(node.orelse, True)
            case ast.With() | ast.AsyncWith():
                yield from _statements(node.body, conditional)
            case ast.Try():
                yield from _statements(node.body, True)
                for handler in node.handlers:
                    yield from _statements(handler.body, True)
                yield from _statements([*node.orelse, *node.finalbody], True)
            case ast.Match():
                for case in node.cases:
                    yield from _statements(case.body, True)
            case _:
                pass


def _targets(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _names(target)
        case ast.AnnAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _names(target)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _names(item.optional_vars)
        case ast.Delete(targets=targets):
            for target in targets:
                yield from _names(target)
        case _:
            pass


def _names(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            for element in elts:
                yield from _names(element)
        case ast.Starred(value=value):
            yield from _names(value)
        case _:
            pass


def _last_line(node: ast.stmt) -> int:
    """The last line on which an assignment still reads the old value: a loop's or a `with`'s header, else its end."""
    if isinstance(node, (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)):
        return node.body[0].lineno - 1 if node.body and node.body[0].lineno > node.lineno else node.lineno
    return node.end_lineno or node.lineno
