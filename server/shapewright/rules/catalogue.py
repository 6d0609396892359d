"""The rules there are. The first that knows a failure speaks, so they stand from specific to general."""

from __future__ import annotations

from shapewright.rules import (
    assign_shape,
    bmm_shape,
    broadcast_shape,
    cat_shape,
    collate_shape,
    conv_channels,
    conv_kernel_size,
    conv_rank,
    dim_out_of_range,
    dtype_mismatch,
    einops_pattern,
    einsum,
    expand_shape,
    gather_shape,
    index_dtype,
    index_mask,
    index_out_of_range,
    index_rank,
    linear_in_features,
    matmul_shape,
    permute_dims,
    repeat_dims,
    split_sizes,
    stack_shape,
    tensor_error,
    unflatten_size,
    unused_suppression,
    view_contiguous,
    view_size,
)
from shapewright.rules.rule import Rule

_PAGES = "https://github.com/shapewright/shapewright/blob/main/docs/rules/"

RULES: tuple[Rule, ...] = (
    conv_rank.RULE,
    conv_channels.RULE,
    conv_kernel_size.RULE,
    linear_in_features.RULE,
    einsum.RULE,
    einops_pattern.RULE,
    dim_out_of_range.RULE,
    index_dtype.RULE,
    index_rank.RULE,
    index_mask.RULE,
    index_out_of_range.RULE,
    gather_shape.RULE,
    assign_shape.RULE,
    matmul_shape.RULE,
    bmm_shape.RULE,
    view_size.RULE,
    view_contiguous.RULE,
    permute_dims.RULE,
    expand_shape.RULE,
    repeat_dims.RULE,
    split_sizes.RULE,
    unflatten_size.RULE,
    cat_shape.RULE,
    stack_shape.RULE,
    collate_shape.RULE,
    broadcast_shape.RULE,
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
