"""A standalone script that raises what a call raised, in plain PyTorch: made from the facts of the failure alone.

Pure. It holds shapes, dtypes and arguments, and no line of the person's code, so that it can be posted.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping

from shapewright import wire
from shapewright.rules import _facts as facts

_RENAMED = {"torch.pad_sequence": "torch.nn.utils.rnn.pad_sequence"}
_NUMBERED = re.compile(r"argument (\d+)")
_NEEDS_HISTORY = {"backward", "grad", "__deepcopy__", "multi_head_attention_forward"}
"""Operations that fail for what was done before, or for more than their operands say."""
_NOT_SETTINGS = {
    ("mode", "'RNN_TANH'"),
    ("mode", "'RNN_RELU'"),
    ("mode", "'LSTM'"),
    ("mode", "'GRU'"),
    ("proj_size", "0"),
}
"""What recurrent layers store and do not all take."""
_KEYWORDS = {"split_size_or_sections": "split_size"}
"""Parameters of methods that go by another name in the function that does it."""


def script(failure: wire.Failure) -> str:
    """The script; empty where the facts do not suffice for one."""
    if failure.kind != "error" or not failure.op.startswith("torch."):
        return ""
    if failure.op.rpartition(".")[2] in _NEEDS_HISTORY:
        return ""
    lines: list[str] = []
    values: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for operand in failure.operands:
        made = _tensor(operand.value)
        if made is None:
            return ""
        name = _variable(operand.name)
        lines.append(f"{name} = {made}")
        base, bracket, _ = operand.name.partition("[")
        if bracket:
            lists.setdefault(base, []).append(name)
        else:
            values[operand.name] = name
    for base, names in lists.items():
        values[base] = f"({', '.join(names)},)" if base == "hx" else f"[{', '.join(names)}]"
    for name, text in failure.arguments.items():
        if text == "None":
            continue
        value = _literal(text)
        if value is None:
            return ""
        values[name] = value
    call = _call(failure, values)
    if not call or (failure.op.endswith((".view", ".view_")) and _fits(failure)):
        return ""
    words = " ".join(failure.message.split())
    comment = f"# {failure.exception}: {words[:100]}{'…' if len(words) > 100 else ''}"
    return "\n".join(["import torch", "", *lines, f"{call}  {comment}" if len(call) < 40 else f"{comment}\n{call}", ""])


def _variable(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_").replace("self", "tensor")


def _tensor(value: wire.Value) -> str | None:
    """The expression that makes a tensor of that shape and dtype, with an extreme value where values are known."""
    held = value.tensor
    if held is None or held.shape is None or held.dtype is None or held.device != "cpu" or value.kind != "tensor":
        return None
    if any(size is None for size in held.shape):
        return None
    shape = f"({', '.join(map(str, held.shape))}{',' if len(held.shape) == 1 else ''})"
    fill = _extreme(value.text, held.dtype)
    dtype = "" if held.dtype == "float32" else f", dtype=torch.{held.dtype}"
    grad = ", requires_grad=True" if held.requires_grad else ""
    if fill is None:
        return f"torch.zeros({shape}{dtype}{grad})"
    return f"torch.full({shape}, {fill}{dtype}{grad})"


def _extreme(text: str, dtype: str) -> str | None:
    low, dots, high = text.partition("..")
    if not dots or dtype == "bool":
        return None
    try:
        least, most = float(low), float(high)
    except ValueError:
        return None
    if not (math.isfinite(least) and math.isfinite(most)):
        return None
    return low if least < 0 else high


def _literal(text: str) -> str | None:
    """A text that spells a plain value, as Python can read it; None for any other."""
    if text in ("inf", "-inf", "nan"):
        return f'float("{text}")'
    if text.startswith("torch.Size("):
        text = text[len("torch.Size(") : -1]
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return None
    plain = (ast.Expression, ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.USub, ast.Load)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if not (isinstance(node.func, ast.Name) and node.func.id == "slice" and not node.keywords):
                return None
        elif isinstance(node, ast.Name):
            if node.id != "slice":
                return None
        elif not isinstance(node, plain):
            return None
    return text


def _call(failure: wire.Failure, values: Mapping[str, str]) -> str:
    op = _RENAMED.get(failure.op, failure.op)
    short = op.rpartition(".")[2]
    if op.startswith("torch.Tensor."):
        if not failure.operands:
            return ""
        receiver, *rest = [name for name in values if not _NUMBERED.match(name)] or [""]
        if receiver != failure.operands[0].name:
            return ""
        tensor = values[receiver]
        if short == "__getitem__":
            return f"{tensor}[{values[rest[0]]}]" if len(rest) == 1 else ""
        if short == "__setitem__":
            return f"{tensor}[{values['k']}] = {values['v']}" if {"k", "v"} == set(rest) else ""
        if short == "__bool__":
            return f"bool({tensor})"
        given = _given({name: value for name, value in values.items() if name != receiver}, 2)
        return "" if given is None else f"{tensor}.{short}({given})"
    if op.startswith("torch.nn.") and short[:1].isupper():
        return _layer(failure, values)
    given = _given(values, 1)
    return "" if given is None else f"{op}({given})"


def _layer(failure: wire.Failure, values: Mapping[str, str]) -> str:
    module = failure.module
    if module is None or not module.library:
        return ""
    settings: list[str] = []
    for name, text in module.settings.items():
        value = _literal(text)
        if value is not None and (name, text) not in _NOT_SETTINGS and text != "None":
            settings.append(f"{name}={value}")
    given = _given(values, 1)
    return "" if given is None else f"{failure.op}({', '.join(settings)})({given})"


def _given(values: Mapping[str, str], first: int) -> str | None:
    """The arguments of a call. Where some have numbers for names, those without come into the places that are free."""
    numbers = {int(m[1]): value for name, value in values.items() if (m := _NUMBERED.fullmatch(name))}
    named = {name: value for name, value in values.items() if not _NUMBERED.fullmatch(name)}
    if not numbers:
        # The first one's name is the one thing in which functions differ from their documentation.
        return ", ".join(
            value if first == 1 and number == 0 else f"{_KEYWORDS.get(name, name)}={value}"
            for number, (name, value) in enumerate(named.items())
        )
    free = [place for place in range(first, max(numbers) + len(named) + 1) if place not in numbers]
    numbers.update(zip(free, named.values(), strict=False))
    places = sorted(numbers)
    return ", ".join(numbers[p] for p in places) if places == list(range(first, first + len(places))) else None


def _fits(failure: wire.Failure) -> bool:
    """Whether a view has as many elements as it asks for: then its strides are at fault, which no fact tells."""
    sizes = facts.integers(failure)
    shape = facts.shape(failure, "self", "input")
    total = facts.product(shape) if shape else None
    if sizes is None or total is None:
        return True
    known = math.prod(size for size in sizes if size != -1)
    return known == total or (-1 in sizes and known != 0 and total % known == 0)
