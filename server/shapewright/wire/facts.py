"""What the worker has seen: values at places, and failures with their operands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from shapewright.wire.declared import Span


@dataclass(frozen=True)
class TensorFact:
    """Shape, dtype and logical device of one tensor.

    A dimension is None where it is only a guess; `symbols` names those of which that is known. `dtype` is torch's name
    without the prefix. `shape` None: not even the rank is known.
    """

    shape: tuple[int | None, ...] | None
    dtype: str | None
    device: str = "cpu"
    symbols: tuple[str, ...] | None = None
    requires_grad: bool = False


@dataclass(frozen=True)
class ModuleFact:
    """A module: its class, its path from the root (`encoder.conv1`), the settings that its constructor stored
    (in_channels, bias, …, as Python literals), its parameter shapes, and where it was made."""

    type: str
    path: str = ""
    settings: dict[str, str] = field(default_factory=dict[str, str])
    parameters: dict[str, TensorFact] = field(default_factory=dict[str, TensorFact])
    count: int = 0
    library: bool = True
    birth: Span | None = None
    declared: Span | None = None


@dataclass(frozen=True)
class Value:
    """What an expression held, as far as it can be shown."""

    kind: Literal["tensor", "array", "module", "number", "sequence", "mapping", "text", "unknown", "other"]
    type: str
    tensor: TensorFact | None = None
    items: tuple[Value, ...] = ()
    keys: tuple[str, ...] = ()
    length: int | None = None
    text: str = ""
    module: ModuleFact | None = None


@dataclass(frozen=True)
class ValueFact:
    """A value at a place. `caller`: the call through which it was reached, where there are several.

    `source` names the evidence of the run (`script`, `docstring`, `layers`, …); `role`: `expression`, `assignment`,
    `parameter`, `loop`, `return`, `attribute`.
    """

    span: Span
    value: Value
    role: str = "expression"
    source: str = "script"
    name: str = ""
    caller: Span | None = None


@dataclass(frozen=True)
class Step:
    """One step on the way back from a failing operand to where its shape, dtype or device was born.

    `layer`: where the layer was made whose weights gave the sizes. `other`: where the operand was made that gave the
    dtype, which is none of the first operand's.
    """

    op: str
    span: Span
    value: Value
    kind: Literal["made", "layer", "changed", "declared"] = "changed"
    layer: Span | None = None
    other: Span | None = None


@dataclass(frozen=True)
class Operand:
    """One argument of a failing call.

    `name` is the parameter's own (`input`, `weight`, `target`). `span` is its expression in the failing call where it
    can be told. `history`: nearest step first, the last one is the birth. `certain`: its shape and dtype are no guess.
    `constant`: no input of the target can change it.
    """

    name: str
    value: Value
    span: Span | None = None
    history: tuple[Step, ...] = ()
    certain: bool = True
    constant: bool = False


@dataclass(frozen=True)
class Frame:
    """A call on the way to the failure: where, and in which function."""

    span: Span
    function: str


@dataclass(frozen=True)
class Failure:
    """What PyTorch, or Python, raises at this place for these operands.

    `op` is a dotted name (`torch.nn.functional.conv2d`, `torch.Tensor.view`, `torch.nn.LSTM`), or `python.` and the
    exception class for errors outside of torch calls. `message` is eager PyTorch's text. `stack` is outermost first and
    ends with `span`. `module` is the innermost library layer that was running, `owner` the workspace module whose
    forward called it. `declared` points at the annotation behind the inputs.
    `kind`: `error`, or the name of a silent mistake (then `facts` holds what its rule needs).
    """

    op: str
    span: Span
    exception: str
    message: str
    stack: tuple[Frame, ...] = ()
    operands: tuple[Operand, ...] = ()
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    module: ModuleFact | None = None
    owner: ModuleFact | None = None
    evidence: Literal["script", "declared", "inferred"] = "script"
    target: str = ""
    declared: Span | None = None
    kind: str = "error"
    facts: dict[str, str] = field(default_factory=dict[str, str])
    expected: Value | None = None
