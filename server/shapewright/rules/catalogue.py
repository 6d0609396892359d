"""The rules there are. The first that knows a failure speaks, so they stand from specific to general."""

from __future__ import annotations

from shapewright.rules import (
    bmm_shape,
    conv_channels,
    conv_kernel_size,
    conv_rank,
    dtype_mismatch,
    linear_in_features,
    matmul_shape,
    tensor_error,
    unused_suppression,
    view_size,
)
from shapewright.rules.rule import Rule

_PAGES = "https://github.com/shapewright/shapewright/blob/main/docs/rules/"

RULES: tuple[Rule, ...] = (
    conv_rank.RULE,
    conv_channels.RULE,
    conv_kernel_size.RULE,
    linear_in_features.RULE,
    matmul_shape.RULE,
    bmm_shape.RULE,
    view_size.RULE,
    dtype_mismatch.RULE,
    unused_suppression.RULE,
    tensor_error.RULE,
)


def codes() -> tuple[str, ...]:
    """Every code."""
    return tuple(rule.code for rule in RULES)


def url(code: str) -> str:
    """Where the page of a code is read in a browser."""
    return f"{_PAGES}{code}.md"
