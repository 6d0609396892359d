"""Which operand of a failing operation should be of which dtype, and how a dtype is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._demands import demands
from shapewright.fixes._tree import Tree

METHODS = {
    "float32": ".float()",
    "float64": ".double()",
    "float16": ".half()",
    "bfloat16": ".bfloat16()",
    "int64": ".long()",
    "int32": ".int()",
    "bool": ".bool()",
}
NUMPY = {"float32": "float32", "float64": "float64", "int64": "int64", "int32": "int32", "bool": "bool_"}
_INDEXED = {
    "embedding": "input", "one_hot": "tensor", "gather": "index", "scatter": "index", "index_select": "index",
    "take_along_dim": "indices", "embedding_bag": "input", "scatter_add": "index", "index_add": "index",
}  # fmt: skip
_LABELS = frozenset({"cross_entropy", "nll_loss", "multi_margin_loss", "nll_loss2d", "ctc_loss"})
_FLOATING = frozenset(
    {
        "mean",
        "multinomial",
        "std",
        "var",
        "softmax",
        "log_softmax",
        "norm",
        "dropout",
        "layer_norm",
        "exp",
        "sqrt",
        "bernoulli",
    }
)


def wanted(failure: wire.Failure) -> tuple[tuple[wire.Operand, str], ...]:
    """The operands that should have another dtype, the likeliest first."""
    found: dict[tuple[str, str], wire.Operand] = {}
    operands = {o.name: o for o in failure.operands}
    for operand, dtype in _wanted(failure):
        if read.dtype(operand) not in (None, dtype):
            found.setdefault((operand.name, dtype), operand)
    return tuple((operands.get(name, operand), dtype) for (name, dtype), operand in found.items())


def is_of_dtypes(failure: wire.Failure) -> bool:
    """Whether the dtypes are what makes a call fail: a recurrent layer looks at them before it looks at sizes."""
    own = _own(failure)
    recurrent = failure.op.startswith("torch.nn.") and own in read.FLOATS
    return failure.facts.get("cause") == "dtype" or (
        recurrent and any(read.dtype(o) in read.FLOATS and read.dtype(o) != own for o in read.inputs(failure))
    )


def _own(failure: wire.Failure) -> str | None:
    """The dtype of the weights."""
    own = next((d for o in failure.operands if o.name in read.PARAMETERS and (d := read.dtype(o))), None)
    if own is None and failure.module is not None:
        own = next((d.dtype for d in failure.module.parameters.values() if d.dtype), None)
    return own


def _wanted(failure: wire.Failure) -> Iterator[tuple[wire.Operand, str]]:
    op, inputs, own = read.op(failure), read.inputs(failure), _own(failure)
    index = _INDEXED.get(op)
    for operand in inputs:
        if operand.name == index:
            yield operand, "int64"
    if op in _LABELS:
        yield from ((o, "int64") for o in inputs if o.name in ("target", "targets"))
        return
    if op in ("where", "masked_fill", "masked_select", "multi_head_attention_forward"):
        yield from ((o, "bool") for o in inputs if o.name in ("condition", "mask"))
    if op == "__setitem__":
        kept = read.dtype(inputs[0]) if inputs else None
        yield from ((o, kept) for o in inputs if o.name == "v" and kept is not None)
        return
    if op == "__getitem__":
        yield from ((o, "int64" if read.dtype(o) in read.FLOATS else "bool") for o in inputs[1:])
        return
    if own in read.FLOATS and index is None:
        yield from ((o, own) for o in inputs if read.dtype(o) != own)
        return
    if op in _FLOATING and inputs:
        yield inputs[0], "float32"
    yield from _agreed(failure, inputs, op)


def _agreed(failure: wire.Failure, inputs: tuple[wire.Operand, ...], op: str) -> Iterator[tuple[wire.Operand, str]]:
    """Data among itself: whole numbers become floating, double becomes single, and the other way round behind that."""
    if demands(failure):
        return
    floats = [d for o in inputs if (d := read.dtype(o)) in read.FLOATS]
    in_place = failure.op.endswith("_") and not failure.op.endswith("__")
    common = "float32" if "float32" in floats else floats[0] if floats else None
    if common is not None:
        yield from ((o, common) for o in inputs if read.dtype(o) != common)
    if "binary_cross_entropy" in op or op in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
        yield from ((o, "float32") for o in inputs)
    for operand in inputs:
        for other in inputs:
            dtype = read.dtype(other)
            if (
                other is not operand
                and dtype is not None
                and not (in_place and operand is inputs[0] and len(floats) == len(inputs))
            ):
                yield operand, dtype


def torch_name(tree: Tree) -> str | None:
    """What the file calls torch; None where it does not import it."""
    return _imported(tree, "torch")


def numpy_name(tree: Tree) -> str | None:
    """What the file calls numpy."""
    return _imported(tree, "numpy")


def _imported(tree: Tree, module: str) -> str | None:
    for node in ast.walk(tree.module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == module:
                    return alias.asname or alias.name
    return None


def written(node: ast.expr) -> str | None:
    """The dtype that an expression names: `torch.float64`, `np.int64`, `"float32"`, `torch.long`."""
    text = node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else None
    if isinstance(node, ast.Name):
        text = node.id
    aliases = {
        "long": "int64",
        "int": "int64",
        "double": "float64",
        "float": "float32",
        "half": "float16",
        "float_": "float64",
        "bool_": "bool",
    }
    return aliases.get(text, text) if isinstance(text, str) else None


def computed_in_two(failure: wire.Failure) -> bool:
    """Whether a loss was computed in double precision from single precision."""
    steps = failure.operands[0].history if read.op(failure) == "backward" and failure.operands else ()
    dtypes = [step.value.tensor.dtype for step in steps[:2] if step.value.tensor is not None]
    return dtypes == ["float64", "float32"]
