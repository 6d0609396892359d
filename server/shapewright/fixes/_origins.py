"""Following a name to what it may stand for: assignments, arguments of the callers, defaults, fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Spot, last_name
from shapewright.fixes._tree import Function, Tree

_LIMIT = 6


def origins(context: Context, spot: Spot) -> tuple[Spot, ...]:
    """The expressions that a name, an attribute or an item may stand for, one step back; the nearest first."""
    node = spot.node
    if isinstance(node, ast.Name):
        found = _of_name(context, spot, node)
    elif isinstance(node, ast.Attribute):
        found = _of_attribute(context, spot, node)
    elif isinstance(node, ast.Subscript):
        found = _of_item(context, spot, node)
    else:
        return ()
    unique = {s.key: s for s in found if s.key != spot.key}
    return tuple(unique.values())[:_LIMIT]


def assigned(tree: Tree, scope: ast.AST, name: str) -> list[Spot]:
    """What is assigned to a plain name in a scope, in order."""
    found: list[Spot] = []
    for node in _own(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                found += _bound(tree, target, node.value, name)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            found += _bound(tree, node.target, node.value, name)
        elif isinstance(node, ast.NamedExpr) and node.target.id == name:
            found.append(Spot(tree, node.value))
        elif isinstance(node, (ast.For, ast.comprehension)):
            found += _looped(tree, node.target, node.iter, name)
    return sorted(found, key=lambda s: s.key)


def attributes(tree: Tree, owner: ast.ClassDef, name: str) -> list[Spot]:
    """What is assigned to `self.name`, or to the name in the body of the class."""
    found: list[Spot] = []
    for node in ast.walk(owner):
        if isinstance(node, ast.Assign):
            pairs = [(t, node.value) for t in node.targets]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs = [(node.target, node.value)]
        else:
            continue
        for target, value in pairs:
            in_body = isinstance(target, ast.Name) and tree.parents.get(node) is owner
            for left, right in _pairs(target, value):
                own = isinstance(left, ast.Attribute) and left.attr == name and last_name(left.value) == "self"
                if own or (in_body and isinstance(left, ast.Name) and left.id == name):
                    found.append(Spot(tree, right))
    return sorted(found, key=lambda s: s.key)


def parameter(function: Function, name: str) -> bool:
    """Whether a function takes an argument of this name."""
    a = function.args
    return any(arg.arg == name for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs))


def default(tree: Tree, function: Function, name: str) -> Spot | None:
    """The default of a parameter."""
    a = function.args
    positional = [*a.posonlyargs, *a.args]
    for arg, value in zip(reversed(positional), reversed(a.defaults), strict=False):
        if arg.arg == name:
            return Spot(tree, value)
    for arg, value in zip(a.kwonlyargs, a.kw_defaults, strict=True):
        if arg.arg == name and value is not None:
            return Spot(tree, value)
    return None


def given(context: Context, call: Spot, function: Function, name: str) -> Spot | None:
    """The argument that a call gives to a parameter."""
    node = call.node
    if not isinstance(node, ast.Call):
        return None
    for keyword in node.keywords:
        if keyword.arg == name:
            return call.at(keyword.value)
    for keyword in node.keywords:
        if keyword.arg is None:
            key = ast.copy_location(ast.Subscript(keyword.value, ast.Constant(name)), keyword.value)
            entries = _of_item(context, call.at(key), key)
            if entries:
                return entries[0]
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    for argument, its in zip(node.args, names, strict=False):
        if isinstance(argument, ast.Starred):
            return None
        if its == name:
            return call.at(argument)
    return None


def passed(context: Context, tree: Tree, function: Function, name: str) -> list[Spot]:
    """What a parameter may hold: the arguments of the calls, and the default."""
    calls = [g for call in callers(context, tree, function) if (g := given(context, call, function, name)) is not None]
    fallback = default(tree, function, name)
    return [*calls, *([fallback] if fallback is not None else [])]


def callers(context: Context, tree: Tree, function: Function) -> Iterator[Spot]:
    """The calls of a function: those on the way to the failure first, then every one that has its name."""
    if isinstance(function, ast.Lambda):
        return
    stack = context.failure.stack
    for outer, inner in zip(reversed(stack[:-1]), reversed(stack[1:]), strict=True):
        first, last = function.lineno, function.end_lineno or function.lineno
        if inner.function == function.name and inner.span.path == tree.path and first <= inner.span.line <= last:
            call = context.spot(outer.span)
            if call is not None and isinstance(call.node, ast.Call):
                yield call
    owner = tree.parents.get(function)
    if not isinstance(owner, ast.ClassDef):
        yield from context.calls(function.name)
    elif function.name == "__init__":
        yield from constructions(context, owner)
    elif function.name != "forward":
        yield from context.calls(function.name)


def constructions(context: Context, owner: ast.ClassDef) -> Iterator[Spot]:
    """Where objects of a class are made; the one of the failing module's owner first."""
    sites = [*context.calls(owner.name)]
    fact = context.failure.owner
    declared = fact.declared if fact is not None else None
    if declared is not None:
        sites.sort(key=lambda s: (s.tree.path, s.node.lineno) != (declared.path, declared.line))
    yield from sites
    for tree in context.trees:
        for node in tree.expressions:
            if isinstance(node, ast.Call) and _is_super_init(node):
                child = tree.owner(node)
                if child is not None and any(last_name(base) == owner.name for base in child.bases):
                    yield Spot(tree, node)


def find_class(context: Context, name: str) -> tuple[Tree, ast.ClassDef] | None:
    """The class of a name, in whichever file it is."""
    for tree in context.trees:
        for node in ast.walk(tree.module):
            if isinstance(node, ast.ClassDef) and node.name == name:
                return tree, node
    return None


def _of_name(context: Context, spot: Spot, node: ast.Name) -> list[Spot]:
    tree, scope = spot.tree, spot.tree.function(node)
    for comprehension in spot.tree.around(node):
        if isinstance(comprehension, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
            for part in comprehension.generators:
                found = _looped(tree, part.target, part.iter, node.id)
                if found:
                    return found
        if comprehension is scope:
            break
    while scope is not None:
        found = assigned(tree, scope, node.id)
        if found:
            return _nearest(found, node)
        if parameter(scope, node.id):
            return passed(context, tree, scope, node.id)
        scope = tree.function(scope)
    found = assigned(tree, tree.module, node.id)
    return _nearest(found, node) if found else list(_imported(context, tree, node.id))


def _of_attribute(context: Context, spot: Spot, node: ast.Attribute) -> list[Spot]:
    tree = spot.tree
    if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        owner = tree.owner(node)
        while owner is not None:
            found = attributes(tree, owner, node.attr)
            if found:
                return found
            base = next((b for base in owner.bases if (b := find_class(context, last_name(base)))), None)
            tree, owner = base if base is not None and base[1] is not owner else (tree, None)
        return []
    found: list[Spot] = []
    for holder in (spot.at(node.value), *origins(context, spot.at(node.value))):
        found += _field(context, holder, node.attr)
    return found or _options(context, node.attr)


def _field(context: Context, holder: Spot, name: str) -> list[Spot]:
    """A field of an object that is made here, or of a class that is named here."""
    node = holder.node
    made = find_class(context, last_name(node.func) if isinstance(node, ast.Call) else last_name(node))
    found: list[Spot] = []
    if isinstance(node, ast.Call):
        found += [holder.at(k.value) for k in node.keywords if k.arg == name]
    if made is not None:
        tree, owner = made
        found += attributes(tree, owner, name)
    return found


def _options(context: Context, name: str) -> list[Spot]:
    """The default of an option of the command line."""
    found: list[Spot] = []
    for call in context.calls("add_argument"):
        assert isinstance(call.node, ast.Call)
        flags = [a.value for a in call.node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if any(flag.lstrip("-").replace("-", "_") == name for flag in flags):
            found += [call.at(k.value) for k in call.node.keywords if k.arg == "default"]
    return found


def _of_item(context: Context, spot: Spot, node: ast.Subscript) -> list[Spot]:
    key = node.slice
    if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub) and isinstance(key.operand, ast.Constant):
        index: object = -key.operand.value if isinstance(key.operand.value, int) else None
    else:
        index = key.value if isinstance(key, ast.Constant) else None
    found: list[Spot] = []
    for holder in (spot.at(node.value), *origins(context, spot.at(node.value))):
        value = holder.node
        if isinstance(value, ast.Dict):
            pairs = zip(value.keys, value.values, strict=True)
            found += [holder.at(v) for k, v in pairs if isinstance(k, ast.Constant) and k.value == index]
        elif isinstance(value, ast.Call) and last_name(value.func) == "dict":
            found += [holder.at(k.value) for k in value.keywords if k.arg == index]
        elif isinstance(value, (ast.List, ast.Tuple)) and isinstance(index, int):
            if -len(value.elts) <= index < len(value.elts):
                found.append(holder.at(value.elts[index]))
        elif index is None:
            found += [holder.at(item) for item in _items(value)]
    return found


def _items(node: ast.expr) -> Iterator[ast.expr]:
    """The items written out in a list or in a sum of lists."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _items(node.left)
        yield from _items(node.right)
    elif isinstance(node, (ast.List, ast.Tuple)):
        yield from (item for item in node.elts if not isinstance(item, ast.Starred))


def _imported(context: Context, tree: Tree, name: str) -> Iterator[Spot]:
    for node in ast.walk(tree.module):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    stem = node.module.rpartition(".")[2]
                    for other in context.trees:
                        if other.path.replace("\\", "/").endswith((f"/{stem}.py", f"/{stem}/__init__.py")):
                            yield from assigned(other, other.module, alias.name)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the functions and classes in it."""
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        yield node
        todo.extend(ast.iter_child_nodes(node))


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets with what they are bound to, unpacking followed where both sides are written out."""
    if isinstance(target, (ast.Tuple, ast.List)):
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            for left, right in zip(target.elts, value.elts, strict=True):
                yield from _pairs(left, right)
        return
    yield target, value


def _bound(tree: Tree, target: ast.expr, value: ast.expr, name: str) -> list[Spot]:
    return [
        Spot(tree, right) for left, right in _pairs(target, value) if isinstance(left, ast.Name) and left.id == name
    ]


def _looped(tree: Tree, target: ast.expr, iterated: ast.expr, name: str) -> list[Spot]:
    """What a loop over written-out items binds to a name."""
    if not isinstance(iterated, (ast.List, ast.Tuple)):
        return []
    return [spot for item in iterated.elts for spot in _bound(tree, target, item, name)]


def _nearest(found: list[Spot], node: ast.Name) -> list[Spot]:
    """The last assignment in front of a use, then the others."""
    before = [s for s in found if (s.node.end_lineno or 0) < node.lineno]
    return [*before[:-2:-1], *(s for s in found if s not in before[-1:])]


def _is_super_init(node: ast.Call) -> bool:
    func = node.func
    return (
        isinstance(func, ast.Attribute)
        and func.attr == "__init__"
        and isinstance(func.value, ast.Call)
        and last_name(func.value.func) == "super"
    )
