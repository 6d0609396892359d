"""Comments in a signature: `x,  # (B, C, H, W)` on an argument's line, or `def forward(self, x):  # x: (B, C)`."""

from __future__ import annotations

from shapewright import wire
from shapewright.annotations.declare import declared, unique
from shapewright.annotations.grammar import parse_comment
from shapewright.annotations.readers.body_comment import is_bare, is_remark, named_entries
from shapewright.annotations.scope import Reading, Scope

SOURCE = "comment"


def read(scope: Scope) -> Reading:
    """A comment on a line that ends with one argument speaks of that one; elsewhere it has to name it."""
    node = scope.node
    first_statement = node.body[0].lineno if node.body else node.lineno
    by_line = scope.file.comments_by_line
    last_of_line: dict[int, list[str]] = {}
    for argument in scope.arguments:
        last_of_line.setdefault(argument.end_lineno or argument.lineno, []).append(argument.arg)
    header_end = max([node.lineno, *last_of_line, node.returns.end_lineno or 0 if node.returns else 0])
    inputs: list[wire.Declared] = []
    returns: list[wire.Declared] = []
    for line in range(node.lineno, header_end + 2):
        comment = by_line.get(line)
        if comment is None or is_remark(comment.text) or (comment.alone and line > header_end):
            continue
        if line >= first_statement > node.lineno:
            break
        named = list(named_entries(scope, comment))
        inputs.extend(named)
        said = parse_comment(comment.text)
        if named or said.kind == "none":
            continue
        # Alone on its line a comment speaks of the argument below it.
        names = last_of_line.get(line + comment.alone, [])
        name = names[0] if len(names) == 1 else None
        if name is None and line >= header_end:
            name = scope.only
        if name is None or (line > header_end and not is_bare(comment.text, said.start)):
            continue
        start = comment.start + len(comment.text) - len(comment.text.lstrip("# \t!:"))
        span = scope.file.span(start + said.start, start + said.end)
        if found := declared(name, said, SOURCE, span):
            inputs.append(found)
            result = declared("", said, SOURCE, span, result=True)
            if said.kind == "transition" and name == scope.only and result:
                returns.append(result)
    return Reading(unique(inputs), tuple(returns))
