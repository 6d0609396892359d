"""The shape of an expression that makes a tensor, without running it: `torch.randn(2, 3).repeat(1, 4)`.

Sizes that are no literal keep their names; what cannot be followed has no answer.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shapewright.annotations import dims, dtypes
from shapewright.annotations.dims import Shape
from shapewright.annotations.words import words
from shapewright.wire import Dim


@dataclass(frozen=True)
class Made:
    """A tensor's shape and dtype."""

    shape: Shape
    dtype: str | None


Environment = Mapping[str, "Made | int | tuple[int, ...]"]

_FLOAT_FACTORIES = words("randn rand zeros ones empty normal")
_LIKE = words("randn_like rand_like zeros_like ones_like empty_like full_like tensor as_tensor")
_KEEP = words(
    """cuda cpu requires_grad_ clone detach contiguous abs relu sigmoid tanh softmax sqrt exp normal_ uniform_
    random_ fill_ zero_ clamp round pin_memory share_memory_ neg"""
)
_CASTS = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "bfloat16": "bfloat16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
    "byte": "uint8",
    "bool": "bool",
}
_LIBRARIES = {"torch": "torch", "th": "torch", "np": "numpy", "numpy": "numpy"}
_DEPTH = 40


def made(node: ast.expr, environment: Environment, depth: int = 0) -> Made | None:
    """The tensor that an expression makes; None where that cannot be told from the text."""
    if depth > _DEPTH:
        return None
    match node:
        case ast.Name(id=name):
            found = environment.get(name)
            return found if isinstance(found, Made) else None
        case ast.Call(func=ast.Attribute(value=owner, attr=method)):
            if library := _library(owner):
                return _factory(node, method, environment, depth, "float32" if library[0] == "t" else "float64")
            receiver = made(owner, environment, depth + 1)
            return _method(node, method, receiver, environment) if receiver else None
        case ast.Call(func=ast.Name(id=function)):
            return _factory(node, function, environment, depth) if function in _FLOAT_FACTORIES | {"randint"} else None
        case ast.BinOp(left=left, right=right):
            return _arithmetic(made(left, environment, depth + 1), made(right, environment, depth + 1), left, right)
        case ast.Compare(left=left, comparators=[_]):
            tensor = made(left, environment, depth + 1)
            return replace(tensor, dtype="bool") if tensor else None
        case ast.UnaryOp(operand=operand):
            return made(operand, environment, depth + 1)
        case ast.Attribute(value=owner, attr="T" | "mT"):
            tensor = made(owner, environment, depth + 1)
            return Made(tensor.shape[::-1], tensor.dtype) if tensor and len(tensor.shape) == 2 else None
        case _:
            return None


def _library(node: ast.expr) -> str:
    """`torch` or `numpy` where a function is theirs (`np.random.rand`), else nothing."""
    if isinstance(node, ast.Attribute):
        node = node.value
    return _LIBRARIES.get(node.id, "") if isinstance(node, ast.Name) else ""


def _factory(node: ast.Call, name: str, environment: Environment, depth: int, floats: str = "float32") -> Made | None:
    stated = _dtype_of(node)
    size = next((k.value for k in node.keywords if k.arg in ("size", "shape")), None)
    if name in _FLOAT_FACTORIES or name in ("standard_normal", "random"):
        if name == "normal" and size is None:
            size = node.args[2] if len(node.args) > 2 else None
            if size is None:
                return None
        shape = sizes([size] if size is not None else node.args, environment)
        return Made(shape, stated or floats) if shape is not None else None
    if name == "randint":
        size = size or next((a for a in node.args if isinstance(a, (ast.Tuple, ast.List))), None)
        shape = sizes([size], environment) if size is not None else None
        return Made(shape, stated or "int64") if shape is not None else None
    if name == "full" and (size or node.args):
        shape = sizes([size or node.args[0]], environment)
        value = node.args[1] if len(node.args) > 1 else None
        return Made(shape, stated or _literal_dtype(value)) if shape is not None else None
    if name in ("arange", "linspace", "randperm", "eye"):
        return _ranged(node, name, stated, floats, environment)
    if name in _LIKE and node.args:
        like = made(node.args[0], environment, depth + 1) or (
            _listed(node.args[0]) if name.endswith("tensor") else None
        )
        return Made(like.shape, stated or like.dtype) if like else None
    if name == "from_numpy" and node.args:
        return made(node.args[0], environment, depth + 1)
    return None


def _ranged(node: ast.Call, name: str, stated: str | None, floats: str, environment: Environment) -> Made | None:
    numbers = [integer(argument, environment) for argument in node.args]
    if not numbers or any(number is None for number in numbers):
        return None
    known = [number for number in numbers if number is not None]
    if name == "eye":
        return Made((Dim("int", value=known[0]), Dim("int", value=known[-1])), stated or floats)
    if name == "linspace":
        return Made((Dim("int", value=known[2]),), stated or floats) if len(known) > 2 else None
    span = range(*known[:3]) if name == "arange" and not (len(known) > 2 and known[2] == 0) else range(known[0])
    return Made((Dim("int", value=len(span)),), stated or "int64")


def _listed(node: ast.expr) -> Made | None:
    """`torch.tensor([[1, 2], [3, 4]])`."""
    shape: list[Dim] = []
    while isinstance(node, (ast.List, ast.Tuple)):
        shape.append(Dim("int", value=len(node.elts)))
        if not node.elts:
            return Made(tuple(shape), "float32")
        node = node.elts[0]
    dtype = _literal_dtype(node)
    return Made(tuple(shape), dtype) if dtype else None


def _literal_dtype(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    if not isinstance(node, ast.Constant):
        return None
    kinds: dict[type, str] = {bool: "bool", int: "int64", float: "float32", complex: "complex64"}
    return kinds.get(type(node.value))


def sizes(arguments: list[ast.expr], environment: Environment) -> Shape | None:
    """Sizes given one by one or as one tuple or list."""
    if len(arguments) == 1:
        only = arguments[0]
        if isinstance(only, (ast.Tuple, ast.List)):
            arguments = only.elts
        elif (
            isinstance(only, ast.Call)
            and isinstance(only.func, ast.Attribute)
            and only.func.attr == "Size"
            and only.args
        ):
            return sizes(only.args, environment)
        elif isinstance(only, ast.Name) and isinstance(known := environment.get(only.id), tuple):
            return tuple(Dim("int", value=size) for size in known)
    found: list[Dim] = []
    for argument in arguments:
        if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
            known = environment.get(argument.value.id)
            if not isinstance(known, tuple):
                return None
            found.extend(Dim("int", value=size) for size in known)
            continue
        number = integer(argument, environment)
        dim = Dim("int", value=number) if number is not None and number >= 0 else None
        if dim is None and number is None and _is_size(argument):
            dim = dims.one(ast.unparse(argument))
        if dim is None or dim.kind not in ("int", "sym", "expr"):
            return None
        found.append(dim)
    return tuple(found)


def integer(node: ast.expr, environment: Environment, depth: int = 0) -> int | None:
    """The value of an int, of a name that holds one, or of arithmetic on those."""
    if depth > _DEPTH:
        return None
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case ast.Name(id=name):
            known = environment.get(name)
            return known if isinstance(known, int) else None
        case ast.BinOp(left=left, op=op, right=right):
            a, b = integer(left, environment, depth + 1), integer(right, environment, depth + 1)
            if a is None or b is None:
                return None
            match op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.FloorDiv() if b:
                    return a // b
                case _:
                    return None
        case _:
            return None


def _is_size(node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is a name or short arithmetic, which reads as a size."""
    match node:
        case ast.Name():
            return True
        case ast.Attribute(value=value):
            return depth < 6 and _is_size(value, depth + 1)
        case ast.BinOp(left=left, right=right):
            return depth < 6 and _is_size(left, depth + 1) and _is_size(right, depth + 1)
        case ast.Constant(value=value):
            return type(value) is int
        case _:
            return False


def _method(node: ast.Call, name: str, tensor: Made, environment: Environment) -> Made | None:
    if name in _KEEP:
        return tensor
    if name in _CASTS:
        return replace(tensor, dtype=_CASTS[name])
    if name in ("to", "type", "astype"):
        stated = _dtype_of(node) or next((d for a in node.args if (d := _dtype(a))), None)
        return replace(tensor, dtype=stated or tensor.dtype)
    numbers = [integer(a, environment) for a in _flat(node.args)]
    if any(number is None for number in numbers):
        shape = sizes(node.args, environment) if name in ("view", "reshape", "expand") else None
        return replace(tensor, shape=shape) if shape is not None else None
    shape = _reshaped(name, tensor.shape, [number for number in numbers if number is not None])
    return replace(tensor, shape=shape) if shape is not None else None


def _flat(arguments: list[ast.expr]) -> list[ast.expr]:
    if len(arguments) == 1 and isinstance(arguments[0], (ast.Tuple, ast.List)):
        return arguments[0].elts
    return arguments


def _reshaped(name: str, shape: Shape, numbers: list[int]) -> Shape | None:
    rank = len(shape)
    try:
        if name == "unsqueeze":
            at = numbers[0] + rank + 1 if numbers[0] < 0 else numbers[0]
            return (*shape[:at], Dim("int", value=1), *shape[at:])
        if name == "squeeze" and numbers:
            at = numbers[0] % rank
            return shape[:at] + shape[at + 1 :] if shape[at].value == 1 else shape
        if name == "permute" and sorted(n % rank for n in numbers) == list(range(rank)):
            return tuple(shape[n] for n in numbers)
        if name in ("transpose", "swapaxes") and len(numbers) == 2:
            order = list(shape)
            order[numbers[0]], order[numbers[1]] = order[numbers[1]], order[numbers[0]]
            return tuple(order)
        if name == "t" and rank == 2:
            return shape[::-1]
        if name in ("repeat", "expand") and len(numbers) >= rank:
            return _repeated(name, shape, numbers)
        if name in ("view", "reshape"):
            return _viewed(shape, numbers)
    except (IndexError, ZeroDivisionError):
        return None
    return None


def _repeated(name: str, shape: Shape, numbers: list[int]) -> Shape | None:
    padded = (*(Dim("int", value=1) for _ in range(len(numbers) - len(shape))), *shape)
    found: list[Dim] = []
    for dim, number in zip(padded, numbers, strict=True):
        if name == "expand":
            found.append(dim if number == -1 else Dim("int", value=number))
        elif dim.value is None:
            if number != 1:
                return None
            found.append(dim)
        else:
            found.append(Dim("int", value=dim.value * number))
    return tuple(found)


def _viewed(shape: Shape, numbers: list[int]) -> Shape | None:
    if -1 not in numbers:
        return tuple(Dim("int", value=number) for number in numbers)
    total = 1
    for dim in shape:
        if dim.value is None:
            return None
        total *= dim.value
    rest = 1
    for number in numbers:
        rest *= number if number != -1 else 1
    return tuple(Dim("int", value=total // rest if number == -1 else number) for number in numbers)


def _arithmetic(left: Made | None, right: Made | None, a: ast.expr, b: ast.expr) -> Made | None:
    if left and right:
        return left if left == right else None
    tensor, other = (left, b) if left else (right, a)
    if tensor is None or not isinstance(other, (ast.Constant, ast.UnaryOp, ast.Name)):
        return None
    floating = tensor.dtype is not None and "float" in tensor.dtype
    return tensor if floating else replace(tensor, dtype=None)


def _dtype_of(node: ast.Call) -> str | None:
    return next((_dtype(k.value) for k in node.keywords if k.arg == "dtype"), None)


def _dtype(node: ast.expr) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id="torch" | "np" | "numpy" | "th"), attr=name):
            return dtypes.short_dtype(name)
        case ast.Name(id="float" | "int" | "bool" as name):
            return {"float": "float64", "int": "int64", "bool": "bool"}[name]
        case _:
            return None
