"""What the rules about convolutions share."""

from __future__ import annotations

from dataclasses import dataclass

from shapewright import show, wire
from shapewright.rules import _facts as facts

_NAMES = {f"conv{n}d": n for n in (1, 2, 3)} | {f"conv_transpose{n}d": n for n in (1, 2, 3)}


@dataclass(frozen=True)
class Conv:
    """One convolution that failed. `axes`: how many dimensions it slides along; `channels`: how many it wants."""

    axes: int
    transposed: bool
    input: wire.TensorFact
    weight: wire.TensorFact
    groups: int
    channels: int

    @property
    def given(self) -> facts.Shape:
        """The shape of the input."""
        return self.input.shape or ()

    @property
    def batched(self) -> bool:
        """Whether the input has a batch dimension."""
        return len(self.given) == self.axes + 2


def read(failure: wire.Failure) -> Conv | None:
    """The convolution, or None where the failure is of none, or too little is known of it."""
    name = show.short_name(failure.op)
    given, weight = facts.tensor(failure, "input"), facts.tensor(failure, "weight")
    if name not in _NAMES or given is None or weight is None or given.shape is None or weight.shape is None:
        return None
    groups = facts.argument(failure, "groups")
    groups = groups if isinstance(groups, int) else 1
    axes, transposed = _NAMES[name], "transpose" in name
    if len(weight.shape) != axes + 2:
        return None
    sizes = weight.shape[:1] if transposed else (weight.shape[1], groups)
    channels = facts.product(sizes)
    return None if channels is None else Conv(axes, transposed, given, weight, groups, channels)
