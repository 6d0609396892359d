"""`assert-failed`: an assertion of the code itself that does not hold."""

from __future__ import annotations

import ast

from shapewright import show, wire
from shapewright.rules import _places as places
from shapewright.rules._text import call, listing
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """The code says what it wants; the values say what it got."""
    location = sources.location(failure.span)
    source = sources.get(failure.span.path)
    if failure.op != "python.AssertionError" or location is None or source is None:
        return None
    if not source.line(location.range.start.line).lstrip().startswith("assert"):
        return None
    text = _condition(sources.text(location)) or call(failure, sources)
    kinds = ("module", "sequence")
    given = list(dict.fromkeys(show.value_text(o.value) for o in failure.operands if o.value.kind not in kinds))
    said = f" ({failure.message})" if failure.message else ""
    with_ = f" with {listing(given[:3])}" if given else ""
    return Told(f"the assertion {text} fails{with_}{said}", places.births(failure))


def _condition(text: str) -> str:
    """What is asserted, without the message behind it."""
    try:
        statement = ast.parse(text.strip()).body[0]
    except (SyntaxError, IndexError):
        return ""
    return ast.unparse(statement.test) if isinstance(statement, ast.Assert) else ""


RULE = Rule("assert-failed", "An assertion of the code itself does not hold.", check)
