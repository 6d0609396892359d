"""Numbers in code: what an expression is worth, and the edits that make it worth something else."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shapewright.fixes._context import Context, Spot, last_name
from shapewright.fixes._origins import origins, passed
from shapewright.fixes._tree import Function, Tree
from shapewright.model import Edit

_DEPTH = 6
_POWER = 64
"""Larger exponents are nobody's size."""


@dataclass(frozen=True)
class Change:
    """A way to give an expression another value. `words` say it in a title; `cost` grows with how far it reaches."""

    edits: tuple[Edit, ...]
    words: str
    cost: float


def evaluate(context: Context, spot: Spot, depth: int = _DEPTH) -> Any:
    """The number that an expression is worth; None where that is not clear from the text."""
    found = values(context, spot, depth)
    return found[0] if len(found) == 1 else None


def values(context: Context, spot: Spot, depth: int = _DEPTH) -> tuple[Any, ...]:
    """The numbers that an expression may be worth."""
    node = spot.node
    if isinstance(node, ast.Constant):
        return (node.value,) if isinstance(node.value, (int, float)) else ()
    if depth <= 0:
        return ()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return tuple(-v for v in values(context, spot.at(node.operand), depth - 1))
    if isinstance(node, ast.BinOp):
        left = values(context, spot.at(node.left), depth - 1)
        right = values(context, spot.at(node.right), depth - 1)
        return _distinct(_calculated(node.op, a, b) for a, b in itertools.product(left, right))
    if isinstance(node, ast.Call) and len(node.args) == 1 and last_name(node.func) in ("int", "len"):
        return _called(context, spot.at(node.args[0]), last_name(node.func), depth)
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        return _distinct(v for origin in origins(context, spot) for v in values(context, origin, depth - 1))
    return ()


def changes(
    context: Context, spot: Spot, current: int | None, wanted: int, depth: int = 4, *, part: bool = False
) -> list[Change]:
    """The ways to make an expression worth `wanted`, the nearest first.

    `current` is what it is worth now. A `part` of a calculation is not written anew.
    """
    node = spot.node
    if isinstance(node, ast.Constant):
        return [Change(spot.replace(str(wanted)), str(wanted), 0.0)] if isinstance(node.value, int) else []
    if depth <= 0:
        return []
    found: list[Change] = []
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        found += _named(context, spot, current, wanted, depth)
    elif isinstance(node, ast.BinOp):
        found += _solved(context, spot, node, wanted, depth)
    elif isinstance(node, ast.Call) and last_name(node.func) == "int" and len(node.args) == 1:
        found += changes(context, spot.at(node.args[0]), current, wanted, depth - 1)
    if not part:
        found += [Change(spot.replace(text), text, cost) for text, cost in _spelled(context, spot, current, wanted)]
        found.append(Change(spot.replace(str(wanted)), str(wanted), 2.0))
    best: dict[tuple[Edit, ...], Change] = {}
    for change in sorted(found, key=lambda c: c.cost):
        best.setdefault(change.edits, change)
    return list(best.values())


def _named(context: Context, spot: Spot, current: int | None, wanted: int, depth: int) -> Iterator[Change]:
    """Change what a name stands for, where it is written."""
    for origin in origins(context, spot):
        known = values(context, origin)
        if known and current is not None and current not in known:
            continue
        for change in changes(context, origin, current, wanted, depth - 1)[:2]:
            words = f"{spot.text} = {change.words}" if "=" not in change.words else change.words
            yield Change(change.edits, words, change.cost + 1.0)


def _solved(context: Context, spot: Spot, node: ast.BinOp, wanted: int, depth: int) -> Iterator[Change]:
    """Change one side of a calculation."""
    factors = _factors(spot, node)
    known = [evaluate(context, f) for f in factors]
    if len(factors) == 3 and known[1] == known[2] and isinstance(known[0], int) and known[0] and wanted % known[0] == 0:
        root = round((wanted // known[0]) ** 0.5)
        if root > 0 and root * root * known[0] == wanted:
            text = f"{factors[0].text} * {root} * {root}"
            yield Change(spot.replace(text), text, 0.1)
            return
    left, right = spot.at(node.left), spot.at(node.right)
    one, other = evaluate(context, left), evaluate(context, right)
    for side, mine, fixed, is_left in ((left, one, other, True), (right, other, one, False)):
        needed = _needed(node.op, fixed, wanted, is_left)
        if needed is None or needed == mine:
            continue
        if not is_left and needed == (0 if isinstance(node.op, (ast.Add, ast.Sub)) else 1):
            yield Change(spot.replace(left.text), left.text, 0.2)
            continue
        for change in changes(context, side, mine, needed, depth - 1, part=True)[:2]:
            yield Change(change.edits, _rewritten(spot, change) or change.words, change.cost + 0.5)
    counter = _counter(spot)
    if counter is not None and isinstance(node.op, ast.Add):
        text = f"{left.text} + {counter} * {right.text}"
        yield Change(spot.replace(text), text, 0.6)


def _rewritten(spot: Spot, change: Change) -> str | None:
    """The text of an expression after a change inside of it; None where the change is elsewhere."""
    whole = spot.replace("")[0].location
    text, source = spot.tree.source.text, spot.tree.source
    start, end = source.offset(whole.range.start), source.offset(whole.range.end)
    for edit in sorted(change.edits, key=lambda e: e.location, reverse=True):
        first, last = source.offset(edit.location.range.start), source.offset(edit.location.range.end)
        if edit.location.path != whole.path or first < start or last > end:
            return None
        text, end = text[:first] + edit.text + text[last:], end + len(edit.text) - (last - first)
    return " ".join(text[start:end].split())


def _counter(spot: Spot) -> str | None:
    """The counter of the loop around an expression that does not use it."""
    for node in spot.tree.around(spot.node):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and isinstance(node.iter, ast.Call):
            names = {n.id for n in ast.walk(spot.node) if isinstance(n, ast.Name)}
            return node.target.id if last_name(node.iter.func) == "range" and node.target.id not in names else None
    return None


def _factors(spot: Spot, node: ast.expr) -> list[Spot]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(spot, node.left), *_factors(spot, node.right)]
    return [spot.at(node)]


def _needed(op: ast.operator, fixed: Any, wanted: int, left: bool) -> int | None:
    """What one side has to be when the other stays."""
    if not isinstance(fixed, int):
        return None
    if isinstance(op, ast.Add):
        return wanted - fixed
    if isinstance(op, ast.Sub):
        return wanted + fixed if left else fixed - wanted
    if isinstance(op, ast.Mult):
        return wanted // fixed if fixed and wanted % fixed == 0 else None
    if isinstance(op, ast.FloorDiv):
        if left:
            return wanted * fixed
        return fixed // wanted if wanted and fixed % wanted == 0 else None
    return None


def _spelled(context: Context, spot: Spot, current: int | None, wanted: int) -> Iterator[tuple[str, float]]:
    """Expressions over the names in reach that are worth `wanted`: one name, a multiple, a sum or product of two."""
    own = spot.text
    unknown = [text for text in _unknown(context, spot) if text != own] if isinstance(spot.node, ast.Name) else []
    yield from ((f"{own} + {text}", 0.3) for text in unknown if current is not None and wanted > current)
    if current is not None and wanted == current + 1 and not isinstance(spot.node, ast.Constant):
        yield from ((f"{own} + {name}", 0.8) for name in _flags(spot))
        yield f"{own} + 1", 1.1
    if current:
        if wanted % current == 0 and 1 < wanted // current <= 4:
            factor = wanted // current
            cost = 0.3 if _is_joined(context) and not unknown else 1.5
            yield f"({own}) * {factor}" if isinstance(spot.node, ast.BinOp) else f"{own} * {factor}", cost
        if current % wanted == 0 and 1 < current // wanted <= 4 and isinstance(spot.node, (ast.Name, ast.Attribute)):
            yield f"{own} // {current // wanted}", 1.3
    names = {text: value for text, value in in_reach(context, spot).items() if value > 1 and text != own}
    yield from ((text, 0.25) for text in _varying(context, spot, wanted) if text not in names and text != own)
    same = [text for text, value in names.items() if value == wanted]
    yield from ((text, 0.2) for text in same[:2])
    if current and not isinstance(spot.node, ast.BinOp):
        yield from ((f"{own} + {text}", 0.4) for text, value in names.items() if value + current == wanted)
    if not same:
        for text, value in names.items():
            if wanted % value == 0 and 1 < wanted // value <= 4:
                yield f"{text} * {wanted // value}", 1.2
        for (a, x), (b, y) in itertools.islice(itertools.combinations(names.items(), 2), 60):
            if x + y == wanted:
                yield f"{a} + {b}", 1.4
            elif x * y == wanted:
                yield f"{a} * {b}", 1.4


def _varying(context: Context, spot: Spot, wanted: int) -> Iterator[str]:
    """The parameters that are worth other sizes in other calls, and in one of them the wanted one."""
    function = spot.tree.function(spot.node)
    for argument in function.args.args[1:] if function is not None else ():
        known = parameter_values(context, spot.tree, function, argument.arg) if function is not None else ()
        if wanted in known and len(known) > 1:
            yield argument.arg


def _flags(spot: Spot) -> list[str]:
    """The parameters of the function around an expression that are True unless somebody says otherwise."""
    function = spot.tree.function(spot.node)
    if function is None:
        return []
    pairs = zip(reversed(function.args.args), reversed(function.args.defaults), strict=False)
    return [arg.arg for arg, value in pairs if isinstance(value, ast.Constant) and value.value is True]


def _is_joined(context: Context) -> bool:
    """Whether the operands went through something that multiplies their sizes: both directions, a concatenation."""
    steps = [step.op for operand in context.failure.operands for step in operand.history]
    return any(op in ("cat", "lstm", "gru", "rnn_tanh", "concat", "stack") for op in steps)


def _unknown(context: Context, spot: Spot) -> list[str]:
    """The parameters of the function around an expression of which nobody tells what they are worth."""
    function = spot.tree.function(spot.node)
    if function is None or parameter_values(context, spot.tree, function, spot.text):
        return []
    taken_apart = {
        last_name(n.func if isinstance(n, ast.Call) else n.value)
        for n in ast.walk(function)
        if isinstance(n, ast.Attribute | ast.Subscript) or (isinstance(n, ast.Call) and isinstance(n.func, ast.Name))
    }
    counted = {
        n.id
        for around in ast.walk(function)
        if isinstance(around, ast.BinOp) or (isinstance(around, ast.Call) and len(around.args) > 1)
        for n in ast.walk(around)
        if isinstance(n, ast.Name)
    }  # a size stands in a calculation or beside another one
    names = [arg.arg for arg in function.args.args[1:] if arg.arg in counted - taken_apart]
    return [name for name in names if not parameter_values(context, spot.tree, function, name)][:3]


def parameter_values(context: Context, tree: Tree, function: Function, name: str) -> tuple[Any, ...]:
    """What a parameter may be worth."""
    return _distinct(v for s in passed(context, tree, function, name) for v in values(context, s, 3))


def in_reach(context: Context, spot: Spot) -> dict[str, int]:
    """The names that an expression may use and that are worth a whole number."""
    tree, found = spot.tree, dict[str, int]()
    function = tree.function(spot.node)
    if function is None:
        return found
    a = function.args
    for name in [arg.arg for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs) if arg.arg not in ("self", "cls")]:
        known = parameter_values(context, tree, function, name)
        if len(known) == 1 and type(known[0]) is int:
            found[name] = known[0]
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and node.lineno < spot.node.lineno:
            for target in node.targets:
                if isinstance(target, ast.Name) or (
                    isinstance(target, ast.Attribute) and last_name(target.value) == "self"
                ):
                    value = evaluate(context, spot.at(node.value))
                    text = tree.text(target)
                    if type(value) is int and text not in found and value not in found.values():
                        found[text] = value
    for node in tree.module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            value = evaluate(context, spot.at(node.value))
            if type(value) is int:
                found.setdefault(node.targets[0].id, value)
    return found


def _called(context: Context, spot: Spot, name: str, depth: int) -> tuple[Any, ...]:
    if name == "int":
        return _distinct(int(v) for v in values(context, spot, depth - 1))
    sizes: list[int] = []
    for origin in (spot, *origins(context, spot)):
        node = origin.node
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)) and not any(isinstance(e, ast.Starred) for e in node.elts):
            sizes.append(len(node.elts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            sizes.append(len(node.value))
        elif isinstance(node, ast.Dict):
            sizes.append(len(node.keys))
    return _distinct(iter(sizes))


def _calculated(op: ast.operator, one: Any, other: Any) -> Any:
    """The value of a calculation; None where there is none."""
    try:
        match op:
            case ast.Add():
                return one + other
            case ast.Sub():
                return one - other
            case ast.Mult():
                return one * other
            case ast.FloorDiv():
                return one // other
            case ast.Div():
                return one / other
            case ast.Mod():
                return one % other
            case ast.Pow():
                return one**other if abs(other) <= _POWER else None
            case _:
                return None
    except (ArithmeticError, TypeError, ValueError):
        return None


def _distinct(found: Iterator[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(v for v in found if v is not None))[:4]
