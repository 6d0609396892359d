"""`shapewright explain` and `shapewright rules`."""

from __future__ import annotations

import argparse

from shapewright import rules
from shapewright.cli.arguments import code


def explain(arguments: argparse.Namespace) -> tuple[str, int]:
    """The page of a rule."""
    wanted = code(arguments.code)
    rule = next(rule for rule in rules.RULES if rule.code == wanted)
    return f"{rule.page.rstrip()}\n\n{rules.url(rule.code)}\n", 0


def listing(_arguments: argparse.Namespace) -> tuple[str, int]:
    """Every rule in a line."""
    width = max(len(rule.code) for rule in rules.RULES)
    level = max(len(rule.severity.value) for rule in rules.RULES)
    lines = [
        f"{r.code:<{width}}  {r.severity.value:<{level}}  {r.summary}"
        for r in sorted(rules.RULES, key=lambda r: r.code)
    ]
    return "\n".join(lines) + "\n", 0
