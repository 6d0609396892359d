"""`transform-input`: a transform of torchvision that is given another kind of image than it takes."""

from __future__ import annotations

import re

from shapewright import wire
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_KIND = re.compile(
    r"(?:img|pic|Input img) should be (?P<wanted>[A-Z][\w ]+?)(?:\. Got <class '(?P<given>[\w.]+)'>)?\.?$"
)
_TYPE = re.compile(r"Unexpected type <class '(?P<given>[\w.]+)'>$")
_FLOAT = re.compile(r"Input tensor should be a float tensor\. Got torch\.(?P<dtype>\w+)\.$")
_WANTED = {
    "Tensor Image": "a tensor",
    "PIL Image": "a PIL image",
    "PIL Image or ndarray": "a PIL image or an array",
}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """What torchvision says of the type of an image; the order of the transforms is mostly the reason."""
    if failure.exception != "TypeError":
        return None
    if found := _FLOAT.match(failure.message):
        return Told(f"a transform wants an image of floats but gets {found['dtype']}; ToTensor() makes floats of it")
    if found := _TYPE.match(failure.message):
        return Told(f"a transform wants a PIL image or a tensor but gets {_given(found['given'])}")
    found = _KIND.match(failure.message)
    wanted = _WANTED.get(found["wanted"]) if found else None
    if found is None or wanted is None:
        return None
    hint = ""
    if wanted == "a tensor":
        hint = "; it stands behind ToTensor()"
    elif (found["given"] or "").endswith("Tensor"):
        hint = "; it stands before ToTensor(), which is there once"
    return Told(f"a transform wants {wanted} but gets {_given(found['given'] or 'something else')}{hint}")


def _given(name: str) -> str:
    if "PIL" in name:
        return "a PIL image"
    return {"numpy.ndarray": "a NumPy array", "torch.Tensor": "a tensor"}.get(name, name)


RULE = Rule("transform-input", "A transform of images is given another kind of image than it takes.", check)
