"""What a function's text shows of an argument: how it is used before it is bound anew."""

from __future__ import annotations

import ast
import inspect
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Use:
    """One argument.

    `keys`: what may be read of it by name, `items` what must be there. `choices`: numbers that it is compared with for
    equality. `constants`: names of what it is compared with, such as `MODE_A`. `selects`: names of tables that it is a
    key of. `answers`: how many values are unpacked from its calls. `layers`: what it is handed to (`self.conv1` is
    `("conv1", 0)`, the second argument `("conv1", 1)`). `callees`: functions it is handed to, with the position.
    `attribute`: the attribute of self that keeps it.
    """

    keys: list[str] = field(default_factory=list[str])
    items: list[str] = field(default_factory=list[str])
    attributes: list[str] = field(default_factory=list[str])
    texts: list[str] = field(default_factory=list[str])
    constants: list[str] = field(default_factory=list[str])
    numbers: list[int] = field(default_factory=list[int])
    choices: list[int] = field(default_factory=list[int])
    selects: list[str] = field(default_factory=list[str])
    layers: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    callees: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    unpacked: int = 0
    parts: list[str] = field(default_factory=list[str])
    indexed: int = -1
    iterated: bool = False
    called: int = -1
    answers: int = 0
    counted: bool = False
    measured: bool = False
    tested: bool = False
    calculated: bool = False
    joined: bool = False
    attribute: str = ""


class Sources:
    """Syntax trees of the files that a run has loaded, parsed when asked for. `texts`: buffers, in the disk's place."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.files: dict[str, dict[int, ast.AST]] = {}

    def function(self, function: Any) -> ast.FunctionDef | None:
        """The definition of a function; None where there is no text."""
        function = inspect.unwrap(function)
        code = getattr(function, "__code__", None)
        if code is None:
            return None
        found = self._definitions(code.co_filename).get(code.co_firstlineno)
        return found if isinstance(found, ast.FunctionDef) else None

    def _definitions(self, path: str) -> dict[int, ast.AST]:
        if path not in self.files:
            tree = self.tree(path)
            self.files[path] = {}
            for node in ast.walk(tree) if tree is not None else ():
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                    self.files[path].setdefault(first, node)
        return self.files[path]

    def tree(self, path: str) -> ast.Module | None:
        """The tree of a file."""
        text = self.texts.get(path)
        try:
            if text is None:
                if not path.endswith(".py"):
                    return None
                with tokenize.open(path) as file:
                    text = file.read()
            return ast.parse(text)
        except (OSError, SyntaxError, ValueError, UnicodeDecodeError):
            return None

    def use(self, function: Any, argument: str) -> Use:
        """How a function uses an argument."""
        definition = self.function(function)
        return used(definition, argument) if definition is not None else Use()

    def kept(self, cls: type, attribute: str) -> Use:
        """How the methods of a class use an attribute of self."""
        use = Use()
        for function in vars(cls).values():
            definition = self.function(function) if inspect.isfunction(function) else None
            if definition is not None and definition.args.args:
                used(definition, f"{definition.args.args[0].arg}.{attribute}", use)
        return use


def used(definition: ast.FunctionDef, name: str, use: Use | None = None) -> Use:
    """How a function uses the argument `name` (or `self.name`), up to the statement that binds it anew."""
    use = use if use is not None else Use()
    own = "self" if not definition.args.args or definition.args.args[0].arg == "self" else ""
    for statement in _statements(definition.body):
        for node in ast.walk(statement):
            _note(node, name, own, use)
        if _binds(statement, name):
            break
    return use


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements in order; compound ones piecewise, their headers first."""
    for statement in body:
        if isinstance(statement, (ast.If, ast.While)):
            yield ast.Expr(statement.test)
            yield from _statements(statement.body)
            yield from _statements(statement.orelse)
        elif isinstance(statement, ast.For):
            yield ast.For(statement.target, statement.iter, [], [])
            yield from _statements(statement.body)
        elif isinstance(statement, (ast.With, ast.Try)):
            yield from _statements(statement.body)
        else:
            yield statement


def _binds(statement: ast.stmt, name: str) -> bool:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.For):
        targets = [statement.target]
    return any(isinstance(t, ast.Name) and t.id == name for target in targets for t in ast.walk(target))


def _is(node: ast.AST | None, name: str) -> bool:
    if isinstance(node, ast.Attribute):
        owner, _, attribute = name.partition(".")
        return node.attr == attribute and isinstance(node.value, ast.Name) and node.value.id == owner
    return isinstance(node, ast.Name) and node.id == name


def _note(node: ast.AST, name: str, own: str, use: Use) -> None:
    if isinstance(node, ast.Subscript) and _is(node.value, name):
        if isinstance(node.slice, ast.Constant):
            key = node.slice.value
            if isinstance(key, str) and key not in use.keys:
                use.keys.append(key)
                if isinstance(node.ctx, ast.Load):
                    use.items.append(key)
            elif type(key) is int:
                use.indexed = max(use.indexed, key)
        elif not isinstance(node.slice, (ast.Slice, ast.Tuple)):
            use.measured = True
    elif isinstance(node, ast.Subscript) and _is(node.slice, name):
        use.selects.append(ast.unparse(node.value))
    elif isinstance(node, ast.Attribute) and _is(node.value, name):
        if node.attr not in use.attributes:
            use.attributes.append(node.attr)
    elif isinstance(node, ast.Assign):
        _note_assignment(node, name, own, use)
    elif isinstance(node, ast.Compare):
        _note_comparison(node, name, use)
    elif isinstance(node, (ast.For, ast.comprehension)) and _is(node.iter, name):
        use.iterated = True
    elif isinstance(node, ast.BinOp) and (_is(node.left, name) or _is(node.right, name)):
        use.calculated = True
    elif isinstance(node, ast.Call):
        _note_call(node, name, own, use)
        if (
            node.args
            and isinstance(node.args[0], (ast.Tuple, ast.List))
            and any(_is(e, name) for e in node.args[0].elts)
        ):
            use.joined = True


def _note_assignment(node: ast.Assign, name: str, own: str, use: Use) -> None:
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        for one, value in zip(target.elts, node.value.elts, strict=False):
            if isinstance(one, ast.Attribute) and _is(one.value, own) and _is(value, name):
                use.attribute = use.attribute or one.attr
    if isinstance(node.value, ast.Call) and _is(node.value.func, name) and isinstance(target, (ast.Tuple, ast.List)):
        use.answers = len(target.elts)
    if not _is(node.value, name):
        return
    if isinstance(target, (ast.Tuple, ast.List)):
        use.unpacked = len(target.elts)
        use.parts = [t.id for t in target.elts if isinstance(t, ast.Name)]
    elif isinstance(target, ast.Attribute) and _is(target.value, own):
        use.attribute = use.attribute or target.attr


def _note_comparison(node: ast.Compare, name: str, use: Use) -> None:
    sides = [node.left, *node.comparators]
    if not any(_is(side, name) for side in sides):
        return
    for side in sides:
        values = side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value not in use.texts:
                use.texts.append(value.value)
            elif isinstance(value, ast.Name) and value.id.isupper():
                use.constants.append(value.id)
            elif isinstance(value, ast.Constant) and type(value.value) is int:
                use.numbers.append(value.value)
                if isinstance(node.ops[0], (ast.Eq, ast.In)):
                    use.choices.append(value.value)
    if isinstance(node.ops[0], ast.In) and _is(node.comparators[0], name) and isinstance(node.left, ast.Constant):
        key = node.left.value
        use.keys += [key] if isinstance(key, str) and key not in use.keys else []


def _note_call(node: ast.Call, name: str, own: str, use: Use) -> None:
    if _is(node.func, name):
        use.called = max(use.called, len(node.args))
        return
    if isinstance(node.func, ast.Attribute) and _is(node.func.value, name) and node.func.attr == "get" and node.args:
        key = node.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value not in use.keys:
            use.keys.append(key.value)
    places: list[Any] = [*range(len(node.args)), *(k.arg for k in node.keywords)]
    for place, argument in zip(places, [*node.args, *(k.value for k in node.keywords)], strict=True):
        if not _is(argument, name):
            continue
        if isinstance(node.func, ast.Attribute) and _is(node.func.value, own):
            use.layers.append((node.func.attr, place if isinstance(place, int) else 0))
        elif isinstance(node.func, ast.Name) and node.func.id in {"range", "len", "enumerate", "zip"}:
            use.counted = use.counted or node.func.id == "range"
            use.measured = use.measured or node.func.id == "len"
            use.iterated = use.iterated or node.func.id in {"enumerate", "zip"}
        else:
            use.callees.append((ast.unparse(node.func), place))
