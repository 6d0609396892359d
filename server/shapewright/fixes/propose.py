"""Every edit that is worth a try for a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shapewright import wire
from shapewright.fixes import (
    attention,
    attribute,
    backward,
    cast,
    cat,
    constructed,
    crop,
    declared,
    detach,
    device,
    dim,
    einsum,
    exchange,
    in_place,
    index,
    loader,
    loss_kind,
    made_dtype,
    matmul,
    model_dtype,
    modes,
    module_list,
    norm,
    one_hot,
    packed,
    padded,
    parameter,
    ragged,
    recurrent,
    redo,
    room,
    sequential,
    several,
    shape,
    shifted,
    shortcut,
    sizes,
    softmax_dim,
    spatial,
    state_dict,
    stated,
    subscript,
    super_init,
    unbatched,
    unpack,
    unpacked_keys,
    unpacking,
    view,
    weights,
)
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._dtypes import is_of_dtypes
from shapewright.model import Candidate
from shapewright.sources import Sources

KINDS: tuple[Callable[[Context], Iterator[Offer]], ...] = (
    super_init.offers,
    attribute.offers,
    module_list.offers,
    loss_kind.offers,
    unpack.offers,
    unpacked_keys.offers,
    unpacking.offers,
    recurrent.offers,
    dim.offers,
    view.offers,
    made_dtype.offers,
    cast.offers,
    model_dtype.offers,
    device.offers,
    shape.offers,
    shifted.offers,
    redo.offers,
    sizes.offers,
    exchange.offers,
    declared.offers,
    spatial.offers,
    matmul.offers,
    cat.offers,
    crop.offers,
    index.offers,
    one_hot.offers,
    einsum.offers,
    detach.offers,
    backward.offers,
    in_place.offers,
    loader.offers,
    room.offers,
    norm.offers,
    packed.offers,
    padded.offers,
    state_dict.offers,
    stated.offers,
    softmax_dim.offers,
    modes.offers,
    parameter.offers,
    unbatched.offers,
    attention.offers,
    weights.offers,
    subscript.offers,
    several.offers,
    sequential.offers,
    shortcut.offers,
    ragged.offers,
    constructed.offers,
)
"""The kinds of edits; of two that are as good the earlier kind's comes first."""
_OF_DTYPES = (made_dtype.offers, cast.offers, model_dtype.offers)
LIMIT = 8


def candidates(failure: wire.Failure, sources: Sources) -> tuple[Candidate, ...]:
    """The edits, the likeliest first: where dtypes are what is wrong, those of dtypes."""
    context, dtypes = Context(failure, sources), is_of_dtypes(failure)
    found = [(dtypes and kind not in _OF_DTYPES, offer) for kind in KINDS for offer in _offered(kind, context)]
    unique: dict[object, Offer] = {}
    for _, offer in sorted(found, key=lambda each: (each[0], each[1].rank)):
        if offer.edits:
            unique.setdefault(offer.edits, offer)
    return tuple(offer.candidate() for offer in list(unique.values())[:LIMIT])


def _offered(kind: Callable[[Context], Iterator[Offer]], context: Context) -> Iterator[Offer]:
    try:
        yield from kind(context)
    except Exception:  # a repair that nobody can make out is missed; the finding is not
        return
