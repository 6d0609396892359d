"""Arguments whose name alone says what they are, as the well-known libraries use them. The weakest evidence of all."""

from __future__ import annotations

from shapewright import wire
from shapewright.annotations import dims
from shapewright.annotations.scope import Reading, Scope

SOURCE = "name"

_TEXT = "input_ids"
_KNOWN: dict[str, tuple[str, str | None]] = {
    "input_ids": ("batch_size, sequence_length", "int64"),
    "decoder_input_ids": ("batch_size, target_sequence_length", "int64"),
    "inputs_embeds": ("batch_size, sequence_length, hidden_size", None),
    "pixel_values": ("batch_size, num_channels, height, width", None),
    "pixel_mask": ("batch_size, height, width", "int64"),
    "input_features": ("batch_size, feature_size, sequence_length", None),
    "input_values": ("batch_size, sequence_length", None),
    "edge_index": ("2, num_edges", "int64"),
}
_BESIDE_TEXT: dict[str, tuple[str, str | None]] = {
    "attention_mask": ("batch_size, sequence_length", "int64"),
    "token_type_ids": ("batch_size, sequence_length", "int64"),
    "position_ids": ("batch_size, sequence_length", "int64"),
    "decoder_attention_mask": ("batch_size, target_sequence_length", "int64"),
}
"""These mean this only where the text itself is an argument too: inner layers take masks of other ranks."""


def read(scope: Scope) -> Reading:
    """A shape for each well-known name."""
    text = _TEXT in scope.names or "inputs_embeds" in scope.names
    known = {**_KNOWN, **_BESIDE_TEXT} if text else _KNOWN
    found: list[wire.Declared] = []
    for argument in scope.arguments:
        if argument.arg in known and argument.arg in scope.tensors:
            shape, dtype = known[argument.arg]
            alternatives = (dims.many(shape) or (),)
            span = scope.file.span_of(argument)
            found.append(wire.Declared(argument.arg, "tensor", alternatives, dtype, source=SOURCE, span=span))
    return Reading(tuple(found))
