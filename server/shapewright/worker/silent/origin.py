"""Where the values of a tensor come from."""

from __future__ import annotations

from collections.abc import Container, Iterator

import torch

from shapewright.worker.info import GUESSED, Node, info_of, is_soft, no_dispatch

SHAPING = frozenset(
    {
        "view", "reshape", "squeeze", "squeeze_", "unsqueeze", "unsqueeze_", "flatten", "unflatten", "contiguous",
        "transpose", "permute", "movedim", "t", "view_as", "reshape_as", "__getitem__", "float", "double", "half", "to",
        "type", "type_as", "cpu", "cuda", "clone", "detach", "narrow", "select",
    }
)  # fmt: skip
"""Operations that give the same values in another shape, dtype or place."""
LAYERS = frozenset({"linear", "bilinear", *(f"conv{t}{n}d" for t in ("", "_transpose") for n in "123")})
"""Operations with weights, whose results go from minus to plus infinity."""
_MOST = 400


def node_of(tensor: object) -> Node | None:
    """The step that made a tensor."""
    info = info_of(tensor) if isinstance(tensor, torch.Tensor) else None
    return info.node if info is not None else None


def maker(node: Node | None, passing: Container[str] = SHAPING) -> Node | None:
    """The step that computed the values: back over those that only pass them on."""
    while node is not None and node.op in passing and node.parents:
        node = node.parents[0]
    return node


def ancestors(node: Node) -> Iterator[Node]:
    """The steps behind a step, itself first, as far as it is worth looking."""
    seen, left = {id(node)}, [node]
    while left and len(seen) < _MOST:
        step = left.pop()
        yield step
        for parent in step.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                left.append(parent)


def is_learned(node: Node) -> bool | None:
    """Whether a layer with weights took part; None where its life is too long to say."""
    steps = list(ancestors(node))
    if any(step.op in LAYERS for step in steps):
        return True
    return None if len(steps) >= _MOST - 1 else False


def is_certain(*tensors: torch.Tensor) -> bool:
    """Whether the shapes are no guesses, nor computed from what a failed call might have given."""
    with no_dispatch():
        return not any(is_soft(t) or ((i := info_of(t)) is not None and i.mended == GUESSED) for t in tensors)
