"""Expressions: each part whose value can be shown is recorded."""

from __future__ import annotations

import ast
from typing import Any, TypeVar, cast

from shapewright.worker.instrument.names import BOTH, ELSE_FIRST, FILLED, ITERATE, NOT, TEST, TYPE, VALUE, WITHIN
from shapewright.worker.instrument.questions import is_none, is_super, name_only, unpacked_structure
from shapewright.worker.sites import FileSites, Site, Where, where

_TYPES_CALLED = {"int", "float", "range", "list", "zip", "enumerate"}
_NO_VALUE = (
    ast.Constant,
    ast.JoinedStr,
    ast.Starred,
    ast.Slice,
    ast.Lambda,
    ast.GeneratorExp,
    ast.Yield,
    ast.YieldFrom,
)
N = TypeVar("N", bound=ast.AST)


class Expressions:
    """Puts recorders around expressions. What a site number means stands in `table`."""

    def __init__(self, path: str, first_site: int = 0, first_guard: int = 0) -> None:
        self.table = FileSites(path)
        self.first_site, self.first_guard = first_site, first_guard
        self.function = ""
        self.guarding = True
        self.loop_depth = 0

    # ------------------------------------------------------------------------------------------------ small makers

    def site(self, at: Where, role: str, name: str = "") -> int:
        """The number of a new site."""
        self.table.sites.append(Site(at, role, name, self.function))
        return self.first_site + len(self.table.sites) - 1

    def guard(self, at: Where) -> int:
        """The number of a new place where exceptions are looked at."""
        self.table.statements.append(at)
        return self.first_guard + len(self.table.statements) - 1

    @staticmethod
    def at(new: N, old: ast.AST) -> N:
        """`new` in the place of `old`."""
        place: Any = old
        made: Any = new  # what `ast.copy_location` does, in a third of its time: there are thousands of them
        made.lineno, made.col_offset = place.lineno, place.col_offset
        made.end_lineno, made.end_col_offset = place.end_lineno, place.end_col_offset
        return new

    def call(self, hook: str, at: ast.AST, *arguments: ast.expr) -> ast.Call:
        """A call of one of our hooks."""
        return self.at(ast.Call(self.at(ast.Name(hook, ast.Load()), at), list(arguments), []), at)

    def number(self, value: int | None, at: ast.AST) -> ast.Constant:
        """A number as an argument of a hook."""
        return self.at(ast.Constant(value), at)

    def recorded(self, value: ast.expr, at: ast.AST, role: str = "expression", name: str = "") -> ast.Call:
        """`value` behind the hook that records it for the place of `at`."""
        return self.call(VALUE, at, self.number(self.site(where(at), role, name), at), value)

    def seen(self, parameter: ast.arg, role: str = "expression") -> ast.Call:
        """The value of a parameter, recorded at its name."""
        name = self.at(ast.Name(parameter.arg, ast.Load()), parameter)
        return self.recorded(name, name_only(parameter), role, parameter.arg)

    # ------------------------------------------------------------------------------------------------ expressions

    def expression(self, node: ast.expr) -> ast.expr:
        """The expression with recorders around every part whose value can be shown."""
        method = getattr(self, "x_" + type(node).__name__, None)
        if method is not None:
            return cast(ast.expr, method(node))
        if type(node).__name__ == "TemplateStr":  # Python 3.14; its inside is left alone like that of an f-string
            return node
        if isinstance(node, _NO_VALUE) and not isinstance(node, (ast.Starred, ast.Slice, ast.Yield, ast.YieldFrom)):
            return node
        self.children(node)
        if isinstance(node, _NO_VALUE) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return node
        return self.recorded(node, node)

    def children(self, node: ast.AST) -> None:
        """Rewrite the expressions that a node holds directly."""
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                setattr(node, name, self.expression(value))
            elif isinstance(value, list):
                items = cast("list[object]", value)
                items[:] = [self.expression(item) if isinstance(item, ast.expr) else item for item in items]
                for item in items:
                    if isinstance(item, ast.keyword):
                        item.value = self.expression(item.value)

    def x_Name(self, node: ast.Name) -> ast.expr:
        """A name that is read."""
        if not isinstance(node.ctx, ast.Load) or (node.id.startswith("__") and node.id.endswith("__")):
            return node
        return self.recorded(node, node, name=node.id)

    def x_Attribute(self, node: ast.Attribute) -> ast.expr:
        """An attribute that is read, and what it is read from."""
        node.value = self.expression(node.value) if not is_super(node.value) else node.value
        if not isinstance(node.ctx, ast.Load):
            return node
        return self.recorded(node, node, "attribute", node.attr)

    def x_Call(self, node: ast.Call) -> ast.expr:
        """A call: the callee, the arguments and the result."""
        shown = where(node)
        if isinstance(node.func, ast.Attribute):
            function = node.func
            if not is_super(function.value):
                if any(isinstance(n, (ast.Call, ast.Subscript)) for n in ast.walk(function.value)):
                    # A chained call is shown from the method's name, so that its line is the traceback's.
                    end = (function.end_lineno or 0, (function.end_col_offset or 0) - len(function.attr.encode()))
                    shown = (*end, shown[2], shown[3])
                function.value = self.expression(function.value)
                node.func = self.recorded(function, function, "callee", function.attr)
        elif not isinstance(node.func, ast.Name):
            node.func = self.expression(node.func)
        elif node.func.id == "type" and len(node.args) == 1 and not node.keywords:
            node.func = self.at(ast.Name(TYPE, ast.Load()), node.func)
        elif node.func.id in _TYPES_CALLED:
            node.func = self.at(ast.Name(f"__sw_{node.func.id}__", ast.Load()), node.func)
        elif node.func.id not in {
            "super",
            "locals",
            "globals",
            "vars",
            "dir",
            "eval",
            "exec",
            "print",
            "isinstance",
            "len",
            "type",
        }:
            node.func = self.recorded(node.func, node.func, "callee", node.func.id)
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node
        self.table.calls[where(node)] = shown
        self.table.on_line.setdefault(node.lineno, []).append(where(node))
        node.args = [self.expression(a) for a in node.args]
        for keyword in node.keywords:
            keyword.value = self.expression(keyword.value)
        return self.recorded(node, node)

    def x_Lambda(self, node: ast.Lambda) -> ast.expr:
        """The defaults, the parameters and the body; a function is nothing to show."""
        self.defaults(node.args)
        body = self.expression(node.body)
        arguments = node.args
        seen = [self.seen(a) for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        if seen:
            body = self.at(ast.Tuple([*seen, body], ast.Load()), node.body)
            body = self.at(ast.Subscript(body, self.number(-1, node.body), ast.Load()), node.body)
        node.body = body
        return node

    def defaults(self, arguments: ast.arguments) -> None:
        """The default values of a function's parameters."""
        arguments.defaults = [self.expression(d) for d in arguments.defaults]
        arguments.kw_defaults = [d and self.expression(d) for d in arguments.kw_defaults]

    def x_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """The operands of `and` and `or`, one of which is the value."""
        self.children(node)
        return node

    def x_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """`not x`: where nobody can know `x`, nobody can know that either."""
        self.children(node)
        if isinstance(node.op, ast.Not):
            return self.call(NOT, node, node.operand)
        return self.recorded(node, node)

    def x_Compare(self, node: ast.Compare) -> ast.expr:
        """`x in y`: where nobody can know `x` or `y`, nobody can know that either."""
        self.children(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            inside = self.number(isinstance(node.ops[0], ast.In), node)
            return self.call(WITHIN, node, node.left, node.comparators[0], inside)
        return self.recorded(node, node)

    def x_IfExp(self, node: ast.IfExp) -> ast.expr:
        """A conditional expression: its test may be one that nobody can know."""
        test = self.expression(node.test)
        first = self.number(ELSE_FIRST if is_none(node.body) else BOTH, node)
        node.test = self.call(TEST, node.test, self.number(self.site(where(node), "test"), node), test, first)
        node.body, node.orelse = self.expression(node.body), self.expression(node.orelse)
        return self.recorded(node, node)

    def x_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        """`name := value`, an assignment."""
        node.value = self.recorded(self.expression(node.value), node.target, "assignment", node.target.id)
        return self.recorded(node, node)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> ast.expr:
        """A comprehension: what it goes over, its tests and its items; it is not cut short as a loop is."""
        first = self.first_site + len(self.table.sites)
        for generator in node.generators:
            generator.iter = (
                self.iterated(generator.iter, generator.target, cuts=False)
                if not generator.is_async
                else generator.iter
            )
            names = [n for n in ast.walk(generator.target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
            generator.ifs = [self.expression(test) for test in generator.ifs]
            if names:  # a test that always holds
                loads = [self.recorded(self.at(ast.Name(n.id, ast.Load()), n), n, name=n.id) for n in names]
                seen = self.at(ast.Tuple([*loads], ast.Load()), generator.target)
                generator.ifs = [seen, *generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.expression(node.key), self.expression(node.value)
        else:
            node.elt = self.expression(node.elt)
        if isinstance(node, ast.GeneratorExp):
            return node
        last = self.first_site + len(self.table.sites)
        return self.recorded(self.call(FILLED, node, self.number(first, node), self.number(last, node), node), node)

    x_ListComp = x_SetComp = x_GeneratorExp = x_DictComp = comprehension

    def x_Tuple(self, node: ast.Tuple | ast.List) -> ast.expr:
        """A tuple or list; one that is a target or an index has no value of its own."""
        self.children(node)
        loads = isinstance(node.ctx, ast.Load)
        if not loads or any(isinstance(e, (ast.Slice, ast.Starred)) for e in node.elts):
            return node
        return self.recorded(node, node)

    x_List = x_Tuple

    def iterated(self, iterable: ast.expr, target: ast.expr, cuts: bool) -> ast.expr:
        """`iterable` behind the hook that bounds loops and gives Unknown items the structure that `target` unpacks."""
        number = self.site(where(iterable), "iteration")
        value = self.expression(iterable)
        pattern = self.at(ast.Constant(unpacked_structure(target)), iterable)
        return self.call(
            ITERATE, iterable, self.number(number, iterable), value, pattern, self.number(int(cuts), iterable)
        )
