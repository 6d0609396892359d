"""Calls in running text order: `net = Net(10)`, `x = torch.randn(2, 10)`, `net(x)` tells what `Net.forward` is given.

Used for the statements of a file and for the `>>>` lines of a docstring.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from shapewright.annotations.tensors import Made, integer, made
from shapewright.annotations.words import words

_MOST_NODES = 4000
_FLUENT = words("to cuda cpu eval train double half float requires_grad_ compile")
_EXPORTERS = frozenset({"trace", "export", "script", "summary", "onnx"})


@dataclass(frozen=True)
class Given:
    """One argument of a call: what is known of it, and its expression."""

    tensor: Made | None
    node: ast.expr


@dataclass(frozen=True)
class Call:
    """A call of a class's instance or of a function. `target` is its name in the file."""

    target: str
    positional: tuple[Given, ...]
    keywords: tuple[tuple[str, Given], ...]
    node: ast.Call


Known = Made | int | tuple[int, ...]


class Walker:
    """Reads statements one after another. `classes` and `functions` are the names that calls are looked for."""

    def __init__(self, classes: Collection[str], functions: Collection[str]):
        self.classes = frozenset(classes)
        self.functions = frozenset(functions)
        self.known: dict[str, Known] = {}
        self.instances: dict[str, str] = {}
        self._left = _MOST_NODES

    def copy(self) -> Walker:
        """A walker for an inner scope: it sees what is known here and changes nothing of it."""
        other = Walker(self.classes, self.functions)
        other.known = dict(self.known)
        other.instances = dict(self.instances)
        return other

    def walk(self, body: Sequence[ast.stmt]) -> Iterator[Call]:
        """The calls in the statements, in order."""
        for node in body:
            if self._left <= 0:
                return
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    continue
                case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try():
                    yield from self._compound(node)
                case (
                    ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value)
                ):
                    yield from self._calls(value)
                    self._bind(target, value)
                case _:
                    yield from self._calls(node)

    def _compound(self, node: ast.If | ast.For | ast.While | ast.With | ast.Try) -> Iterator[Call]:
        for expression in ast.iter_child_nodes(node):
            if isinstance(expression, ast.expr):
                yield from self._calls(expression)
        if isinstance(node, ast.For):
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    self._forget(name.id)
        yield from self.walk(node.body)
        if isinstance(node, ast.Try):
            for handler in node.handlers:
                yield from self.walk(handler.body)
            yield from self.walk(node.finalbody)
        if not isinstance(node, ast.With):
            yield from self.walk(node.orelse)

    def _forget(self, name: str) -> None:
        self.known.pop(name, None)
        self.instances.pop(name, None)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            if len(values) == len(target.elts):
                for inner, part in zip(target.elts, values, strict=True):
                    self._bind(inner, part)
            else:
                for inner in target.elts:
                    if isinstance(inner, ast.Name):
                        self._forget(inner.id)
            return
        if not isinstance(target, ast.Name):
            return
        name = target.id
        tensor = made(value, self.known)
        instance = self._instance(value)
        self._forget(name)
        if instance is not None:
            self.instances[name] = instance
        elif tensor is not None:
            self.known[name] = tensor
        elif (number := integer(value, self.known)) is not None:
            self.known[name] = number
        elif isinstance(value, ast.Tuple):
            sizes = [integer(element, self.known) for element in value.elts]
            numbers = tuple(size for size in sizes if size is not None)
            if numbers and len(numbers) == len(sizes):
                self.known[name] = numbers

    def _instance(self, node: ast.expr, depth: int = 0) -> str | None:
        """The class whose instance an expression is: `Net(3).to(device)`."""
        match node:
            case ast.Name(id=name):
                return self.instances.get(name)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in self.classes:
                return name
            case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _FLUENT and depth < 8:
                inner = self._instance(owner, depth + 1)
                return inner or next((i for a in node.args if (i := self._instance(a, depth + 1))), None)
            case _:
                return None

    def _calls(self, root: ast.AST) -> Iterator[Call]:
        if isinstance(root, (ast.Constant, ast.Name)):
            return
        stack: list[ast.AST] = [root]
        while stack and self._left > 0:
            node = stack.pop()
            self._left -= 1
            if isinstance(node, ast.Call) and (call := self._call(node)):
                yield call
            if not isinstance(node, ast.Lambda):
                stack.extend(reversed(list(ast.iter_child_nodes(node))))

    def _call(self, node: ast.Call) -> Call | None:
        target = self._instance(node.func)
        match node.func:
            case ast.Attribute(value=owner, attr="forward"):
                target = self._instance(owner)
            case ast.Attribute(attr=name) if name in _EXPORTERS and len(node.args) > 1:
                # torch.jit.trace(net, x), torch.onnx.export(net, (x, y), …)
                target = self._instance(node.args[0])
                example = node.args[1]
                args = example.elts if isinstance(example, ast.Tuple) else [example]
                return self._made(target, args, [], node) if target else None
            case ast.Name(id=name) if name in self.functions:
                target = name
            case _:
                pass
        return self._made(target, node.args, node.keywords, node) if target else None

    def _made(self, target: str, args: list[ast.expr], keywords: list[ast.keyword], node: ast.Call) -> Call | None:
        positional: list[Given] = []
        for argument in args:
            if isinstance(argument, ast.Starred):
                break
            positional.append(Given(made(argument, self.known), argument))
        named = tuple((k.arg, Given(made(k.value, self.known), k.value)) for k in keywords if k.arg)
        if not any(given.tensor for given in (*positional, *(g for _, g in named))):
            return None
        return Call(target, tuple(positional), named, node)
