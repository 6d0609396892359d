"""Comments behind statements: `x = self.conv(x)  # (B, 64, 14, 14)` says the shape of `x`."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shapewright import wire
from shapewright.annotations import dims
from shapewright.annotations.dims import Shape
from shapewright.annotations.grammar import parse_comment
from shapewright.annotations.scope import File
from shapewright.sources import Sources
from shapewright.stated import compare
from shapewright.stated.compare import Sizes

KIND = "shape-comment"

CERTAIN = frozenset(
    {
        "script",
        "call",
        "directive",
        "docstring",
        "class docstring",
        "jaxtyping",
        "comment",
        "example_input_array",
        "doctest",
        "given",
    }
)
"""Sources of inputs that somebody gave."""
_LEAD = re.compile(
    r"#+\s*(?:->|=>|=|[:>])?\s*(?:(?:now|output|result|out|new)\s+)?(?:(?:shapes?|sizes?|dims?)\s*[:=]?\s*(?:of|is)?\s*)?"
    r"(?:(?P<name>[^\W\d][\w.]*)\s*(?:(?:\.shape|shape|size)\s*)?[:=]?\s*)?",
    re.IGNORECASE,
)
_SAYS_SHAPE = re.compile(r"shape|size|dim", re.IGNORECASE)
_PRINTED = re.compile(r"torch\.Size\((\[[\d, ]*\])\)")
"""What `print` writes; put into words of the same length."""
_FRONT = re.compile(r"[\s`'\"]*(?:torch\.Size\()?")
_TAIL = re.compile(r"[\s.;`'\")]*(?:#.*)?")


@dataclass(frozen=True)
class Said:
    """A comment that gives the shape of what its statement binds. `start` and `end`: columns of the shape."""

    line: int
    target: str
    shape: Shape
    start: int
    end: int
    function: tuple[int, int]


def failures(values: Sequence[wire.ValueFact], sources: Sources) -> Iterator[wire.Failure]:
    """The comments that no run bears out."""
    places: dict[str, dict[int, list[wire.ValueFact]]] = defaultdict(lambda: defaultdict(list))
    for fact in values:
        if fact.role in ("assignment", "return"):
            places[fact.span.path][fact.span.line].append(fact)
    for path, lines in places.items():
        source = sources.get(path)
        if source is None or "#" not in source.text:
            continue
        candidates = [n for n in lines if "#" in source.line(n - 1) and _may_say(source.line(n - 1))]
        if candidates:
            file = _file(path, sources)
            if file is not None:
                yield from _of_file(file, candidates, lines)


def _may_say(line: str) -> bool:
    comment = line[line.index("#") :]
    return any(bracket in comment for bracket in "([") or " x " in comment


def _file(path: str, sources: Sources) -> File | None:
    source = sources[path]
    try:
        return File(source, ast.parse(source.text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def said(file: File, line: int) -> Said | None:
    """What the comment behind a statement of one line says of its target; None where anything about it is unclear."""
    comment = file.comments_by_line.get(line)
    if comment is None or comment.alone:
        return None
    code = file.source.line(line - 1)[: file.source.position(comment.start).column].strip()
    target = _target(code)
    lead = _LEAD.match(comment.text)
    if target is None or lead is None:
        return None
    start = lead.end()
    if lead["name"] and lead["name"] not in (target, f"{target}.shape", target.rpartition(".")[2]):
        start = lead.start("name")
    body = comment.text[start:]
    found = parse_comment(_PRINTED.sub(r"shape      \1 ", body))
    if found.kind != "shape" or len(found.alternatives) != 1 or not compare.is_closed(found.alternatives[0]):
        return None
    leading = len(body) - len(body.lstrip("# \t!:"))
    first, last = leading + found.start, leading + found.end
    shape = found.alternatives[0]
    if not _FRONT.fullmatch(body[:first]) or not _TAIL.fullmatch(body[last:]):
        return None
    named = any(dim.kind in ("sym", "expr") for dim in shape)
    if not named and not _SAYS_SHAPE.search(comment.text[: start + first]):
        return None  # `# [1, 2, 3]` may as well be the values
    column = file.source.position(comment.start).column + start
    return Said(line, target, shape, column + first, column + last, _function(file, line))


def _target(code: str) -> str | None:
    try:
        body = ast.parse(f"def f():\n {code}").body[0]
    except (SyntaxError, ValueError):
        return None
    statement = body.body[0] if isinstance(body, ast.FunctionDef) and len(body.body) == 1 else None
    match statement:
        case ast.Assign(targets=[ast.Name() | ast.Attribute() as target]):
            return ast.unparse(target)
        case ast.AnnAssign(target=ast.Name() | ast.Attribute() as target, value=ast.expr()):
            return ast.unparse(target)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Tuple):
            return "return"
        case _:
            return None


def _function(file: File, line: int) -> tuple[int, int]:
    """The lines of the innermost function around a line; those of the file where there is none."""
    found = (1, len(file.source.lines))
    for node in ast.walk(file.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (node.end_lineno or 0):
            found = max(found, (node.lineno, node.end_lineno or line))
    return found


def _of_file(file: File, candidates: Sequence[int], lines: dict[int, list[wire.ValueFact]]) -> Iterator[wire.Failure]:
    comments = [found for line in sorted(candidates) if (found := said(file, line)) is not None]
    for comment in comments:
        sizes = _sizes(lines[comment.line])
        if not sizes or any(compare.fits(comment.shape, s) and not _reordered(comment, s, lines) for s in sizes):
            continue
        witnesses = [
            other
            for other in comments
            if other.function == comment.function
            and other.line != comment.line
            and (seen := _sizes(lines[other.line]))
            and all(compare.fits(other.shape, s) for s in seen)
        ]
        found = _contradiction(comment, sizes, witnesses, lines)
        if found is not None:
            yield _failure(file, comment, lines[comment.line][0], *found)


def _sizes(facts: Sequence[wire.ValueFact]) -> list[Sizes]:
    """The shapes that a statement's target had; none where they are not all known and given by somebody."""
    found: dict[Sizes, None] = {}
    for fact in facts:
        tensor = fact.value.tensor
        if fact.value.kind != "tensor" or tensor is None or tensor.shape is None or fact.source not in CERTAIN:
            return []
        sizes = tuple(size for size in tensor.shape if size is not None)
        if len(sizes) < len(tensor.shape):
            return []
        found[sizes] = None
    return list(found)


def _contradiction(
    comment: Said, sizes: Sequence[Sizes], witnesses: Sequence[Said], lines: dict[int, list[wire.ValueFact]]
) -> tuple[str, str] | None:
    """The kind of the contradiction and the text in its place, where one can be told."""
    shape = comment.shape
    batched = any(compare.has_batch(w.shape) for w in witnesses)
    if all(compare.has_other_rank(shape, s, batched=batched) for s in sizes):
        return "rank", ""
    if any(len(s) != len(shape) for s in sizes):
        return None
    # A number may be that of another size of pictures: another comment with a number there has to hold.
    known = {i for w in witnesses if len(w.shape) == len(shape) for i in compare.numbers(w.shape)}
    wrong = [set(compare.wrong_numbers(shape, s)) & known for s in sizes]
    if all(wrong):
        instead = [str(sizes[0][i]) if i in wrong[0] else dims.show((dim,))[1:-2] for i, dim in enumerate(shape)]
        return "number", compare.text(shape, instead) if len(sizes) == 1 else ""
    orders = [compare.order(shape, s, _names(comment, lines)) for s in sizes]
    if len(orders) == 1 and orders[0] is not None:
        return "order", compare.text(shape, [dims.show((shape[i],))[1:-2] for i in orders[0]])
    return None


def _reordered(comment: Said, sizes: Sizes, lines: dict[int, list[wire.ValueFact]]) -> bool:
    return compare.order(comment.shape, sizes, _names(comment, lines)) is not None


def _names(comment: Said, lines: dict[int, list[wire.ValueFact]]) -> dict[str, int]:
    """The numbers that the function gives names to above the comment, each always the same."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in range(comment.function[0], comment.line):
        for fact in lines.get(line, ()):
            if fact.value.kind == "number" and fact.role == "assignment":
                found[fact.name].add(fact.value.text)
    return {
        n: int(next(iter(texts))) for n, texts in found.items() if len(texts) == 1 and next(iter(texts)).isdecimal()
    }


def _failure(file: File, comment: Said, fact: wire.ValueFact, what: str, instead: str) -> wire.Failure:
    text = file.source.line(comment.line - 1)
    start, end = (len(text[:column].encode()) for column in (comment.start, comment.end))
    span = wire.Span(file.source.path, comment.line, start, comment.line, end)
    facts = {"what": what, "said": text[comment.start : comment.end], "instead": instead, "target": comment.target}
    operand = wire.Operand("value", replace(fact.value, text=""), span=fact.span)
    return wire.Failure("comment", span, "", "", operands=(operand,), kind=KIND, facts=facts)
