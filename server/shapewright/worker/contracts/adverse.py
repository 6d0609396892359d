"""Mistakes that only other sizes show: another batch, a batch of one, and pictures that are not square.

Each is told only where every size that was tried agrees, and is a hint: the program runs as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from shapewright import wire
from shapewright.worker.contracts.asking import Asker
from shapewright.worker.contracts.ranges import Unsure
from shapewright.worker.contracts.subject import Leaf, Slot, Subject, tensors
from shapewright.worker.contracts.symbols import Symbols, moves
from shapewright.worker.info import no_dispatch
from shapewright.worker.probing import Stop
from shapewright.worker.targets import sizes

_EVIDENCE = {"script": "script", "layers": "inferred", "name": "inferred"}
_BATCH = re.compile(r"batch|^(bs|bsz|b|n)$", re.I)
_WRITES = {"view", "reshape", "expand", "cat", "concat", "concatenate", "bmm", "baddbmm", "__add__", "add"}
"""Operations at which a number for the batch that somebody wrote shows."""


def look(asker: Asker, found: Symbols, contract: wire.Contract, training: bool) -> Iterator[wire.Failure]:
    """What is found."""
    try:
        yield from _fixed_batch(asker, found, training)
        yield from _eaten_batch(asker, found, contract, training)
        yield from _only_square(asker, found, training)
    except Unsure:
        return


def _fixed_batch(asker: Asker, found: Symbols, training: bool) -> Iterator[wire.Failure]:
    """A number written where the batch belongs: no other batch runs."""
    subject = asker.subject
    free = found.names()
    first = [leaf for leaf in subject.leaves if leaf.shape and _has_batch(leaf)]
    slots: list[Slot] = [(leaf.path, 0) for leaf in first]
    if not slots or any(slot in free for slot in slots) or len({leaf.shape[0] for leaf in first}) > 1:
        return
    base = first[0].shape[0]
    if base < 2 or any(v == base and _BATCH.search(n) for n, v in subject.arguments.items()):
        return
    start, stop = found.at({}), None
    for size in moves(base):
        stop = asker.run({**start, **dict.fromkeys(slots, size)}, training).stop
        if stop is None or getattr(stop.func, "__name__", "") not in _WRITES:
            return
    assert stop is not None
    yield from _failure(asker, subject, "batch-size-fixed", stop, {"batch": str(base), "model": subject.name})


def _has_batch(leaf: Leaf) -> bool:
    """Whether a layer takes the tensor, and takes its first dimension for the batch."""
    return len(leaf.dims) > 1 and leaf.dims[0].kind == "sym" and bool(sizes.BATCH.match(leaf.dims[0].text))


def _eaten_batch(asker: Asker, found: Symbols, contract: wire.Contract, training: bool) -> Iterator[wire.Failure]:
    """A batch of one loses its dimension, and nothing raises."""
    symbol = next((s for s in found.free if s.name == contract.batch), None)
    if symbol is None or symbol.range is None or symbol.range.low > 1:
        return
    two, one = (asker.run(found.at({symbol.name: n}), training) for n in (2, 1))
    if not (two.passed and one.passed and asker.is_certain(two) and asker.is_certain(one)):
        return
    outputs = dict(_shapes(two.output)), dict(_shapes(one.output))
    if not any(
        shape and shape[0] == 2 and len(outputs[1].get(path, shape)) < len(shape) for path, shape in outputs[0].items()
    ):
        return
    pair = [asker.sighted(found.at({symbol.name: n}), training) for n in (2, 1)]
    for place, shapes in pair[0].items():
        others = pair[1].get(place, [])
        if len(others) == len(shapes) and any(len(o) < len(s) for o, s in zip(others, shapes, strict=True)):
            index = next(i for i, (o, s) in enumerate(zip(others, shapes, strict=True)) if len(o) < len(s))
            path, where = place
            facts = {"model": asker.subject.name, "shape": _list(shapes[index], 2), "one": _list(others[index], None)}
            yield _told(asker, "squeeze-drops-batch", asker.state.place(path, where), "torch.squeeze", "", facts)
            return


def _list(shape: tuple[int, ...], batch: int | None) -> str:
    texts = [("B" if i == 0 and size == batch else str(size)) for i, size in enumerate(shape)]
    return f"[{', '.join(texts)}]"


def _shapes(value: Any) -> Iterator[tuple[Any, tuple[int, ...]]]:
    with no_dispatch():
        for path, tensor in tensors(value):
            yield path, tuple(int(s) for s in tensor.shape)


def _only_square(asker: Asker, found: Symbols, training: bool) -> Iterator[wire.Failure]:
    """Height and width are exchanged somewhere: it runs where they are equal, for every such size, and only there."""
    for symbol in found.free:
        other = next((s for s in found.free if s.name == symbol.like), None)
        if other is None or other.range is None or other.range.high is not None:
            continue
        stop = asker.run(found.at({symbol.name: symbol.base * 2}), training).stop
        if stop is not None and stop.func is not None and getattr(stop.func, "__name__", "") not in ("view", "reshape"):
            facts = {"model": asker.subject.name, "height": other.name, "width": symbol.name}
            yield from _failure(asker, asker.subject, "square-only", stop, facts)


def _failure(asker: Asker, subject: Subject, code: str, stop: Stop, facts: dict[str, str]) -> Iterator[wire.Failure]:
    path, at = stop.place or ("", None)
    if at is not None:
        op = getattr(stop.func, "__name__", "")
        yield _told(asker, code, asker.state.place(path, at), op, " ".join(str(stop.error).split())[:300], facts)


def _told(asker: Asker, code: str, span: wire.Span, op: str, message: str, facts: dict[str, str]) -> wire.Failure:
    evidence: Any = _EVIDENCE.get(asker.subject.source, "declared")
    return wire.Failure(op, span, "", message, evidence=evidence, target=asker.subject.name, kind=code, facts=facts)
