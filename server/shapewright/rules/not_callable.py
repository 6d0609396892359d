"""`not-callable`: something called that is no function and no module."""

from __future__ import annotations

import re

from shapewright import show, wire
from shapewright.rules import _facts as facts
from shapewright.rules._text import call, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = re.compile(r"^'(?P<type>[\w.]+)' object is not callable")


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """A list of layers, or a tensor."""
    found = _SAID.search(failure.message)
    if failure.op != "python.TypeError" or found is None:
        return None
    held = next(
        (o.value for o in failure.operands if o.value.kind == "sequence" and o.value.type == found["type"]), None
    )
    what = f"{found['type']} {show.value_text(held)}" if held else found["type"]
    if found["type"] in ("Tensor", "Parameter", "FakeTensor"):
        what = f"tensor {next((tensor(fact) for _, fact in facts.tensors(failure)), '')}".rstrip()
    hint = "; call its layers one by one, or use nn.Sequential" if held and _holds_modules(held) else ""
    return Told(f"{call(failure, sources).partition('(')[0]} is a {what} and cannot be called{hint}")


def _holds_modules(value: wire.Value) -> bool:
    return any(item.kind == "module" for item in value.items)


RULE = Rule("not-callable", "Something is called that is no function and no module.", check)
