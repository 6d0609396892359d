"""Instances of classes that nobody made: constructor arguments by default, by call site, by name, by annotation."""

from __future__ import annotations

import inspect
import re
from typing import Any

import torch

from shapewright import wire
from shapewright.worker.state import State
from shapewright.worker.unknown import Unknown

_BY_NAME: tuple[tuple[str, Any], ...] = (
    (r"(num_?|n_?)?heads?$|nhead$|n_?head$", 4),
    (
        r"^(in_?)?(channels|chans|ch|planes|c|c_?in|in_?c|in_?ch|in_?dim_?ch|inp|ninput|input_?nc|inc)$|"
        r"in_?channels?|in_?chans?|in_?planes|input_?channels",
        16,
    ),
    (
        r"^(out_?)?(c_?out|outc|oup|noutput|output_?nc)$|out_?channels?|out_?chans?|out_?planes|planes|"
        r"filters|n?feat(s|ures)?$|width",
        32,
    ),
    (r"(num|n)_?(classes|labels|outputs|actions|cls)|n_?class$|num_?class$|classes", 10),
    (r"vocab|num_?embeddings|n_?tokens?|num_?tokens|n_?words|dict_?size|input_?vocab|src_?vocab|tgt_?vocab", 1000),
    (
        r"d_?model|embed(ding)?_?(dim|size)?|emb_?(dim|size)?|hidden(_?(dim|size|channels|units|features))?|"
        r"n_?embd|model_?dim|dim$|^dims?$|^d$|n_?hidden|latent(_?dim)?|z_?dim|nz$|feature_?dim|features|"
        r"in_?features|input_?(dim|size)|in_?dim|n_?input|n_?feature|out_?features|output_?(dim|size)|"
        r"out_?dim|units",
        64,
    ),
    (r"d_?ff|ffn|mlp_?dim|intermediate|dim_?feedforward|inner_?dim", 128),
    (r"(num|n)_?(layers|blocks|stages|res_?blocks|stacks|resblocks|convs)|depth|layers$|blocks$|repeat", 2),
    (r"dropout|drop|p$|p_?drop|rate$", 0.1),
    (r"kernel(_?size)?$|^k$|ksize", 3),
    (r"stride", 1),
    (r"pad(ding)?", 1),
    (r"dilation", 1),
    (r"groups", 1),
    (r"patch_?size", 8),
    (r"(img|image|input)_?(size|res|resolution)|resolution", 32),
    (
        r"max_?(seq_?)?len(gth)?|block_?size|context(_?(length|size))?|seq_?len(gth)?|n_?ctx|max_?positions?|"
        r"window(_?size)?",
        32,
    ),
    (r"reduction|ratio|scale(_?factor)?|factor|expansion|mlp_?ratio|upscale", 2),
    (r"head_?dim|dim_?head|d_?k|d_?v", 16),
    (r"bias|batch_?first|bidirectional|causal|residual", True),
    (r"eps|epsilon", 1e-5),
    (r"act(ivation)?(_?layer)?$|nonlinearity", "activation"),
    (r"norm(_?layer)?$", "norm"),
    (r"device", "cpu"),
    (r"temperature|alpha|beta|gamma|tau|margin|sigma|momentum|lr|weight_?decay", 0.5),
)


def instance(
    target: wire.Target, cls: type, namespace: dict[str, Any], state: State
) -> tuple[Any, dict[str, Any], str] | str:
    """An instance, the arguments it was made with, and the expression; a text says why there is none."""
    if target.construct is not None:
        made = eval(target.construct, namespace)
        return made, {}, target.construct
    for existing in list(state.births):
        if type(existing) is cls:
            return existing, {}, "the instance that the script made"
    if inspect.isabstract(cls):
        return "the class is abstract"
    try:
        parameters = list(inspect.signature(cls).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    arguments: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty:
            if type(parameter.default) in (int, float, bool, str):
                arguments[parameter.name] = parameter.default
            continue
        value = _argument(parameter)
        if value is None:
            return f"nothing says what the constructor's argument {parameter.name!r} is"
        arguments[parameter.name] = value
    required = {p.name: arguments[p.name] for p in parameters if p.default is p.empty and p.name in arguments}
    positional = [required[p.name] for p in parameters if p.name in required and p.kind is p.POSITIONAL_ONLY]
    keywords = {p.name: required[p.name] for p in parameters if p.name in required and p.kind is not p.POSITIONAL_ONLY}
    made = cls(*positional, **keywords)
    if isinstance(made, Unknown):
        return "its constructor failed"
    shown = ", ".join(f"{k}={v!r}" for k, v in required.items())
    return made, arguments, f"{cls.__name__}({shown})"


def _argument(parameter: inspect.Parameter) -> Any:
    annotation = (
        parameter.annotation
        if isinstance(parameter.annotation, str)
        else getattr(parameter.annotation, "__name__", str(parameter.annotation))
    )
    name = parameter.name.lower()
    if annotation in {"str", "Path"}:
        return None
    if "Module" in annotation and "List" not in annotation:
        return torch.nn.Identity()
    for pattern, value in _BY_NAME:
        if re.search(pattern, name):
            if value == "activation":
                return torch.nn.ReLU() if "Module" in annotation else torch.relu
            if value == "norm":
                return torch.nn.BatchNorm2d
            if annotation == "float":
                return float(value) if isinstance(value, (int, float)) else value
            return value
    return {"int": 8, "float": 0.5, "bool": False}.get(annotation)
