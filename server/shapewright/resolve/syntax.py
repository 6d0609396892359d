"""What the syntax tree of one file says of its classes. Pure; what only other files can tell is left open."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shapewright.source import Position, Range, SourceText

_NOT_MODULES = frozenset({"Parameter", "UninitializedParameter", "Buffer", "UninitializedBuffer"})
_KNOWN_MODULES = frozenset({"LightningModule", "PreTrainedModel", "ModelMixin"})


@dataclass(frozen=True)
class Attribute:
    """`self.conv1 = nn.Conv2d(…)`: the name, where target and value stand, and the dotted name of what is called."""

    name: str
    range: Range
    value: Range
    made_by: str = ""


@dataclass(frozen=True)
class ClassSyntax:
    """A class statement. `bases` are as written, `dotted` through the imports of the file (`torch.nn.Module`)."""

    name: str
    range: Range
    extent: Range
    bases: tuple[str, ...]
    dotted: tuple[str, ...]
    places: tuple[Range, ...]
    forward: Range | None
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class FileSyntax:
    """One file: its classes by qualified name, and what each imported name stands for."""

    classes: Mapping[str, ClassSyntax]
    imports: Mapping[str, str]
    import_places: Mapping[str, Range]


def read(source: SourceText) -> FileSyntax:
    """The classes of a file. Empty where it does not parse; give it a text that was made parseable."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return FileSyntax({}, {}, {})
    imports, places = _imports(source, tree)
    return FileSyntax(dict(_classes(source, tree.body, imports, "")), imports, places)


def class_at(file: FileSyntax, position: Position) -> str:
    """The name of the innermost class around a position; empty outside of all."""
    around = [item for item in file.classes.values() if item.extent.contains(position)]
    return max(around, key=lambda item: item.extent.start).name if around else ""


def is_torch_module(dotted: str) -> bool:
    """Whether a dotted name is one of PyTorch's layers, or of the well-known classes built on `nn.Module`."""
    head, _, name = dotted.rpartition(".")
    if head.startswith("torch.nn"):
        return name[:1].isupper() and name not in _NOT_MODULES
    return name in _KNOWN_MODULES and "." in dotted


def dotted_name(node: ast.expr, imports: Mapping[str, str]) -> str:
    """`nn.Conv2d` as `torch.nn.Conv2d`; empty where the expression is no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imports.get(node.id, node.id), *reversed(parts)])


def _range(source: SourceText, node: ast.AST) -> Range:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return source.range_from_ast(
        line, column, getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column)
    )


def _name_range(source: SourceText, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Range:
    start = source.from_ast(node.lineno, node.col_offset)
    column = source.line(start.line).find(node.name, start.column + 4)
    line, offset = node.lineno, len(source.line(start.line)[: max(column, start.column)].encode())
    return source.range_from_ast(line, offset, line, offset + len(node.name.encode()))


def _nested(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a body with those inside of `if`, `try`, `with` and loops, but not of functions and classes."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _nested(getattr(statement, field, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _nested(handler.body)


def _imports(source: SourceText, tree: ast.Module) -> tuple[dict[str, str], dict[str, Range]]:
    names: dict[str, str] = {}
    places: dict[str, Range] = {}
    for statement in _nested(tree.body):
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            for alias in statement.names:
                names[alias.asname or alias.name] = (
                    f"{module}.{alias.name}" if statement.module else module + alias.name
                )
                places[alias.asname or alias.name] = _range(source, alias)
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, dotted = statement.targets[0], dotted_name(statement.value, names)
            if isinstance(target, ast.Name) and "." in dotted:
                names[target.id] = dotted
    return names, places


def _classes(
    source: SourceText, body: Iterable[ast.stmt], imports: Mapping[str, str], prefix: str
) -> Iterator[tuple[str, ClassSyntax]]:
    for node in _nested(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _classes(source, node.body, imports, f"{prefix}{node.name}.<locals>.")
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
        methods = [n for n in _nested(node.body) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
        forward = next((_name_range(source, method) for method in methods if method.name == "forward"), None)
        name = prefix + node.name
        yield (
            name,
            ClassSyntax(
                name,
                _name_range(source, node),
                _range(source, node),
                tuple(ast.unparse(base) for base in bases),
                tuple(dotted_name(base, imports) for base in bases),
                tuple(_range(source, base) for base in bases),
                forward,
                tuple(_attributes(source, methods, imports)),
            ),
        )
        yield from _classes(source, node.body, imports, f"{name}.")


def _attributes(
    source: SourceText, methods: Iterable[ast.FunctionDef | ast.AsyncFunctionDef], imports: Mapping[str, str]
) -> Iterator[Attribute]:
    for method in methods:
        for statement in _nested(method.body):
            if isinstance(statement, ast.Assign):
                targets, value = statement.targets, statement.value
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                targets, value = [statement.target], statement.value
            else:
                continue
            made_by = dotted_name(value.func, imports) if isinstance(value, ast.Call) else ""
            for target in targets:
                if (
                    isinstance(target, ast.Attribute)
                    and isinstance(target.value, ast.Name)
                    and target.value.id == "self"
                ):
                    yield Attribute(target.attr, _range(source, target), _range(source, value), made_by)
