"""Statements: guards around them, hooks in the headers of loops and branches."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import cast

from shapewright.worker.handlers import catching_context, handler_types, is_probe
from shapewright.worker.instrument.names import ALWAYS, CATCH, CAUGHT, ERROR, HEADER, TEST, WHILE
from shapewright.worker.instrument.questions import (
    bound_attributes,
    bound_names,
    first_side,
    is_docstring,
    is_safe,
    suspends,
    suspends_expression,
)
from shapewright.worker.instrument.targets import Targets
from shapewright.worker.sites import TryRegion, where

_PROTOCOL = {
    "__getattr__", "__getattribute__", "__getitem__", "__next__", "__anext__", "__missing__", "__index__",
    "__contains__", "__exit__", "__aexit__", "__bool__", "__len__", "__hash__", "__eq__", "__class_getitem__",
    "__init_subclass__",
}  # fmt: skip
_UNGUARDED = (
    ast.Global,
    ast.Nonlocal,
    ast.Pass,
    ast.Break,
    ast.Continue,
    ast.Raise,
    ast.If,
    ast.AsyncFor,
    ast.AsyncWith,
)


class Statements(Targets):
    """Rewrites whole files."""

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """A list of statements, each rewritten and guarded."""
        result: list[ast.stmt] = []
        for statement in statements:
            for part in _apart(statement):
                result.extend(self.statement(part))
        return result

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """What takes the place of one statement."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return [node]
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return [node]
        guard = self.guarding and not isinstance(node, _UNGUARDED) and not suspends(node) and not is_safe(node)
        names = bound_names(node) if guard else []
        attributes = bound_attributes(node) if guard else []
        method = getattr(self, "s_" + type(node).__name__, None)
        rewritten: list[ast.stmt] = method(node) if method else self.plain(node)
        return self.guarded(rewritten, node, names, attributes) if guard else rewritten

    def plain(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement of which only the expressions matter."""
        self.children(node)
        return [node]

    def guarded(
        self,
        body: list[ast.stmt],
        node: ast.stmt,
        names: list[str],
        attributes: Sequence[tuple[str, str]] = (),
    ) -> list[ast.stmt]:
        """`try: body / except Exception: names = Unknown`."""
        answer = self.call(ERROR, node, self.number(self.guard(where(node)), node))
        handler: list[ast.stmt]
        stores: list[ast.expr] = [self.at(ast.Name(n, ast.Store()), node) for n in names]
        stores += [
            self.at(ast.Attribute(self.at(ast.Name(o, ast.Load()), node), a, ast.Store()), node) for o, a in attributes
        ]
        if isinstance(node, ast.Return):
            handler = [self.at(ast.Return(answer), node)]
        elif stores:
            handler = [self.at(ast.Assign(stores, answer), node)]
        else:
            handler = [self.at(ast.Expr(answer), node)]
        catch = self.at(ast.ExceptHandler(self.at(ast.Name(CATCH, ast.Load()), node), None, handler), node)
        return [self.at(ast.Try(body, [catch], [], []), node)]

    def s_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        """An assignment: the value, and each name and attribute that gets it."""
        value = self.expression(node.value)
        # An attribute gets what was computed, whatever reads it later.
        after = self.after(target for target in node.targets if not isinstance(target, ast.Attribute))
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                value = self.recorded(value, target, "assignment", target.attr)
            elif isinstance(target, (ast.Tuple, ast.List)):
                value = self.unpacked(value, target)
        node.value = value
        node.targets = [self.expression(t) for t in node.targets]
        return [node, *after]

    def s_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        """An assignment with an annotation, which stays as it is."""
        if node.value is None:
            return [node]
        node.value = self.expression(node.value)
        after = self.after(() if isinstance(node.target, ast.Attribute) else [node.target])
        if isinstance(node.target, ast.Attribute):
            node.value = self.recorded(node.value, node.target, "assignment", node.target.attr)
        node.target = cast("ast.Name | ast.Attribute | ast.Subscript", self.expression(node.target))
        return [node, *after]

    def s_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """`x += y`; where it fails, the whole statement is what is shown."""
        node.value = self.expression(node.value)
        after = self.after([node.target])
        node.target = cast("ast.Name | ast.Attribute | ast.Subscript", self.expression(node.target))
        return [node, *after]

    def s_Return(self, node: ast.Return) -> list[ast.stmt]:
        """A `return`, recorded as the value of its function."""
        if node.value is not None:
            node.value = self.recorded(
                self.expression(node.value), node.value, "return", self.function.rpartition(".")[2]
            )
        return [node]

    def s_Raise(self, node: ast.Raise) -> list[ast.stmt]:
        """A `raise`: its lines are kept, for what is raised there is the program's own."""
        self.table.raises.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        return [node]

    def s_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """An `assert`: it holds where nobody can know."""
        self.table.asserts.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        node.test = self.expression(node.test)
        test = self.site(where(node.test), "assert")
        node.test = self.call(TEST, node.test, self.number(test, node), node.test, self.number(ALWAYS, node))
        return [node]

    def s_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """A `del`: nothing in it has a value."""
        return [node]

    def s_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
        """A function: its parameters are recorded as it is entered."""
        self.defaults(node.args)
        node.decorator_list = [self.expression(d) for d in node.decorator_list]
        outer, guarding = self.function, self.guarding
        self.function = f"{outer}.{node.name}" if outer else node.name
        protocol = node.name in _PROTOCOL or any(
            "property" in ast.dump(d) or "setter" in ast.dump(d) for d in node.decorator_list
        )
        self.guarding = not protocol
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        start = next((i for i, s in enumerate(node.body) if not is_docstring(s, i)), len(node.body))
        seen = [self.at(ast.Expr(self.seen(a, "parameter")), a) for a in every if a.arg not in {"self", "cls"}]
        node.body = [*node.body[:start], *cast("list[ast.stmt]", seen), *self.block(node.body[start:])]
        self.function, self.guarding = outer, guarding
        return [node]

    s_AsyncFunctionDef = s_FunctionDef

    def s_ClassDef(self, node: ast.ClassDef) -> list[ast.stmt]:
        """A class: a statement of its body that fails does not end it."""
        node.bases = [self.expression(b) for b in node.bases]
        node.decorator_list = [self.expression(d) for d in node.decorator_list]
        outer, guarding = self.function, self.guarding
        self.function = f"{outer}.{node.name}" if outer else node.name
        self.guarding = True
        node.body = self.block(node.body)
        self.function, self.guarding = outer, guarding
        return [node]

    def s_For(self, node: ast.For) -> list[ast.stmt]:
        """A loop, bounded. The compiler gives what asks for the next item the place of the whole loop."""
        self.table.calls[where(node)] = where(node.iter)
        node.iter = self.iterated(node.iter, node.target, cuts=True)
        after = self.after([node.target], "loop")
        node.target = self.expression(node.target)
        node.body = [*after, *self.block(node.body)]
        node.orelse = self.block(node.orelse)
        return [node]

    def s_AsyncFor(self, node: ast.AsyncFor) -> list[ast.stmt]:
        """An `async for`: what it goes over is no iterator that could be bounded."""
        node.iter = self.expression(node.iter)
        node.body = [*self.after([node.target], "loop"), *self.block(node.body)]
        node.orelse = self.block(node.orelse)
        return [node]

    def s_While(self, node: ast.While) -> list[ast.stmt]:
        """A `while` loop, bounded by its test."""
        number = self.site(where(node.test), "while")
        node.test = self.call(WHILE, node.test, self.number(number, node), self.expression(node.test))
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return [node]

    def s_If(self, node: ast.If) -> list[ast.stmt]:
        """An `if`: a test that may fail is computed in front of it, under a guard of its own."""
        simple = not any(
            isinstance(n, (ast.Call, ast.Subscript, ast.BinOp, ast.NamedExpr)) for n in ast.walk(node.test)
        )
        number = self.site(where(node.test), "test")
        test, original = self.expression(node.test), node.test
        before: list[ast.stmt] = []
        if not simple and self.guarding and not suspends_expression(original):
            store = self.at(ast.Assign([self.at(ast.Name(HEADER, ast.Store()), original)], test), original)
            before = self.guarded([store], self.at(ast.Expr(original), original), [HEADER])
            test = self.at(ast.Name(HEADER, ast.Load()), original)
        first = self.number(first_side(node.body), original)
        node.test = self.call(TEST, original, self.number(number, original), test, first)
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return [*before, node]

    def s_With(self, node: ast.With | ast.AsyncWith) -> list[ast.stmt]:
        """A `with`; the body of one that is there to catch has no guards."""
        caught = [types for item in node.items if (types := catching_context(item)) is not None]
        for item in node.items:
            item.context_expr = self.expression(item.context_expr)
        after = self.after(item.optional_vars for item in node.items if item.optional_vars is not None)
        guarding = self.guarding
        if caught:
            types = tuple(t for c in caught for t in c)
            self.table.regions.append(TryRegion(node.body[0].lineno, node.body[-1].end_lineno or 0, types, True))
            self.guarding = False
        body = self.block(node.body)
        self.guarding = guarding
        node.body = [*after, *body]
        return [node]

    s_AsyncWith = s_With

    def s_Try(self, node: ast.Try) -> list[ast.stmt]:
        """A `try`: what its handlers are there for decides whether a failure in it counts."""
        probe = is_probe(node.body, node.handlers, node.orelse) if node.handlers else False
        if node.handlers:
            region = TryRegion(node.body[0].lineno, node.body[-1].end_lineno or 0, handler_types(node.handlers), probe)
            self.table.regions.append(region)
        guarding = self.guarding
        # Without guards in the body the user's own handlers see what is really raised; torch calls are mended below.
        self.guarding = guarding and not node.handlers
        node.body = self.block(node.body)
        self.guarding = guarding
        for handler in node.handlers:
            body = self.block(handler.body)
            if not probe:
                number = self.guard(where(handler))
                body = [self.at(ast.Expr(self.call(CAUGHT, handler, self.number(number, handler))), handler), *body]
            handler.body = body
        node.orelse, node.finalbody = self.block(node.orelse), self.block(node.finalbody)
        return [node]

    s_TryStar = s_Try

    def s_Match(self, node: ast.Match) -> list[ast.stmt]:
        """A `match`: the subject, the guards, what is captured and the bodies; patterns stay as they are."""
        node.subject = self.expression(node.subject)
        for case in node.cases:
            case.guard = case.guard and self.expression(case.guard)
            case.body = [*self.captured(case.pattern), *self.block(case.body)]
        return [node]

    def s_Import(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement without expressions."""
        return [node]

    s_ImportFrom = s_Global = s_Nonlocal = s_Import


def _apart(node: ast.stmt) -> list[ast.stmt]:
    """`import a, b` as two statements, so that b is there where a is missing."""
    if isinstance(node, ast.Import):
        return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module != "__future__":
        return [ast.copy_location(ast.ImportFrom(node.module, [a], node.level), node) for a in node.names]
    return [node]
