"""What a fix is made from: the failure, and the files that it touches."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from shapewright import wire
from shapewright.fixes._tree import Tree, parse
from shapewright.model import Candidate, Edit
from shapewright.sources import Sources


@dataclass(frozen=True, eq=False)
class Spot:
    """An expression of a file."""

    tree: Tree
    node: ast.expr

    @property
    def text(self) -> str:
        """Its source, on one line."""
        return " ".join(self.tree.text(self.node).split())

    @property
    def key(self) -> tuple[str, int, int, int, int]:
        """Where it stands."""
        n = self.node
        return self.tree.path, n.lineno, n.col_offset, n.end_lineno or 0, n.end_col_offset or 0

    def at(self, node: ast.expr) -> Spot:
        """Another expression of the same file."""
        return Spot(self.tree, node)

    def replace(self, text: str) -> tuple[Edit, ...]:
        """Put other text here."""
        return (self.tree.replace(self.node, text),)

    def suffix(self, text: str) -> tuple[Edit, ...]:
        """Call a method on it."""
        return self.tree.suffix(self.node, text)


@dataclass(frozen=True)
class Offer:
    """A candidate and how good it is: the least `rank` comes first. `sure`: clearly the repair, if it is proven."""

    title: str
    edits: tuple[Edit, ...]
    rank: float
    sure: bool = False

    def candidate(self) -> Candidate:
        """What is to be proven."""
        return Candidate(self.title, self.edits, preferred=self.sure)


@dataclass(frozen=True, eq=False)
class Context:
    """A failure and the files around it."""

    failure: wire.Failure
    sources: Sources

    def tree(self, path: str) -> Tree | None:
        """The tree of a file; None where it cannot be read or parsed."""
        source = self.sources.get(path)
        return parse(source) if source is not None else None

    def spot(self, span: wire.Span | None) -> Spot | None:
        """The expression at a place."""
        tree = self.tree(span.path) if span is not None else None
        node = tree.node(span) if tree is not None and span is not None else None
        return Spot(tree, node) if tree is not None and node is not None else None

    @functools.cached_property
    def failing(self) -> Spot | None:
        """The failing expression."""
        return self.spot(self.failure.span)

    @functools.cached_property
    def trees(self) -> tuple[Tree, ...]:
        """The files that the failure touches, its own first, then those that are open."""
        paths = [self.failure.span.path, *(frame.span.path for frame in reversed(self.failure.stack))]
        for fact in (self.failure.module, self.failure.owner):
            if fact is not None:
                paths += [span.path for span in (fact.birth, fact.declared) if span is not None]
        paths += [step.span.path for operand in self.failure.operands for step in operand.history]
        paths += list(self.sources)
        found = (self.tree(path) for path in dict.fromkeys(paths))
        return tuple(tree for tree in found if tree is not None)

    def calls(self, *names: str) -> Iterator[Spot]:
        """The calls of anything with one of the names, wherever they stand."""
        for tree in self.trees:
            for node in tree.expressions:
                if isinstance(node, ast.Call) and last_name(node.func) in names:
                    yield Spot(tree, node)


def last_name(node: ast.expr) -> str:
    """`Conv2d` of `nn.Conv2d`; empty where an expression has no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
