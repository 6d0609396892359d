"""Changes to a plan that may get further, drawn from the call that refused it; those a person would make come first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from shapewright import wire
from shapewright.worker.probing import Probe, Watch
from shapewright.worker.targets import guess, python_stops, sizes, solve
from shapewright.worker.targets.local import Call
from shapewright.worker.targets.plans import CannotBuild, Path, Plan, dtype_of
from shapewright.worker.targets.wants import Refusal, wants

if TYPE_CHECKING:
    from shapewright.worker.targets.search import Search

SQUARES = (28, 32, 64, 224, 128, 256, 227, 299, 16, 48, 84, 105, 112, 192, 384, 512, 8, 20, 24, 40, 100, 7, 14, 4, 1)
LENGTHS = (16, 8, 10, 64, 128, 32, 50, 100, 5, 4, 256, 512, 1024, 3, 2)
WANTS = 14


def proposals(search: Search, plan: Plan, reached: Probe) -> Iterator[Plan]:
    """Other plans to try after a run that stopped."""
    given: set[int] = set()
    if reached.stop is not None and reached.stop.func is not None:
        call = Call(reached.stop)
        given = {s for i, shape in enumerate(call.shapes) if i not in call.moving for s in shape} | set(call.numbers())
    for candidate in _proposals(search, plan, reached):
        if is_lawful(candidate) and not _equated(plan, candidate, given) and not _is_huge(candidate):
            yield candidate


def _proposals(search: Search, plan: Plan, reached: Probe) -> Iterator[Plan]:
    stop, watch = reached.stop, reached.watch
    if stop is None or watch is None or isinstance(stop.error, (NameError, ImportError)):
        return
    if "same device" in str(stop.error):
        if not plan.device:
            moved = plan.copy()
            moved.device = "cuda"
            yield moved
        return
    if stop.func is None:
        yield from python_stops.proposals(search, plan, reached)
    else:
        call = Call(stop)
        yield from _operands(plan, call, watch)
        yield from _exchanged(search, plan, call, watch)
        yield from solve.proposals(search, plan, reached, call)
    yield from _alternatives(plan)
    yield from _unlisted(plan)
    yield from _without_time(plan)
    yield from _square(plan, reached)
    yield from _lengths(plan)
    yield from _other_kinds(plan, watch)
    yield from _divisible(plan)


def _operands(plan: Plan, call: Call, watch: Watch) -> Iterator[Plan]:
    """The refused operand is an argument itself: what the call would have taken."""
    retyped: set[object] = set()
    for position, tensor in enumerate(call.operands):
        path = watch.alike.get(id(tensor))
        if path is None:
            for root in watch.roots.get(id(tensor), ()):
                like = root, call.shapes[position], call.dtypes[position]
                if like not in retyped:  # one of the hundreds of pairs that a call joins stands for them all
                    retyped.add(like)
                    yield from _dtypes(plan, call, position, root)
            continue
        refusal = Refusal(plan, call, position, path)
        if plan.is_open(path) and refusal.name in {"__bool__", "__index__", "__int__", "item"}:
            for text in ("False", "True", "None") if refusal.name == "__bool__" else ("2", "8", "1"):
                yield plan.changed(path, guess.literal(plan.at(path).name, text))
        if not plan.is_open(path):
            yield from _dtypes(plan, call, position, path)
            continue
        count = 0
        for shape, dtype in wants(refusal):
            candidate = plan.shaped(path, *shape, dtype=dtype)
            given = sizes.numbers(candidate.shape_at(path), candidate.binding)
            if given is None or (call.testable and not call.accepts({position: given}, {position: dtype_of(dtype)})):
                continue
            yield candidate
            count += 1
            if count >= WANTS:
                break


def _dtypes(plan: Plan, call: Call, position: int, path: Path) -> Iterator[Plan]:
    spec = plan.at(path)
    for dtype in ("int64", "bool", "float32") if spec.dtype is None else ():
        if dtype_of(dtype) is not call.dtypes[position] and call.accepts(None, {position: dtype_of(dtype)}):
            yield plan.retyped(path, dtype)


def _exchanged(search: Search, plan: Plan, call: Call, watch: Watch) -> Iterator[Plan]:
    """The call passes with other sizes: which names of the plan give them?"""
    if not call.testable:
        fixed = [s for i, shape in enumerate(call.shapes) if i not in call.moving for s in shape]
        own = dict.fromkeys(s for i in call.moving for s in call.shapes[i] if s > 1)
        options: Iterator[dict[int, int]] = ({a: b} for a in own for b in dict.fromkeys([*fixed, *own]) if a != b)
    else:
        options = call.substitutions()
    given = {s for i, shape in enumerate(call.shapes) if i not in call.moving for s in shape} | set(call.numbers())
    for count, exchange in enumerate(options):
        if count > 40:
            return
        yield from applied(plan, exchange, given)


def applied(plan: Plan, exchange: dict[int, int], given: set[int]) -> Iterator[Plan]:
    """Plans under which the sizes in `exchange` become what they are exchanged for.

    `given`: sizes that layers and numbers ask for.
    """
    changes: list[list[dict[str, int]]] = []
    for source, target in exchange.items():
        if target < 2:
            return
        options = list(_names_for(plan, source, target, given))
        if not options:
            yield from _written_numbers(plan, source, target)
            return
        changes.append(options)
    first, *rest = changes
    for option in first:
        merged = dict(option)
        for others in rest:
            merged.update(others[0])
        if not _made_one(plan, merged):
            yield plan.sized(merged)


def _made_one(plan: Plan, values: dict[str, int]) -> bool:
    """Whether one change gives two different names that somebody wrote the same size."""
    written = sizes.symbols_in(s for n, s in plan.inputs.items() if n in plan.fixed)
    pairs = itertools.combinations([n for n in values if n in written], 2)
    return any(values[a] == values[b] and not sizes.alike(a, b) for a, b in pairs)


def _names_for(plan: Plan, source: int, target: int, given: set[int]) -> Iterator[dict[str, int]]:
    free = plan.binding.free
    named = [n for n, size in free.items() if size == source]
    allowed = [n for n in named if may_become(plan, n, target, given)]
    if len(allowed) > 1:
        yield dict.fromkeys(allowed, target)
    for name in allowed:
        yield {name: target}
    if named:
        return
    seen: dict[int, list[str]] = {}
    for name, size in free.items():
        if size > 1 and not sizes.BATCH.match(name):
            seen.setdefault(size, []).append(name)
    for size, names in seen.items():
        value = _in_ratio(size, source, target)
        if value is not None:
            for chosen in [names, *([n] for n in names)] if len(names) > 1 else [names]:
                yield dict.fromkeys(chosen, value)
    for size, names in sorted(seen.items(), key=lambda item: item[0] not in sizes.FREE):
        value = size + target - source
        if 1 < value != size and size > 2:
            for name in names:
                yield {name: value}


def _in_ratio(size: int, source: int, target: int) -> int | None:
    """What a size becomes where the dimension `source`, a multiple or a part of it, becomes `target`."""
    if source % size == 0 and target % (source // size) == 0 and source != size:
        value = target // (source // size)
    elif size % source == 0 and source > 1:
        value = target * (size // source)
    else:
        return None
    return value if value > 1 else None


def may_become(plan: Plan, name: str, target: int, given: set[int]) -> bool:
    """Whether a free name may have this size.

    A batch is no layer's business, and two different names that somebody wrote are not made one.
    """
    if sizes.BATCH.match(name) and (name in {"B", "batch"} or target in given):
        return any(sizes.BATCH.match(n) and n != name and size == target for n, size in plan.binding.free.items())
    if target in given:
        return True
    written = sizes.symbols_in(s for n, s in plan.inputs.items() if n in plan.fixed)
    if name not in written:
        return True
    return all(
        sizes.alike(name, other) for other in written if other != name and plan.binding.free.get(other) == target
    )


def is_lawful(plan: Plan) -> bool:
    """Whether free names that somebody wrote side by side in one shape have different sizes, none of them 1."""
    for name in plan.fixed:
        for shape in shapes_of(plan.inputs[name]):
            free = {d.text: plan.binding.free[d.text] for d in shape if d.kind == "sym" and d.text in plan.binding.free}
            if any(size == 1 for size in free.values()):
                return False
            for one, other in itertools.combinations(free, 2):
                if free[one] == free[other] and not sizes.alike(one, other):
                    return False
    return True


def _is_huge(plan: Plan) -> bool:
    """Whether a picture is wider than any: such a size only makes up for a layer that was forgotten."""
    return any(plan.binding.free[name] > sizes.WIDEST for name in spatial(plan))


def _equated(plan: Plan, candidate: Plan, given: set[int]) -> bool:
    """Whether the change gives one written name the size of another, where no layer asks for that size."""
    before, after = plan.binding.free, candidate.binding.free
    written = [n for n in sizes.symbols_in(s for n, s in candidate.inputs.items() if n in plan.fixed) if n in after]
    changed = [n for n in written if before.get(n) != after[n]]
    return any(
        after[name] == after[other] and after[name] not in given and not sizes.alike(name, other)
        for name in changed
        for other in written
        if other != name
    )


def shapes_of(spec: wire.Declared) -> Iterator[tuple[wire.Dim, ...]]:
    """All shapes in a declaration."""
    yield from spec.alternatives
    for item in spec.items:
        yield from shapes_of(item)


def _written_numbers(plan: Plan, source: int, target: int) -> Iterator[Plan]:
    """Guessed shapes in which the size stands as a number."""
    for path in plan.tensors():
        shape = plan.shape_at(path)
        if plan.is_open(path) and any(d.kind == "int" and d.value == source for d in shape):
            new = tuple(replace(d, value=target) if d.kind == "int" and d.value == source else d for d in shape)
            yield plan.changed(path, replace(plan.at(path), alternatives=(new,)))


def _alternatives(plan: Plan) -> Iterator[Plan]:
    """The other shapes that somebody wrote or that the first guess thought of, all together and one by one."""
    most = max((len(spec.alternatives) for spec in plan.inputs.values()), default=0)
    for count in range(most):
        changed = plan.copy()
        changed.choice = {
            n: min(count, len(s.alternatives) - 1) for n, s in plan.inputs.items() if len(s.alternatives) > 1
        }
        yield changed
    for name, spec in plan.inputs.items():
        for count in range(len(spec.alternatives)):
            if count != plan.choice.get(name, 0):
                changed = plan.copy()
                changed.choice[name] = count
                yield changed


def _unlisted(plan: Plan) -> Iterator[Plan]:
    """A tensor in the place of a list: prose calls many things a sequence."""
    for name, spec in plan.inputs.items():
        if spec.kind == "list" and spec.items and len(set(spec.items)) == 1 and spec.items[0].kind == "tensor":
            one = replace(spec.items[0], name=name, source=spec.source, span=spec.span)
            yield replace(plan.changed((name,), one), fixed=plan.fixed - {name})  # nobody wrote that


def _without_time(plan: Plan) -> Iterator[Plan]:
    """One step in the place of a sequence in every guessed argument, and the other way round."""
    shorter, longer = plan, plan
    for path in list(plan.tensors()):
        shape, dtype = plan.shape_at(path), plan.at(path).dtype
        if not plan.is_open(path):
            continue
        names: list[int | str] = [d.value if d.kind == "int" and d.value is not None else d.text for d in shape]
        if "T" in names and len(names) > 1:
            shorter = shorter.shaped(path, *(n for n in names if n != "T"), dtype=dtype)
        elif names[:1] == ["B"] and len(names) < 3:
            longer = longer.shaped(path, "B", "T", *names[1:], dtype=dtype)
    for changed in (shorter, longer):
        if changed is not plan:
            yield changed


def spatial(plan: Plan) -> list[str]:
    """The names of heights, widths and depths in use."""
    used = sizes.symbols_in(plan.inputs.values())
    return [
        n for n in plan.binding.free if n in used and any(p.match(n) for p in (sizes.HEIGHT, sizes.WIDTH, sizes.DEPTH))
    ]


def _square(plan: Plan, reached: Probe) -> Iterator[Plan]:
    names = spatial(plan)
    if names:
        for size in SQUARES:
            yield plan.sized(dict.fromkeys(names, size))


def _lengths(plan: Plan) -> Iterator[Plan]:
    used = sizes.symbols_in(plan.inputs.values())
    for name in [n for n in plan.binding.free if n in used and sizes.alike(n, "seq_len") and not sizes.BATCH.match(n)]:
        for size in LENGTHS:
            yield plan.sized({name: size})


def _divisible(plan: Plan) -> Iterator[Plan]:
    """Free sizes that are primes, as sizes that heads and groups divide."""
    used = {
        n
        for n in sizes.symbols_in(s for a, s in plan.inputs.items() if a not in plan.fixed)
        if not sizes.BATCH.match(n)
    }
    names = [n for n in plan.binding.free if n in used and n not in spatial(plan)]
    for size in (64, 32, 48, 12):
        if names:
            yield plan.sized(dict.fromkeys(names, size))
    for name in names if len(names) > 1 else ():
        for size in (64, 32):
            yield plan.sized({name: size})


_KINDS: tuple[tuple[tuple[str, ...], str | None], ...] = (
    (("B", "T"), "int64"), (("B", "D"), None), (("B", "T", "D"), None), (("B", "C", "H", "W"), None), (("B",), "int64"),
    (("B",), None), (("B", "C", "T"), None), (("B", "T"), "bool"), ((), None),
)  # fmt: skip


def _other_kinds(plan: Plan, watch: Watch) -> Iterator[Plan]:
    """Arguments that no layer has taken yet, as something else."""
    for path in plan.tensors():
        if plan.is_open(path) and path not in watch.fed:
            for shape, dtype in _KINDS:
                yield plan.shaped(path, *shape, dtype=dtype)


__all__ = ["CannotBuild", "applied", "may_become", "proposals", "spatial"]
