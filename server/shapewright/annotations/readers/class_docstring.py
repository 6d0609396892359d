"""The docstring of a class: its `Shape:` section, and what it says of the arguments of `forward`."""

from __future__ import annotations

from shapewright.annotations.readers.docstring import of_docstring
from shapewright.annotations.scope import Reading, Scope

SOURCE = "class docstring"


def read(scope: Scope) -> Reading:
    """`Args:` of a class describes its constructor: a name that the constructor takes is not forward's."""
    text = scope.file.docstring(scope.owner) if scope.owner else None
    if text is None:
        return Reading()
    taken: tuple[str, ...] = ()
    if scope.init is not None:
        spec = scope.init.args
        taken = tuple(a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs))
    return of_docstring(scope, text, SOURCE, taken or ("self",))
