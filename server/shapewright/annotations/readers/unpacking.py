"""`B, C, H, W = x.shape`: the code itself says the rank, and names the dimensions."""

from __future__ import annotations

import ast

from shapewright.annotations import shapefacts
from shapewright.annotations.scope import Reading, Scope, Statement
from shapewright.annotations.shapefacts import ANY, Facts
from shapewright.wire import Dim

SOURCE = "unpacking"


def read(scope: Scope) -> Reading:
    """Names given to the sizes of an argument before it is assigned anew. What always runs goes before what may not."""
    if ".shape" not in scope.text and ".size(" not in scope.text:
        return Reading()
    found: dict[str, Facts] = {}
    branches: dict[str, list[Facts]] = {}
    aliases: dict[str, ast.expr] = {}
    for statement in scope.statements:
        match statement.node:
            case ast.Assign(targets=[target], value=value):
                _assignment(scope, statement, target, value, found, branches, aliases)
            case _:
                pass
    for name, several in branches.items():
        always = found.setdefault(name, Facts())
        if not always.ranks:
            # Branches that unpack in different ways: each is a possibility.
            always.ranks = tuple(dict.fromkeys(rank for facts in several for rank in facts.ranks))
            always.span = always.span or several[0].span
            if len(always.ranks) == 1:
                for index, dim in several[0].at.items():
                    always.name(index, dim)
    return Reading(shapefacts.declared(found, SOURCE))


def _assignment(
    scope: Scope,
    statement: Statement,
    target: ast.expr,
    value: ast.expr,
    found: dict[str, Facts],
    branches: dict[str, list[Facts]],
    aliases: dict[str, ast.expr],
) -> None:
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        if len(target.elts) == len(value.elts):
            for inner, part in zip(target.elts, value.elts, strict=True):
                _assignment(scope, statement, inner, part, found, branches, aliases)
        return
    line = statement.node.lineno
    if isinstance(target, ast.Name):
        if size := shapefacts.size_of(value):
            name, index = size
            if scope.is_given(name, line) and not statement.conditional:
                _at(scope, found, name, target).name(index, _dim(target))
        elif shapefacts.shape_of(value) is not None:
            aliases[target.id] = value
        return
    if not isinstance(target, (ast.Tuple, ast.List)):
        return
    if isinstance(value, ast.Name):
        value = aliases.get(value.id, value)
    part = shapefacts.part_of_shape(value)
    if part is None or not scope.is_given(part[0], line):
        return
    name, start, stop = part
    if statement.conditional:
        facts = Facts(scope.file.span_of(target))
        branches.setdefault(name, []).append(facts)
    else:
        facts = _at(scope, found, name, target)
    _unpack(facts, target.elts, start, stop)


def _unpack(facts: Facts, targets: list[ast.expr], start: int | None, stop: int | None) -> None:
    starred = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    if starred is None:
        shapefacts.spread(facts, start, stop, [_dim(target) for target in targets])
    elif stop is None and (start is None or start >= 0):
        for i, target in enumerate(targets[:starred]):
            facts.name((start or 0) + i, _dim(target))
        after = targets[starred + 1 :]
        for i, target in enumerate(after):
            facts.name(i - len(after), _dim(target))


def _at(scope: Scope, found: dict[str, Facts], name: str, target: ast.expr) -> Facts:
    if name not in found:
        found[name] = Facts(scope.file.span_of(target))
    return found[name]


def _dim(target: ast.expr) -> Dim:
    match target:
        case ast.Name(id=name) if name.strip("_"):
            return Dim("sym", name.strip("_"))
        case ast.Attribute(attr=name):
            return Dim("sym", name)
        case _:
            return ANY
