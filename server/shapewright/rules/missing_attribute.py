"""`missing-attribute`: an attribute that a layer, a tensor or a module of Python does not have."""

from __future__ import annotations

import difflib
import re

from shapewright import wire
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, sources: Sources) -> Told | None:
    """Names that the object has, or its class assigns, and that are nearly the same are suggested."""
    name, holder = failure.facts.get("attribute"), failure.facts.get("object")
    if failure.op != "python.AttributeError" or not name or not holder or name == "None" or holder == "NoneType":
        return None
    named = _NAMED.match(failure.message)
    owner = "a tensor" if holder in ("Tensor", "Parameter", "FakeTensor") else named[1] if named else holder
    held = failure.facts.get("near", "").split()
    # A module or class has what it has; of an instance the code may assign what this run did not come to.
    near = held[:1] if named else difflib.get_close_matches(name, [*held, *_assigned(failure, sources)], 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return Told(f"{owner} has no attribute {name!r}{hint}")


def _assigned(failure: wire.Failure, sources: Sources) -> set[str]:
    """The attributes that the files on the way assign."""
    paths = {frame.span.path for frame in failure.stack} | {failure.span.path}
    texts = (source.text for path in paths if (source := sources.get(path)) is not None)
    return {name for text in texts for found in _ASSIGNMENT.findall(text) for name in found if name} - {
        failure.facts.get("attribute", "")
    }


_NAMED = re.compile(r"(?:partially initialized )?(?:module|type object) '([\w.]+)'")
_ASSIGNMENT = re.compile(r"\bself\.(\w+)\s*(?::[^=\n]+)?=(?!=)|\bdef (\w+)\(self")

RULE = Rule("missing-attribute", "A module or a tensor does not have the attribute.", check)
