"""Rewrites a file so that it reports what it computes and survives what fails.

Every rewrite keeps Python's semantics: order of evaluation, scoping, name mangling, `super()`, generators, patterns. Names
of our own are dunder at both ends, since a class mangles names that are so only in front.

What is put in:
- `__sw_v__(site, value)` around expressions: records the value and returns it;
- a guard around statements: an exception becomes Unknown in the names that the statement would have bound;
- `__sw_iter__`, `__sw_while__`, `__sw_test__` in headers of loops and branches;
- `__sw_unpack__` where a value is unpacked, since Unknown has no length.

Left alone: patterns of `match`, the inside of f-strings, annotations, `yield` and `await` statements (a guard would swallow
what is thrown in), bodies of methods whose exceptions are part of a protocol (`__getattr__`, `__getitem__`, `__next__`).
"""

from __future__ import annotations

import ast
from typing import TypeVar, cast

from shapewright.worker.handlers import catching_context, handler_types, is_probe
from shapewright.worker.sites import FileSites, Site, TryRegion, Where, where

VALUE, ERROR, ITERATE, WHILE, TEST, UNPACK, CATCH, CAUGHT = (
    "__sw_v__", "__sw_err__", "__sw_iter__", "__sw_while__", "__sw_test__", "__sw_unpack__", "__sw_Exc__", "__sw_caught__",
)  # fmt: skip
HEADER, TYPE = "__sw_t__", "__sw_type__"
_PROTOCOL = {
    "__getattr__", "__getattribute__", "__getitem__", "__next__", "__anext__", "__missing__", "__index__", "__contains__",
    "__exit__", "__aexit__", "__bool__", "__len__", "__hash__", "__eq__", "__class_getitem__", "__init_subclass__",
}  # fmt: skip
_TYPES_CALLED = {"int", "float", "range"}
_UNGUARDED = (ast.Global, ast.Nonlocal, ast.Pass, ast.Break, ast.Continue, ast.Raise, ast.If, ast.AsyncFor, ast.AsyncWith)
_NO_VALUE = (ast.Constant, ast.JoinedStr, ast.Starred, ast.Slice, ast.Lambda, ast.GeneratorExp, ast.Yield, ast.YieldFrom)
N = TypeVar("N", bound=ast.AST)


def instrument(tree: ast.Module, path: str) -> tuple[ast.Module, FileSites]:
    """The rewritten tree and the table that gives its site numbers a meaning. `tree` is used up."""
    rewriter = _Rewriter(path)
    tree.body = rewriter.block(tree.body)
    return ast.fix_missing_locations(tree), rewriter.table


class _Rewriter:
    def __init__(self, path: str) -> None:
        self.table = FileSites(path)
        self.function = ""
        self.guarding = True
        self.loop_depth = 0

    # ------------------------------------------------------------------------------------------------ small makers

    def site(self, at: Where, role: str, name: str = "") -> int:
        self.table.sites.append(Site(at, role, name, self.function))
        return len(self.table.sites) - 1

    @staticmethod
    def at(new: N, old: ast.AST) -> N:
        return ast.copy_location(new, old)

    def call(self, hook: str, at: ast.AST, *arguments: ast.expr) -> ast.Call:
        return self.at(ast.Call(self.at(ast.Name(hook, ast.Load()), at), list(arguments), []), at)

    def number(self, value: int | None, at: ast.AST) -> ast.Constant:
        return self.at(ast.Constant(value), at)

    def recorded(self, value: ast.expr, at: ast.AST, role: str = "expression", name: str = "") -> ast.Call:
        return self.call(VALUE, at, self.number(self.site(where(at), role, name), at), value)

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
        if not isinstance(node.ctx, ast.Load) or (node.id.startswith("__") and node.id.endswith("__")):
            return node
        return self.recorded(node, node, name=node.id)

    def x_Attribute(self, node: ast.Attribute) -> ast.expr:
        node.value = self.expression(node.value) if not _is_super(node.value) else node.value
        if not isinstance(node.ctx, ast.Load):
            return node
        return self.recorded(node, node, "attribute", node.attr)

    def x_Call(self, node: ast.Call) -> ast.expr:
        shown = where(node)
        if isinstance(node.func, ast.Attribute):
            function = node.func
            if not _is_super(function.value):
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
        elif node.func.id not in {"super", "locals", "globals", "vars", "dir", "eval", "exec", "print", "isinstance", "len", "type"}:
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
        self.defaults(node.args)
        node.body = self.expression(node.body)
        return node

    def x_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.children(node)
        return node

    def x_IfExp(self, node: ast.IfExp) -> ast.expr:
        test = self.expression(node.test)
        node.test = self.call(TEST, node.test, self.number(self.site(where(node), "test"), node), test, self.number(0, node))
        node.body, node.orelse = self.expression(node.body), self.expression(node.orelse)
        return self.recorded(node, node)

    def x_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self.expression(node.value)
        return self.recorded(node, node, "assignment", node.target.id)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> ast.expr:
        for generator in node.generators:
            generator.iter = self.iterated(generator.iter, generator.target, cuts=False) if not generator.is_async else generator.iter
            generator.ifs = [self.expression(test) for test in generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.expression(node.key), self.expression(node.value)
        else:
            node.elt = self.expression(node.elt)
        return node if isinstance(node, ast.GeneratorExp) else self.recorded(node, node)

    x_ListComp = x_SetComp = x_GeneratorExp = x_DictComp = comprehension

    def x_Tuple(self, node: ast.Tuple | ast.List) -> ast.expr:
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
        pattern = self.at(ast.Constant(_pattern(target)), iterable)
        return self.call(ITERATE, iterable, self.number(number, iterable), value, pattern, self.number(int(cuts), iterable))

    # ------------------------------------------------------------------------------------------------ statements

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """A list of statements, each rewritten and guarded."""
        result: list[ast.stmt] = []
        for statement in statements:
            result.extend(self.statement(statement))
        return result

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return [node]
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return [node]
        guard = self.guarding and not isinstance(node, _UNGUARDED) and not _suspends(node) and not _is_safe(node)
        names = _bound_names(node) if guard else []
        attributes = _bound_attributes(node) if guard else []
        method = getattr(self, "s_" + type(node).__name__, None)
        rewritten: list[ast.stmt] = method(node) if method else self.plain(node)
        return self.guarded(rewritten, node, names, attributes) if guard else rewritten

    def plain(self, node: ast.stmt) -> list[ast.stmt]:
        self.children(node)
        return [node]

    def guarded(
        self, body: list[ast.stmt], node: ast.stmt, names: list[str], attributes: list[tuple[str, str]] = []  # noqa: B006  # never changed
    ) -> list[ast.stmt]:
        """`try: body / except Exception: names = Unknown`."""
        self.table.statements.append(where(node))
        answer = self.call(ERROR, node, self.number(len(self.table.statements) - 1, node))
        handler: list[ast.stmt]
        stores: list[ast.expr] = [self.at(ast.Name(n, ast.Store()), node) for n in names]
        stores += [self.at(ast.Attribute(self.at(ast.Name(o, ast.Load()), node), a, ast.Store()), node) for o, a in attributes]
        if isinstance(node, ast.Return):
            handler = [self.at(ast.Return(answer), node)]
        elif stores:
            handler = [self.at(ast.Assign(stores, answer), node)]
        else:
            handler = [self.at(ast.Expr(answer), node)]
        catch = self.at(ast.ExceptHandler(self.at(ast.Name(CATCH, ast.Load()), node), None, handler), node)
        return [self.at(ast.Try(body, [catch], [], []), node)]

    def s_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        value = self.expression(node.value)
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                value = self.recorded(value, target, "assignment", target.attr)
            elif isinstance(target, (ast.Tuple, ast.List)):
                value = self.unpacked(value, target)
        node.value = value
        node.targets = [self.expression(t) for t in node.targets]
        return [node, *self.after(node.targets)]

    def unpacked(self, value: ast.expr, target: ast.expr) -> ast.expr:
        return self.call(UNPACK, value, value, self.at(ast.Constant(_pattern(target)), value))

    def s_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        if node.value is None:
            return [node]
        node.value = self.expression(node.value)
        if isinstance(node.target, ast.Attribute):
            node.value = self.recorded(node.value, node.target, "assignment", node.target.attr)
        node.target = cast("ast.Name | ast.Attribute | ast.Subscript", self.expression(node.target))
        return [node, *self.after([node.target])]

    def s_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        # The range of the whole statement is what a failing `x += y` is shown at.
        node.value = self.expression(node.value)
        node.target = cast("ast.Name | ast.Attribute | ast.Subscript", self.expression(node.target))
        return [node, *self.after([node.target])]

    def after(self, targets: list[ast.expr], role: str = "assignment") -> list[ast.stmt]:
        """Statements that record the names just bound."""
        result: list[ast.stmt] = []
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                    load = self.at(ast.Name(name.id, ast.Load()), name)
                    result.append(self.at(ast.Expr(self.recorded(load, name, role, name.id)), name))
        return result

    def s_Return(self, node: ast.Return) -> list[ast.stmt]:
        if node.value is not None:
            node.value = self.recorded(self.expression(node.value), node.value, "return", self.function.rpartition(".")[2])
        return [node]

    def s_Raise(self, node: ast.Raise) -> list[ast.stmt]:
        self.table.raises.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        return [node]

    def s_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        self.table.asserts.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        node.test = self.expression(node.test)
        test = self.site(where(node.test), "assert")
        node.test = self.call(TEST, node.test, self.number(test, node), node.test, self.number(1, node))
        return [node]

    def s_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        return [node]

    def s_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
        self.defaults(node.args)
        node.decorator_list = [self.expression(d) for d in node.decorator_list]
        outer, guarding = self.function, self.guarding
        self.function = f"{outer}.{node.name}" if outer else node.name
        protocol = node.name in _PROTOCOL or any("property" in ast.dump(d) or "setter" in ast.dump(d) for d in node.decorator_list)
        self.guarding = not protocol
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        start = next((i for i, s in enumerate(node.body) if not _is_docstring(s, i)), len(node.body))
        seen = [
            self.at(ast.Expr(self.recorded(self.at(ast.Name(a.arg, ast.Load()), a), _name_only(a), "parameter", a.arg)), a)
            for a in every
            if a.arg not in {"self", "cls"}
        ]
        node.body = [*node.body[:start], *cast("list[ast.stmt]", seen), *self.block(node.body[start:])]
        self.function, self.guarding = outer, guarding
        return [node]

    s_AsyncFunctionDef = s_FunctionDef

    def defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.expression(d) for d in arguments.defaults]
        arguments.kw_defaults = [d and self.expression(d) for d in arguments.kw_defaults]

    def s_ClassDef(self, node: ast.ClassDef) -> list[ast.stmt]:
        node.bases = [self.expression(b) for b in node.bases]
        node.decorator_list = [self.expression(d) for d in node.decorator_list]
        outer, guarding = self.function, self.guarding
        self.function = f"{outer}.{node.name}" if outer else node.name
        self.guarding = True
        node.body = self.block(node.body)
        self.function, self.guarding = outer, guarding
        return [node]

    def s_For(self, node: ast.For) -> list[ast.stmt]:
        node.iter = self.iterated(node.iter, node.target, cuts=True)
        node.target = self.expression(node.target)
        node.body = [*self.after([node.target], "loop"), *self.block(node.body)]
        node.orelse = self.block(node.orelse)
        return [node]

    def s_AsyncFor(self, node: ast.AsyncFor) -> list[ast.stmt]:
        node.iter = self.expression(node.iter)
        node.body = [*self.after([node.target], "loop"), *self.block(node.body)]
        node.orelse = self.block(node.orelse)
        return [node]

    def s_While(self, node: ast.While) -> list[ast.stmt]:
        number = self.site(where(node.test), "while")
        node.test = self.call(WHILE, node.test, self.number(number, node), self.expression(node.test))
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return [node]

    def s_If(self, node: ast.If) -> list[ast.stmt]:
        simple = not any(isinstance(n, (ast.Call, ast.Subscript, ast.BinOp, ast.NamedExpr)) for n in ast.walk(node.test))
        number = self.site(where(node.test), "test")
        leaves = isinstance(node.body[-1], (ast.Raise, ast.Return, ast.Break, ast.Continue)) or _exits(node.body[-1])
        test, original = self.expression(node.test), node.test
        before: list[ast.stmt] = []
        if not simple and self.guarding and not _suspends_expression(original):
            store = self.at(ast.Assign([self.at(ast.Name(HEADER, ast.Store()), original)], test), original)
            before = self.guarded([store], self.at(ast.Expr(original), original), [HEADER])
            test = self.at(ast.Name(HEADER, ast.Load()), original)
        node.test = self.call(TEST, original, self.number(number, original), test, self.number(2 if leaves else 0, original))
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return [*before, node]

    def s_With(self, node: ast.With | ast.AsyncWith) -> list[ast.stmt]:
        caught = [types for item in node.items if (types := catching_context(item)) is not None]
        for item in node.items:
            item.context_expr = self.expression(item.context_expr)
        stores = [item.optional_vars for item in node.items if item.optional_vars is not None]
        guarding = self.guarding
        if caught:
            types = tuple(t for c in caught for t in c)
            self.table.regions.append(TryRegion(node.body[0].lineno, node.body[-1].end_lineno or 0, types, True))
            self.guarding = False
        body = self.block(node.body)
        self.guarding = guarding
        node.body = [*self.after(stores), *body]
        return [node]

    s_AsyncWith = s_With

    def s_Try(self, node: ast.Try) -> list[ast.stmt]:
        probe = is_probe(node.body, node.handlers, node.orelse) if node.handlers else False
        if node.handlers:
            region = TryRegion(node.body[0].lineno, node.body[-1].end_lineno or 0, handler_types(node.handlers), probe)
            self.table.regions.append(region)
        guarding = self.guarding
        # Without guards in the body the user's own handlers see what really is raised; torch calls are mended below them.
        self.guarding = guarding and not node.handlers
        node.body = self.block(node.body)
        self.guarding = guarding
        for handler in node.handlers:
            body = self.block(handler.body)
            if not probe:
                number = len(self.table.statements)
                self.table.statements.append(where(handler))
                body = [self.at(ast.Expr(self.call(CAUGHT, handler, self.number(number, handler))), handler), *body]
            handler.body = body
        node.orelse, node.finalbody = self.block(node.orelse), self.block(node.finalbody)
        return [node]

    s_TryStar = s_Try

    def s_Match(self, node: ast.Match) -> list[ast.stmt]:
        node.subject = self.expression(node.subject)
        for case in node.cases:
            case.guard = case.guard and self.expression(case.guard)
            case.body = self.block(case.body)
        return [node]

    def s_Import(self, node: ast.stmt) -> list[ast.stmt]:
        return [node]

    s_ImportFrom = s_Global = s_Nonlocal = s_Import


# -------------------------------------------------------------------------------------------------------- questions


def _pattern(target: ast.expr) -> object:
    """What a target unpacks: None for one value, else a tuple of patterns; a starred place is `...`."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return tuple(... if isinstance(e, ast.Starred) else _pattern(e) for e in target.elts)
    return None


def _bound_names(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [a.asname or a.name.split(".")[0] for a in node.names if a.name != "*"]
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return [node.name]
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        stores = (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        return sorted(set(stores) - _inner_names(node))
    return []


def _bound_attributes(node: ast.stmt) -> list[tuple[str, str]]:
    """`self.layer = …`: the attribute is bound all the same when the right side fails, or its absence would be the next failure."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) and node.value else []
    return [(t.value.id, t.attr) for t in targets if isinstance(t, ast.Attribute) and isinstance(t.value, ast.Name)]


def _inner_names(node: ast.AST) -> set[str]:
    """Names that a comprehension binds for itself."""
    generators = (g for n in ast.walk(node) if isinstance(n, ast.comprehension) for g in ast.walk(n.target))
    return {n.id for n in generators if isinstance(n, ast.Name)}


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _is_docstring(statement: ast.stmt, index: int) -> bool:
    return index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _name_only(argument: ast.arg) -> ast.AST:
    """The argument without its annotation, as a place."""
    name = ast.Name(argument.arg, ast.Load())
    name.lineno, name.col_offset = argument.lineno, argument.col_offset
    name.end_lineno, name.end_col_offset = argument.lineno, argument.col_offset + len(argument.arg.encode())
    return name


def _exits(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    name = getattr(call, "func", None)
    return (getattr(name, "attr", None) or getattr(name, "id", "")) in {"exit", "quit", "_exit", "abort"}


def _is_safe(node: ast.stmt) -> bool:
    """A plain function definition cannot fail; its decorators and defaults can."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not (
        node.decorator_list or any(not isinstance(d, (ast.Constant, type(None))) for d in [*node.args.defaults, *node.args.kw_defaults])
    )


def _suspends(node: ast.stmt) -> bool:
    """Whether a guard around the statement would swallow what is thrown into a generator or a coroutine."""
    return not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and _suspends_expression(node)


def _suspends_expression(node: ast.AST) -> bool:
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, (ast.Yield, ast.YieldFrom, ast.Await)):
            return True
        if not isinstance(current, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)):
            stack.extend(ast.iter_child_nodes(current))
    return False
