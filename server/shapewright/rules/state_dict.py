"""`state-dict`: a checkpoint that does not fit the model."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_SIZE = re.compile(
    r"size mismatch for (?P<key>[\w.]+): copying a param with shape torch\.Size\(\[(?P<there>[\d, ]*)\]\) "
    r"from checkpoint, the shape in current model is torch\.Size\(\[(?P<here>[\d, ]*)\]\)"
)
_MODEL = re.compile(r"loading state_dict for (?P<model>\w+)")
_KEYS = re.compile(r"(?P<kind>Missing|Unexpected) key\(s\) in state_dict: (?P<keys>[^\n]*)")


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Only `load_state_dict` compares them, so its message is read: the first difference is told, the rest counted."""
    model = _MODEL.search(failure.message)
    if failure.exception != "RuntimeError" or model is None:
        return None
    parts: list[str] = []
    mismatches = list(_SIZE.finditer(failure.message))
    if mismatches:
        first = mismatches[0]
        parts.append(
            f"{first['key']} is [{first['there']}] there but [{first['here']}] in the model{_more(len(mismatches))}"
        )
    for found in _KEYS.finditer(failure.message):
        keys = [key.strip(' ".') for key in found["keys"].split(",")]
        parts.append(f"{found['kind'].lower()} {keys[0]}{_more(len(keys))}")
    return Told(f"the checkpoint does not fit {model['model']}: {'; '.join(parts) or failure.message}")


def _more(count: int) -> str:
    return f" and {count - 1} more" if count > 1 else ""


RULE = Rule("state-dict", "A checkpoint does not fit the model it is loaded into.", check)
