"""Targets: what a statement binds is recorded behind it, with the value that is there then."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from shapewright.worker.instrument.expressions import Expressions
from shapewright.worker.instrument.names import ATTRIBUTE, ITEMS, UNPACK
from shapewright.worker.instrument.questions import unpacked_structure


class Targets(Expressions):
    """Makes the statements that record what was bound."""

    def unpacked(self, value: ast.expr, target: ast.expr) -> ast.expr:
        """`value` behind the hook that gives Unknown the structure that `target` unpacks."""
        return self.call(UNPACK, value, value, self.at(ast.Constant(unpacked_structure(target)), value))

    def after(self, targets: Iterable[ast.expr], role: str = "assignment") -> list[ast.stmt]:
        """Statements that record what is bound by targets that were not rewritten yet: names, and attributes and items
        that can be read again without running any code of the program."""
        targets = list(targets)
        bound = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return [statement for target in targets for statement in self._after(target, role, bound)]

    def _after(self, target: ast.expr, role: str, bound: set[str]) -> Iterator[ast.stmt]:
        if isinstance(target, ast.Name):
            load = self.at(ast.Name(target.id, ast.Load()), target)
            yield self.at(ast.Expr(self.recorded(load, target, role, target.id)), target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                yield from self._after(element, role, bound)
        elif isinstance(target, ast.Starred):
            yield from self._after(target.value, role, bound)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            # Its names may mean something else now: `d[i], i = x, i + 1`.
            names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
            again = self._read_again(target) if names.isdisjoint(bound) else None
            if again is not None:
                name = target.attr if isinstance(target, ast.Attribute) else ""
                yield self.at(ast.Expr(self.recorded(again, target, role, name)), target)

    def _read_again(self, node: ast.expr) -> ast.expr | None:
        """What reads `a`, `a.b` or `a.b[k]` again without any property or method of the program; None elsewhere."""
        if isinstance(node, ast.Name):
            return self.at(ast.Name(node.id, ast.Load()), node)
        if isinstance(node, ast.Attribute):
            holder = self._read_again(node.value)
            return holder and self.call(ATTRIBUTE, node, holder, self.at(ast.Constant(node.attr), node))
        if isinstance(node, ast.Subscript):
            holder, key = self._read_again(node.value), self._key(node.slice)
            if holder is not None and key is not None:
                return self.at(ast.Subscript(self.call(ITEMS, node, holder), key, ast.Load()), node)
        return None

    def _key(self, node: ast.expr) -> ast.expr | None:
        """A copy of an index of names, numbers, slices and such; None where more has to be computed."""
        if isinstance(node, ast.Constant):
            return self.at(ast.Constant(node.value), node)
        if isinstance(node, ast.Name):
            return self.at(ast.Name(node.id, ast.Load()), node)
        if isinstance(node, ast.UnaryOp):
            operand = self._key(node.operand)
            return operand and self.at(ast.UnaryOp(node.op, operand), node)
        if isinstance(node, ast.Tuple):
            parts = [self._key(part) for part in node.elts]
            whole = [part for part in parts if part is not None]
            return self.at(ast.Tuple(whole, ast.Load()), node) if len(whole) == len(parts) else None
        if isinstance(node, ast.Slice):
            bounds = [part and self._key(part) for part in (node.lower, node.upper, node.step)]
            missing = sum(part is not None for part in (node.lower, node.upper, node.step)) - sum(map(bool, bounds))
            return None if missing else self.at(ast.Slice(*bounds), node)
        return None

    def captured(self, pattern: ast.pattern) -> list[ast.stmt]:
        """Statements that record the names that a pattern of a `match` captures."""
        result: list[ast.stmt] = []
        for node in ast.walk(pattern):
            if isinstance(node, ast.MatchAs) and node.name is not None:
                # The name is the last word of its pattern, which is where the syntax tree has no place of its own.
                name = ast.Name(node.name, ast.Load())
                name.lineno = name.end_lineno = node.end_lineno
                name.end_col_offset = node.end_col_offset
                name.col_offset = node.end_col_offset - len(node.name.encode())
                result.append(self.at(ast.Expr(self.recorded(name, name, name=node.name)), name))
        return result
