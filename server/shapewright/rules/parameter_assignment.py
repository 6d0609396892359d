"""`parameter-assignment`: a plain tensor, or something else, in the place of a parameter or a layer."""

from __future__ import annotations

import re

from shapewright import show, wire
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SAID = re.compile(
    r"cannot assign '(?P<given>[\w.]+)' (?:object )?(?:as|to) "
    r"(?P<place>parameter|child module|buffer) '(?P<name>\w+)'"
)


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`nn.Module` keeps the kinds of its attributes apart."""
    found = _SAID.search(failure.message)
    if failure.op != "python.TypeError" or found is None:
        return None
    owners = [show.value_text(o.value) for o in failure.operands if o.value.kind == "module"]
    owner = owners[-1] if owners else "the module"
    given = "a plain tensor" if found["given"].startswith("torch.") and "Tensor" in found["given"] else found["given"]
    hint = (
        "; wrap it in nn.Parameter, or change the values under torch.no_grad()" if found["place"] == "parameter" else ""
    )
    return Told(f"{owner}.{found['name']} is a {found['place']}, and {given} is assigned to it{hint}")


RULE = Rule("parameter-assignment", "A plain tensor is assigned where a module holds a parameter.", check)
