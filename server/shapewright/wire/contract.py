"""What a module takes and gives: the conditions on its inputs, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field

from shapewright.wire.declared import Span
from shapewright.wire.facts import Value, ValueFact


@dataclass(frozen=True)
class Constraint:
    """A condition on sizes, each of which was tried: it runs where it holds and raises where it does not.

    `text` is Python over the names of the contract (`H % 32 == 0`). `training`: only a module in training needs it.
    `breaks` holds sizes that break it and no other; `message` is what PyTorch says to them, at `span`.
    """

    text: str
    training: bool = False
    breaks: dict[str, int] = field(default_factory=dict[str, int])
    message: str = ""
    span: Span | None = None


@dataclass(frozen=True)
class Growth:
    """An amount that grows with the batch: `fixed`, and `each` for every item of it."""

    fixed: int = 0
    each: int = 0

    def at(self, batch: int) -> int:
        """The amount for a batch of this size."""
        return self.fixed + self.each * batch


@dataclass(frozen=True)
class Contract:
    """What one class of modules takes and gives, as far as trying other sizes shows.

    The dimensions in `inputs` and `outputs` are expressions over `sizes`, the free names with the sizes they ran with
    at first, or names of `fixed`, sizes that the constructor was given. `batch` is the free name of the batch, empty
    where there is none; `flops`, `memory` (bytes of activations that are held at once without gradients) and
    `training_memory` (with those that the backward pass needs) are at the first sizes of all other names, None where
    they are not known. `complete`: every size that the constraints allow was found to run, as far as samples tell.
    `source` and `construct` say where the inputs and the instance come from, as in `TargetStatus`.
    """

    name: str
    inputs: tuple[ValueFact, ...] = ()
    outputs: tuple[Value, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    fixed: dict[str, int] = field(default_factory=dict[str, int])
    batch: str = ""
    parameters: int = 0
    flops: Growth | None = None
    memory: Growth | None = None
    training_memory: Growth | None = None
    complete: bool = False
    source: str = ""
    construct: str = ""
