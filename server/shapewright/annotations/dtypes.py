"""Words that say what a tensor's elements are."""

from __future__ import annotations

import re

from shapewright.annotations.words import words

_LONG = {
    "f64": "float64",
    "f32": "float32",
    "f16": "float16",
    "bf16": "bfloat16",
    "i64": "int64",
    "i32": "int32",
    "i16": "int16",
    "i8": "int8",
    "u8": "uint8",
    "c64": "complex64",
    "c128": "complex128",
    "long": "int64",
    "double": "float64",
    "half": "float16",
    "float": "float32",
    "int": "int32",
    "short": "int16",
    "cfloat": "complex64",
    "cdouble": "complex128",
}
DTYPES = words(
    """float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool complex32 complex64
    complex128 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz"""
)

TENSOR_WORDS: dict[str, str | None] = {
    "Tensor": None,
    "tensor": None,
    "ndarray": None,
    "Array": None,
    "TensorType": None,
    "Parameter": None,
    "LongTensor": "int64",
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
    "HalfTensor": "float16",
    "BFloat16Tensor": "bfloat16",
    "IntTensor": "int32",
    "ShortTensor": "int16",
    "ByteTensor": "uint8",
    "CharTensor": "int8",
    "BoolTensor": "bool",
    "ComplexTensor": "complex64",
    "ComplexFloatTensor": "complex64",
    "ComplexDoubleTensor": "complex128",
}
"""Names of tensor types, each with the dtype that it fixes."""

_STATED = re.compile(
    r"""(?P<tensor>(?:Long|Float|Double|Half|BFloat16|Int|Short|Byte|Char|Bool|Complex(?:Float|Double)?)Tensor)\b
    |\btorch\.(?P<torch>\w+)
    |\b(?P<exact>float(?:64|32|16)|bfloat16|u?int(?:64|32|16|8)|complex(?:64|128))\b
    |(?P<int64>\blong\s+tensor|\b(?:class|token)\s+(?:labels?|ind(?:ices|exe?s?)|ids?)\b|\b(?:integer|long)\s+(?:labels?|ind(?:ices|exes)|ids)\b)
    |(?P<bool>\bbool(?:ean)?\b|\b(?:validity|key\s+padding)\s+masks?\b)
    |(?P<complex64>\bcomplex(?:-valued)?\b)""",
    re.VERBOSE,
)
_REACH = 160

_INT64_NAME = re.compile(
    r"(?:\w+_)?(?:ids|labels|lengths)|label|edge_index|target_ids|token_ids|tokens_ids|input_ids|lens"
)
_BOOL_NAME = re.compile(r"(?:\w+_)?padding_mask|bool_\w+|is_\w+_mask")


def short_dtype(word: str) -> str | None:
    """The full name of a dtype written in any usual way (`f32`, `torch.long`, `float32`); None where it is none."""
    word = word.removeprefix("torch.")
    return word if word in DTYPES else _LONG.get(word)


def stated(text: str, until: int | None = None) -> str | None:
    """The dtype that a description gives; None where it claims none. A dtype's own name goes before "token ids".

    Behind `until` only dtypes' names count.
    """
    phrase: str | None = None
    for match in _STATED.finditer(text[:_REACH]):
        if word := match["tensor"] or match["torch"]:
            # "IntTensor or LongTensor": an index of either kind is taken, and int64 is what people have.
            if word == "IntTensor" and "LongTensor" in text[:_REACH]:
                return "int64"
            if dtype := short_dtype(word) or TENSOR_WORDS.get(word):
                return dtype
        elif match["exact"]:
            return match["exact"]
        elif until is None or match.start() < until:
            phrase = phrase or match.lastgroup
    return phrase


def of_name(name: str) -> str | None:
    """The dtype that an argument's name alone makes likely (`input_ids`, `padding_mask`); None for most."""
    if _INT64_NAME.fullmatch(name):
        return "int64"
    return "bool" if _BOOL_NAME.fullmatch(name) else None
