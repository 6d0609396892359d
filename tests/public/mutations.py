"""Single mutations of a program, as a person would err: each edits one expression, and lines keep their numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

CONVOLUTIONS = frozenset(f"{t}{n}d" for t in ("Conv", "ConvTranspose") for n in (1, 2, 3))
SIZED = CONVOLUTIONS | {
    "Linear", "Bilinear", "Embedding", "LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "MultiheadAttention", "LayerNorm",
    "GroupNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm2d", "TransformerEncoderLayer",
}  # fmt: skip
POOLS = frozenset(f"{t}Pool{n}d" for t in ("Max", "Avg") for n in (1, 2, 3))
CHANNEL_NAMES = frozenset(
    (
        "in_channels", "out_channels", "in_features", "out_features", "num_features", "input_size", "hidden_size",
        "embed_dim", "num_channels",
    )
)  # fmt: skip
KERNEL_NAMES = frozenset(("kernel_size", "stride", "padding", "dilation", "output_padding"))
RESHAPES = frozenset(("view", "reshape", "permute", "flatten", "expand", "repeat", "unflatten"))
DIM_METHODS = frozenset(
    (
        "softmax", "log_softmax", "sum", "mean", "max", "min", "argmax", "cat", "stack", "squeeze", "unsqueeze",
        "transpose", "chunk", "split", "norm", "std",
    )
)  # fmt: skip
DROPPED = {
    "unsqueeze": "unsqueeze", "squeeze": "unsqueeze", "float": "cast", "long": "cast", "double": "cast", "int": "cast",
    "view": "view", "reshape": "view", "flatten": "view", "permute": "view", "transpose": "transpose", "t": "transpose",
    "expand": "view",
}  # fmt: skip
DROPPED_FUNCTIONS = {
    "flatten": "view", "reshape": "view", "permute": "view", "transpose": "transpose", "unsqueeze": "unsqueeze",
    "squeeze": "unsqueeze",
}  # fmt: skip
HEADS = frozenset(("num_heads", "n_heads", "heads", "nhead", "n_head", "num_attention_heads"))
LOSSES = {
    "CrossEntropyLoss": ("BCEWithLogitsLoss", "BCELoss", "NLLLoss", "MSELoss"),
    "BCEWithLogitsLoss": ("CrossEntropyLoss", "BCELoss", "NLLLoss"),
    "BCELoss": ("CrossEntropyLoss", "NLLLoss"),
    "MSELoss": ("CrossEntropyLoss", "BCELoss"),
    "NLLLoss": ("BCELoss", "MSELoss"),
    "cross_entropy": ("binary_cross_entropy", "mse_loss"),
    "mse_loss": ("cross_entropy",),
    "nll_loss": ("binary_cross_entropy",),
    "binary_cross_entropy": ("cross_entropy", "nll_loss"),
    "binary_cross_entropy_with_logits": ("cross_entropy",),
}
MAKERS = frozenset(("randn", "rand", "zeros", "ones", "tensor", "from_numpy", "arange", "linspace"))


@dataclass(frozen=True)
class Mutation:
    """Replace the text from `start` to `end` (offsets) of a file by `text`; `kind` names the mistake."""

    kind: str
    line: int
    start: int
    end: int
    text: str

    def applied(self, source: str) -> str:
        """The source with the mutation."""
        return source[: self.start] + self.text + source[self.end :]

    def shown(self, source: str) -> str:
        """`before -> after`, in one line."""
        return " ".join(f"{source[self.start : self.end]} -> {self.text or 'nothing'}".split())


def mutations(source: str) -> Iterator[Mutation]:
    """Every mutation of a file, in the order of its tree. A text that would not parse is left out by the caller."""
    finder = _Finder(source)
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from finder.call(node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield finder.replaced("matmul", node, f"{finder.text(node.right)} @ {finder.text(node.left)}")
        elif isinstance(node, ast.Attribute) and node.attr in ("T", "mT") and isinstance(node.ctx, ast.Load):
            yield finder.replaced("transpose", node, finder.text(node.value))
        elif isinstance(node, ast.Assign):
            yield from finder.assign(node)
        elif isinstance(node, ast.FunctionDef):
            yield from finder.heads(node)


class _Finder:
    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        """Offset in the text of a place of the tree, whose columns are UTF-8 bytes."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode(errors="ignore"))

    def span(self, node: ast.expr) -> tuple[int, int]:
        """First and last offset of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def text(self, node: ast.expr) -> str:
        """The node as it is written."""
        start, end = self.span(node)
        return self.source[start:end]

    def replaced(self, kind: str, node: ast.expr, text: str, line: int | None = None) -> Mutation:
        """The node replaced. Lines that the node had and the text has not are kept as empty ones within a bracket."""
        start, end = self.span(node)
        lost = self.source.count("\n", start, end) - text.count("\n")
        return Mutation(kind, line or node.lineno, start, end, f"({text}{chr(10) * lost})" if lost > 0 else text)

    def call(self, node: ast.Call) -> Iterator[Mutation]:
        """Mutations of a call by what is called."""
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        method = isinstance(function, ast.Attribute) and not _is_library(function.value)
        if name in SIZED:
            yield from self.sizes("channels", node, 2, CHANNEL_NAMES)
            yield from self.swapped("swapped", node)
        if name in CONVOLUTIONS or name in POOLS:
            yield from self.kernels(node, 2 if name in CONVOLUTIONS else 0)
        if name in LOSSES:
            yield from (self.replaced("loss", function, self.text(function)[: -len(name)] + n) for n in LOSSES[name])
        if name in RESHAPES and method:
            yield from self.numbers("view", node)
            yield from self.swapped("view", node)
        if name in DIM_METHODS:
            yield from self.dims(node, method)
        if name in ("cat", "concat", "stack") and node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
            yield from self.concatenation(node.args[0])
        if name in ("matmul", "bmm", "mm"):
            yield from self.swapped("matmul", node)
        if name in MAKERS and not method:
            yield self.replaced("float64", node, self.text(node) + ".double()")
        if name in ("randint", "long") and not _is_in(node, "dtype"):
            yield self.replaced("label", node, self.text(node) + ".float()")
            yield self.replaced("label", node, self.text(node) + ".unsqueeze(1)")
        if name in DROPPED and isinstance(function, ast.Attribute) and method:
            yield self.replaced(DROPPED[name], node, self.text(function.value))
        if name in DROPPED_FUNCTIONS and not method and node.args and isinstance(function, ast.Attribute):
            yield self.replaced(DROPPED_FUNCTIONS[name], node, self.text(node.args[0]))
        if name == "Flatten" and not node.args:
            yield self.replaced("view", function, self.text(function).replace("Flatten", "Identity"))
        if name in ("to", "cuda") and isinstance(function, ast.Attribute) and method:
            yield self.replaced("device", node, self.text(function.value))
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "self":
            yield from self.layer_call(node)
            yield from self.swapped("arguments", node)
        for keyword in node.keywords:
            if keyword.arg == "batch_first":
                yield self.replaced("batch_first", keyword.value, f"not {self.text(keyword.value)}")
            if keyword.arg in HEADS and isinstance(keyword.value, ast.Constant) and type(keyword.value.value) is int:
                yield self.replaced("heads", keyword.value, str(keyword.value.value + 1))
            if keyword.arg == "dtype" and self.text(keyword.value).endswith(("long", "int64")):
                yield self.replaced("label", keyword.value, "torch.float32")

    def heads(self, node: ast.FunctionDef) -> Iterator[Mutation]:
        """The default of a count of heads made one that does not divide."""
        arguments = node.args.args
        for argument, default in zip(
            arguments[len(arguments) - len(node.args.defaults) :], node.args.defaults, strict=True
        ):
            if argument.arg in HEADS and isinstance(default, ast.Constant) and type(default.value) is int:
                yield self.replaced("heads", default, str(default.value + 1))

    def sizes(self, kind: str, node: ast.Call, first: int, names: frozenset[str]) -> Iterator[Mutation]:
        """Leading or named arguments made larger."""
        named = [k.value for k in node.keywords if k.arg in names]
        for argument in [*node.args[:first], *named]:
            if isinstance(argument, ast.Starred):
                continue
            number = isinstance(argument, ast.Constant) and isinstance(argument.value, int)
            if number:
                yield self.replaced(kind, argument, str(2 * int(argument.value)))  # pyright: ignore[reportAttributeAccessIssue]  # a number
                yield self.replaced(kind, argument, str(int(argument.value) + 1))  # pyright: ignore[reportAttributeAccessIssue]  # a number
            elif isinstance(argument, (ast.Name, ast.Attribute, ast.BinOp, ast.Subscript)):
                yield self.replaced(kind, argument, f"({self.text(argument)}) * 2")

    def swapped(self, kind: str, node: ast.Call) -> Iterator[Mutation]:
        """Two neighbours among the positional arguments change places."""
        for one, other in pairwise(node.args):
            if isinstance(one, ast.Starred) or isinstance(other, ast.Starred) or ast.dump(one) == ast.dump(other):
                continue
            start, end = self.span(one)[0], self.span(other)[1]
            between = self.source[self.span(one)[1] : self.span(other)[0]]
            yield Mutation(kind, one.lineno, start, end, self.text(other) + between + self.text(one))

    def kernels(self, node: ast.Call, first: int) -> Iterator[Mutation]:
        """Kernel, stride or padding of another size."""
        named = [k.value for k in node.keywords if k.arg in KERNEL_NAMES]
        for argument in [*node.args[first:], *named]:
            if isinstance(argument, ast.Constant) and type(argument.value) is int:
                yield self.replaced("kernel", argument, str(argument.value + 2))
                yield self.replaced("kernel", argument, str(max(argument.value - 1, 0)))

    def numbers(self, kind: str, node: ast.Call) -> Iterator[Mutation]:
        """A number changed, or one argument dropped."""
        for index, argument in enumerate(node.args):
            if isinstance(argument, ast.Constant) and type(argument.value) is int:
                yield self.replaced(kind, argument, str(argument.value + 1))
            elif isinstance(argument, (ast.Name, ast.Attribute, ast.BinOp)):
                yield self.replaced(kind, argument, f"({self.text(argument)}) * 2")
            if len(node.args) > 1 and index + 1 < len(node.args):
                start, end = self.span(argument)[0], self.span(node.args[index + 1])[0]
                if "\n" not in self.source[start:end]:
                    yield Mutation(kind, argument.lineno, start, end, "")

    def dims(self, node: ast.Call, method: bool) -> Iterator[Mutation]:
        """Another dimension."""
        positional = node.args if method else node.args[1:]
        named = [k.value for k in node.keywords if k.arg in ("dim", "axis")]
        for argument in [*positional, *named]:
            value = argument.operand if isinstance(argument, ast.UnaryOp) else argument
            if isinstance(value, ast.Constant) and type(value.value) is int:
                yield self.replaced("dim", argument, str(value.value + 1 if value is argument else -value.value - 1))
                yield self.replaced("dim", argument, str(value.value - 1 if value is argument else 1 - value.value))

    def concatenation(self, node: ast.List | ast.Tuple) -> Iterator[Mutation]:
        """One operand forgotten, or twice."""
        for one, other in pairwise(node.elts):
            start, end = self.span(one)[0], self.span(other)[0]
            if "\n" not in self.source[start:end]:
                yield Mutation("cat", one.lineno, start, end, "")
                yield Mutation("cat", one.lineno, start, end, 2 * self.source[start:end])

    def layer_call(self, node: ast.Call) -> Iterator[Mutation]:
        """`self.layer(x)`: the layer forgotten, or its input of another type, or without its batch."""
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], (ast.Name, ast.Call)):
            inner = self.text(node.args[0])
            yield self.replaced("skipped", node, inner)
            yield self.replaced("cast", node.args[0], f"{inner}.double()")
            yield self.replaced("rank", node.args[0], f"{inner}[0]")
            yield self.replaced("rank", node.args[0], f"{inner}.flatten(1)")

    def assign(self, node: ast.Assign) -> Iterator[Mutation]:
        """`out, _ = self.rnn(x)` without its second name."""
        target = node.targets[0]
        if isinstance(target, ast.Tuple) and len(target.elts) == 2 and isinstance(node.value, ast.Call):
            first, second = target.elts
            if isinstance(first, ast.Name) and isinstance(second, (ast.Name, ast.Tuple)):
                yield self.replaced("unpacking", target, first.id)


def _is_library(node: ast.expr) -> bool:
    """Whether a name is that of a module of functions, as far as its spelling says."""
    return isinstance(node, ast.Name) and node.id in ("torch", "F", "np", "nn", "functional", "numpy")


def _is_in(node: ast.Call, name: str) -> bool:
    return any(k.arg == name for k in node.keywords)
