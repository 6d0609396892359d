"""First guesses for arguments that nobody described: by annotation, name and use, and by the layer that takes them."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from shapewright import wire
from shapewright.worker.info import no_dispatch
from shapewright.worker.targets import sizes
from shapewright.worker.targets.consumers import ATTENDING, LABELS, SEQUENCE, TELLING, Shapes, first_layer, taken_by
from shapewright.worker.targets.plans import OBJECT
from shapewright.worker.targets.usage import Sources, Use

_IDS = re.compile(
    r"(^|_)ids?$|^idx|index|indices|(^|_)tokens?$|^text|labels?$|users?$|items?$|(^|_)(src|tgt|trg)$|words?$|sentences?|seqs?$"
    r"|captions?|movies?$|category|categories|questions?$|documents?$|^codes?$",
    re.I,
)
_IMAGE = re.compile(r"^(im(g|age)s?|pixel\w*|pictures?|photos?|frames?)(_?\d+|_?[abxy])?$", re.I)
_VIDEO = re.compile(r"^(videos?|clips?)$", re.I)
_TIME = re.compile(
    r"^(t|ts|timesteps?|time_?steps?|time|steps?|noise_?(level|variances?)|sigmas?|diffusion_steps?|timestamp)$", re.I
)
_LENGTHS = re.compile(r"(^|_)(len(gth)?s?|lens|seq_?lens?|text_len)$", re.I)
_ADJACENCY = re.compile(r"^(adj(acency)?(_?(matrix|mat|t))?|a_hat|a|graph|laplacian|g)$", re.I)
_MASK = re.compile(r"mask", re.I)
_HIDDEN = re.compile(
    r"^(h|hx|hc|hidden\w*|(prev_?|init_?|initial_?|dec\w*_?|enc\w*_?|rnn_?)?(state|states|hidden)s?(_?t)?|h_?(0|prev|t)|h)$",
    re.I,
)
_CELL = re.compile(r"^(c|cx|cell\w*|c_?(0|prev|t))$", re.I)
_POINTS = re.compile(r"^(xyz|points?|pc|point_?clouds?|pts|coords?|coordinates|positions?)\d?$", re.I)
_NUMBER = re.compile(r"^(window|patch|chunk|tile|block|group|kernel)_?size$|^num_(heads|groups|windows|splits)$")
_FLAG = re.compile(
    r"^(is_|use_|return_|with_|no_|do_|need_|output_)|^(training|train|reverse|causal|verbose|inverse|bidirectional|sample|deterministic|test|eval|debug)$",
    re.I,
)


def guess(
    parameter: inspect.Parameter, known: wire.Declared | None, holder: Any, function: Any, sources: Sources
) -> wire.Declared:
    """A declaration to start the search with. `known` may hold a rank, names or a dtype that the code itself shows."""
    name = parameter.name
    use = sources.use(function, name)
    annotation = annotation_text(parameter.annotation)
    if known is None or not known.alternatives:
        state = initial_state(name, function, holder)
        if state is not None:
            return state
    if known is not None and known.kind != "tensor" and known.items:
        return replace(known, source="layers", items=tuple(_filled(item, name, holder) for item in known.items))
    structure = _structure(name, annotation, use, holder)
    if structure is not None and not (known is not None and known.alternatives):
        return structure
    shapes, dtype = tensor_guess(name, use, holder, sources)
    if known is not None and known.alternatives:
        shapes = tuple(e for s in known.alternatives for e in sizes.expanded(s))
    if known is not None and known.dtype:
        dtype = known.dtype
    if "LongTensor" in annotation or "IntTensor" in annotation:
        dtype = "int64"
    if "BoolTensor" in annotation:
        dtype = "bool"
    return wire.Declared(name, "tensor", shapes, dtype, source="layers", span=known.span if known else None)


def annotation_text(annotation: Any) -> str:
    """An annotation as people write it; nothing where there is none."""
    if annotation is inspect.Parameter.empty:
        return ""
    return (
        annotation
        if isinstance(annotation, str)
        else getattr(annotation, "__name__", "")
        if isinstance(annotation, type)
        else str(annotation)
    )


def initial_state(name: str, function: Any, holder: Any) -> wire.Declared | None:
    """A recurrent state: what the module's own method for it makes, or what its layer wants."""
    if not (_HIDDEN.match(name) or _CELL.match(name)) or not isinstance(holder, nn.Module):
        return None
    for method in (
        "init_hidden",
        "initHidden",
        "init_state",
        "initial_state",
        "begin_state",
        "zero_state",
        "init_hidden_state",
    ):
        make = getattr(holder, method, None)
        if make is None:
            continue
        for arguments in ((), (BATCH,)):
            try:
                made = make(*arguments)
            except Exception:
                continue
            found = described(name, made)
            if found is not None:
                return found
    modules = list(holder.modules())
    names = set(inspect.signature(function).parameters)
    both = any(_CELL.match(n) for n in names) and any(_HIDDEN.match(n) for n in names)
    lstm = next((m for m in modules if isinstance(m, (nn.RNNBase, nn.RNNCellBase))), None)
    shape = _state_guess(name, modules)
    if shape is not None and isinstance(lstm, (nn.LSTM, nn.LSTMCell)) and not both:
        one = wire.Declared("", "tensor", (shape,), source="layers")
        return wire.Declared(name, "tuple", items=(one, one), source="layers")
    return None


BATCH = 23
"""The size of the first free name, `B`."""


def described(name: str, made: Any) -> wire.Declared | None:
    """A declaration of what a method made, with the batch it was asked for as a name."""
    if isinstance(made, torch.Tensor):
        with no_dispatch():
            shape = tuple(int(s) for s in made.shape)
            dtype = str(made.dtype).removeprefix("torch.")
        return wire.Declared(
            name, "tensor", (sizes.dims(*("B" if s == BATCH else s for s in shape)),), dtype, source="layers"
        )
    if isinstance(made, (tuple, list)) and made:
        items = [described("", item) for item in made]
        kind = "tuple" if isinstance(made, tuple) else "list"
        if all(i is not None for i in items):
            return wire.Declared(name, kind, items=tuple(i for i in items if i is not None), source="layers")
    return None


def _filled(item: wire.Declared, name: str, holder: Any) -> wire.Declared:
    if item.kind == "tensor" and not item.alternatives:
        shapes, dtype = tensor_guess(name.rstrip("s"), Use(), holder, Sources({}))
        return replace(item, alternatives=shapes, dtype=item.dtype or dtype, source="layers")
    return item


def literal(name: str, text: str) -> wire.Declared:
    """A value that is no tensor."""
    return wire.Declared(name, "value", literal=text, source="layers")


def _structure(name: str, annotation: str, use: Use, holder: Any) -> wire.Declared | None:
    """What is no tensor: numbers, texts, lists, dictionaries and objects."""
    plain = (
        annotation.replace("typing.", "").removeprefix("Optional[").removesuffix("]")
        if annotation.startswith(("Optional", "typing.Optional"))
        else annotation
    )
    if plain == "int" or (use.counted and "Tensor" not in annotation):
        return literal(name, str(_whole(name, use)))
    if (
        use.parts
        and all(re.fullmatch("_?(h|w|d|t|height|width|H|W|hh|ww|h_|w_)", p) for p in use.parts)
        and "Tensor" not in annotation
    ):
        return wire.Declared(name, "tuple", items=(literal("", "14"),) * len(use.parts), source="layers")
    if (
        not annotation
        and re.fullmatch("H|W|height|width|h|w", name)
        and (not use.layers or len(name) > 1 or name.isupper())
        and not use.attributes
        and _has_both(name, holder)
    ):
        return literal(name, "14")
    if not annotation and _NUMBER.search(name) and not use.layers and not use.attributes and not use.keys:
        return literal(name, "8")
    if plain == "bool" or (not annotation and _FLAG.search(name) and not use.layers):
        return literal(name, "False")
    if plain == "float":
        return literal(name, "0.5")
    if plain == "str" or (use.texts and not use.layers):
        return literal(name, repr(use.texts[0] if use.texts else "train"))
    shapes, dtype = tensor_guess(re.sub(r"(_list|s)$", "", name), Use(), holder, Sources({}))
    one = wire.Declared("", "tensor", shapes[:1], dtype, source="layers")
    if use.keys and "items" not in use.attributes:
        items = tuple(_by_key(key, holder) for key in use.keys)
        return wire.Declared(name, "dict", items=items, keys=tuple(use.keys), source="layers")
    outer = re.match(r"(?:typing\.)?(\w+)\[", plain)
    kind = outer.group(1).lower() if outer else plain.lower()
    if kind in {"list", "sequence", "iterable", "collection"}:
        count = max(use.unpacked, use.indexed + 1, 2)
        return wire.Declared(name, "list", items=(one,) * count, source="layers")
    if kind == "tuple":
        count = max(use.unpacked, use.indexed + 1, plain.count("Tensor"), 2)
        return wire.Declared(name, "tuple", items=(one,) * count, source="layers")
    return None


def _has_both(name: str, holder: Any) -> bool:
    """Whether forward takes a height and a width."""
    forward = getattr(type(holder), "forward", None)
    names = {n.lower()[0] for n in inspect.signature(forward).parameters} if forward is not None else set[str]()
    return {"h", "w"} <= names


def _by_key(key: str, holder: Any) -> wire.Declared:
    shapes, dtype = tensor_guess(key, Use(), holder, Sources({}))
    return wire.Declared("", "tensor", shapes[:1], dtype, source="layers")


def record(name: str, attributes: list[str], holder: Any) -> wire.Declared:
    """An object whose attributes are tensors."""
    items = tuple(_by_key(a, holder) for a in attributes)
    return wire.Declared(name, "dict", items=items, keys=tuple(attributes), literal=OBJECT, source="layers")


def _whole(name: str, use: Use) -> int:
    if re.search(r"batch|^b$|^n$", name, re.I):
        return 23
    if re.search(r"len|steps|size|num|count", name, re.I):
        return 8
    if re.search(r"^(h|w|height|width)$|_?(height|width|[hw])$", name, re.I):
        return 14
    return use.numbers[0] if use.numbers else 2


# --------------------------------------------------------------------------------------------------------- tensors


def tensor_guess(name: str, use: Use, holder: Any, sources: Sources) -> tuple[Shapes, str | None]:
    """Likely shapes of a tensor argument, the likeliest first, and its dtype."""
    modules = list(holder.modules()) if isinstance(holder, nn.Module) else []
    embeds = any(isinstance(m, (nn.Embedding, nn.EmbeddingBag)) for m in modules)
    layer = first_layer(holder, use, sources)
    if layer is not None:
        taken = taken_by(layer, holder, modules, name)
        if taken is not None:
            return taken
    d = sizes.dims
    if _LENGTHS.search(name):
        return (d("B"),), "int64"
    if _MASK.search(name):
        shapes = (d("B", "T"), d("T", "T"), d("B", 1, 1, "T"), d("B", "T", 1), d("B", "T", "T"), d("B", 1, "T"))
        if "attn" not in name and any(isinstance(m, nn.Conv1d) for m in modules):
            return (shapes[-1], *shapes[:-1]), "bool"  # it scales the channels of a sequence
        square = "pad" not in name and (
            re.search("attn|causal|src|tgt|trg|look", name) and any(isinstance(m, ATTENDING) for m in modules)
        )
        return (shapes[1], shapes[0], *shapes[2:]) if square else shapes, "bool"
    if name == "edge_index":
        return (d(2, "edges"),), "int64"
    if name in {"edge_weight", "edge_attr"}:
        return (d("edges"), d("edges", "D")), None
    if name == "batch" and embeds is False and isinstance(holder, nn.Module) and "edge_index" in use.attributes:
        return (d("nodes"),), "int64"
    if embeds and LABELS.match(name):
        return (d("B"), d("B", "T")), "int64"
    if embeds and _IDS.search(name):
        ordered = [m.batch_first for m in modules if isinstance(m, (nn.RNNBase, nn.MultiheadAttention))]
        return (d("B", "T") if not ordered or any(ordered) else d("T", "B"), d("B")), "int64"
    if _TIME.match(name) and modules:
        return (d("B"), d("B", 1)), None
    if _ADJACENCY.match(name) and name not in {"a", "g"}:
        return (d("nodes", "nodes"), d("B", "nodes", "nodes")), None
    if _POINTS.match(name) and not any(isinstance(m, (nn.Conv2d, nn.RNNBase)) for m in modules):
        return (d("B", "points", 3), d("B", 3, "points")), None
    state = _state_guess(name, modules)
    if state is not None:
        return (state,), None
    own_rank = _parameter_rank(holder)
    if own_rank is not None:
        return (own_rank,), None
    if _VIDEO.match(name):
        return (d("B", 3, "frames", "H", "W"), d("B", "frames", 3, "H", "W")), None
    if _IMAGE.match(name) and {"view", "reshape", "flatten", "shape", "size"} & set(use.attributes):
        return (d("B", 1, "H", "W"), d("B", 3, "H", "W"), d("B", "C", "H", "W")), None
    layer = next((m for m in modules if isinstance(m, TELLING)), None)
    if layer is not None and not use.joined:
        taken = taken_by(layer, holder, modules, name)
        if taken is not None:
            return tuple(sizes.loosened(shape, name) for shape in taken[0]), taken[1]
    if _IMAGE.match(name):
        return (d("B", 3, "H", "W"),), None
    if SEQUENCE.match(name):
        return (d("B", "T", "D"),), None
    own = f"{name}~1"
    return (d("B", own), d("B", "T", own), d("B", "C", "H", "W"), d("B")), None


def _parameter_rank(holder: Any) -> tuple[wire.Dim, ...] | None:
    """The shape that a parameter of the module itself is broadcast with: `(1, C, 1, 1)` scales a map."""
    for parameter in holder.parameters(recurse=False) if isinstance(holder, nn.Module) else ():
        with no_dispatch():
            shape = tuple(int(s) for s in parameter.shape)
        wide = [i for i, s in enumerate(shape) if s > 1]
        if len(wide) == 1 and len(shape) > 2:
            names: list[int | str] = ["B", *("T", "H", "W", "D")[: len(shape) - 1]]
            names = ["B", "C", "H", "W"] if len(shape) == 4 else names
            names = ["B", "C", "depth", "H", "W"] if len(shape) == 5 else names
            if wide[0]:
                names[wide[0]] = shape[wide[0]]
                return sizes.dims(*names)
    return None


def _state_guess(name: str, modules: list[nn.Module]) -> tuple[wire.Dim, ...] | None:
    """The shape of a recurrent state."""
    if not (_HIDDEN.match(name) or _CELL.match(name)):
        return None
    for module in modules:
        if isinstance(module, nn.RNNBase):
            return sizes.dims(module.num_layers * (2 if module.bidirectional else 1), "B", module.hidden_size)
        if isinstance(module, nn.RNNCellBase):
            return sizes.dims("B", module.hidden_size)
    return None
