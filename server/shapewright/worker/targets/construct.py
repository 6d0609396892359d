"""Instances of classes that nobody made: constructor arguments by default, by annotation, by name, by use."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Any

import torch
from torch import nn

from shapewright import wire
from shapewright.worker.state import State
from shapewright.worker.targets import byname, configs, factories, words
from shapewright.worker.targets.guess import annotation_text
from shapewright.worker.targets.numbers import numbers_for
from shapewright.worker.targets.part import Part, annotated_module, selected
from shapewright.worker.targets.usage import Sources, Use
from shapewright.worker.unknown import Unknown


@dataclass
class Made:
    """An instance.

    `arguments`: what its constructor got, by name, as far as it is known. `guessed`: the arguments among them that
    nobody wrote. `remade`: another instance with some of those exchanged. `call`: inputs that came with it.
    """

    instance: Any
    text: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    guessed: dict[str, Any] = field(default_factory=dict[str, Any])
    remade: Callable[[dict[str, Any]], Any] | None = None
    call: tuple[Any, Any] | None = None


class Maker:
    """Makes instances of the classes of one file. `pool` are modules that exist already."""

    def __init__(self, namespace: dict[str, Any], state: State, sources: Sources) -> None:
        self.namespace, self.state, self.sources = namespace, state, sources
        self.pool: list[nn.Module] = []
        self.own: list[Any] = []
        self.rehearsal = factories.Rehearsal(namespace, state, sources)
        self.depth = 0

    def existing(self, cls: type) -> Any:
        """An instance that the script, or another class, made."""
        made = [m for m in list(self.state.births) if not any(m is own for own in self.own)]
        for module in [*made, *self.pool]:
            if type(module) is cls:
                return module
        for module in [*made, *self.pool]:
            for inner in module.modules() if isinstance(module, nn.Module) and hasattr(module, "_modules") else ():
                if type(inner) is cls:
                    return inner
        return None

    def _is_of_guess(self, instance: Any) -> bool:
        """Whether a class that was made with guesses made it: what it got may be one of them."""
        return any(instance is m for own in self.own if isinstance(own, nn.Module) for m in own.modules())

    def make(self, target: wire.Target, cls: type, profile: int) -> Made | str:
        """An instance; a text says why there is none. Profile 0 comes first and is the likeliest."""
        if target.construct is not None:
            made = eval(target.construct, self.namespace)
            return Made(made, target.construct) if not isinstance(made, Unknown) else "it could not be constructed"
        optional = all(p.default is not p.empty for p in parameters_of(cls))
        if profile == 0 and (found := self.existing(cls)) is not None and not (optional and self._is_of_guess(found)):
            return Made(found, "the instance that the script made", self.rehearsal.given.get(id(found), {}))
        if inspect.isabstract(cls):
            return "the class is abstract"
        parameters = parameters_of(cls)
        if any(p.default is p.empty for p in parameters) and profile == 0:
            built = self.rehearsal.instance(cls)
            if built is not None:
                return Made(built[0], built[1], self.rehearsal.given.get(id(built[0]), {}))
        made = self.guessed(cls, parameters, profile)
        if profile == 0 and isinstance(made, Made) and any(made.instance is each for each in self.state.shaky):
            # A default that its constructor cannot do without: the functions that give it something know better.
            built = self.rehearsal.instance(cls)
            if built is not None:
                return Made(built[0], built[1], self.rehearsal.given.get(id(built[0]), {}))
        return made

    def guessed(self, cls: type, parameters: list[inspect.Parameter], profile: int) -> Made | str:
        """An instance with arguments that somebody might give."""
        known = {p.name: p.default for p in parameters if type(p.default) in (int, float, bool, str)}
        required: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for parameter in parameters:
            if parameter.default is not parameter.empty:
                continue
            found = self.argument(cls, parameter, profile)
            if found is None:
                return f"nothing says what the constructor's argument {parameter.name!r} is"
            required[parameter.name], texts[parameter.name] = found

        def remade(other: dict[str, Any]) -> Any:
            given = {**required, **other}
            only = [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY and p.name in given]
            return cls(*(given[n] for n in only), **{k: v for k, v in given.items() if k not in only})

        with factories.noted(self.state, self.rehearsal.given, lambda _: None):
            made = remade({})
        self.own.append(made)
        if isinstance(made, Unknown):
            return "its constructor failed"
        shown = ", ".join(f"{k}={texts[k]}" for k in required)
        arguments = {**known, **required}
        for value in required.values():
            if not isinstance(value, (int, float, str, bool, nn.Module, type)):
                arguments = {**configs.numbers(value), **arguments}
        if isinstance(made, nn.Module) and not required:
            self.pool.append(made)
        return Made(made, f"{cls.__name__}({shown})", arguments, required, remade)

    def argument(self, cls: type, parameter: inspect.Parameter, profile: int) -> tuple[Any, str] | None:
        """A value for one argument, and its text."""
        name = parameter.name
        use = self.sources.use(cls.__init__, name)
        annotation = annotation_text(parameter.annotation).replace("typing.", "")
        wanted = annotated_module(parameter.annotation, annotation, self.namespace)
        if wanted is not None and wanted is not cls and (built := self._built(wanted)) is not None:
            return built, _shown(built)
        kept = self.sources.kept(cls, use.attribute or name)
        if (kept.called >= 0 or use.called >= 0) and use.attributes and not use.keys and annotation not in _PLAIN:
            module = self._module(cls, name, kept, profile)
            return module, _shown(module)
        if (
            configs.NAME.match(name)
            or "onfig" in annotation
            or (
                use.attributes
                and not use.called + 1
                and annotation not in _PLAIN
                and not use.layers
                and _is_record(use)
            )
        ):
            found = configs.find(name, parameter.annotation, self.namespace, profile)
            if found is not None:
                return found
            if not use.keys and not use.attributes and not configs.NAME.match(name):
                return None
            return configs.StandIn(profile, words.compared(cls, self.sources)), "…"
        value = self._value(cls, name, annotation, use, profile)
        return None if value is None else (value, _shown(value))

    def _value(self, cls: type, name: str, annotation: str, use: Use, profile: int) -> Any:
        chosen = selected(use, self.namespace, profile)
        if chosen is not None and byname.value(name, profile) not in use.choices:
            return chosen
        kind = annotation.replace("Optional[", "")
        if "Module" in kind and not any(word in kind for word in ("List", "list", "Type", "type", "Callable")):
            return self._module(cls, name, self.sources.kept(cls, use.attribute or name), profile)
        kept = self.sources.kept(cls, use.attribute) if use.attribute else Use()
        if annotation.startswith(("str", "Literal")) or words.asked(use, self.namespace):
            options = words.asked(use, self.namespace) or re.findall(r"'([^']*)'", annotation) or kept.texts
            found = byname.settled(byname.value(name), False, True)
            return options[min(profile, len(options) - 1)] if options else found if isinstance(found, str) else "mean"
        if use.called >= 0 or "Callable" in annotation or "Type[" in annotation or "type[" in annotation:
            return self._callable(name, use)
        if (
            not annotation
            and (kept.called >= 0 or set(kept.attributes) & _METHODS)
            and byname.value(name) not in _WORDS
        ):
            return self._module(cls, name, kept, profile)
        if annotation not in {"int", "float", "bool"} and (_is_list(annotation, use) or _is_list(annotation, kept)):
            merged = replace(use, unpacked=max(use.unpacked, kept.unpacked), indexed=max(use.indexed, kept.indexed))
            return numbers_for(name, annotation, merged, profile)
        found = byname.value(name, profile)
        if annotation == "float" and not isinstance(found, float):
            return 0.5
        if annotation == "bool":
            return found if isinstance(found, bool) else False
        if annotation == "int" and type(found) is not int:
            return 8
        if annotation in {"Tensor", "torch.Tensor"}:
            return torch.ones(10)
        if not annotation and (found is None or len(name) == 1):
            other = self._handed_on(use, profile) if self.depth < 3 else None
            if other is not None:
                return other
        if found is not None:
            return byname.settled(found, False, False)
        if not annotation and (matching := self._class_like(name)) is not None:
            return self._built(matching)
        if use.counted or use.calculated or any(c.split(".")[-1] in _LAYERS for c, _ in use.callees):
            return (16, 32, 64, 8)[profile]
        return 1 if not annotation else None

    def _handed_on(self, use: Use, profile: int) -> Any:
        """The value of an argument that is handed on to the constructor of another class of the file."""
        for callee, position in use.callees:
            cls = self.namespace.get(callee)
            if not isinstance(cls, type) or cls.__module__ != "__main__":
                continue
            parameters = parameters_of(cls)
            wanted = [p for i, p in enumerate(parameters) if i == position or p.name == position]
            if not wanted:
                continue
            self.depth += 1
            try:
                found = self.argument(cls, wanted[0], profile)
            finally:
                self.depth -= 1
            if found is not None:
                return found[0]
        return None

    def _module(self, cls: type, name: str, kept: Use, profile: int) -> Any:
        matching = self._class_like(name)
        if matching is not None and matching is not cls:
            built = self._built(matching)
            if built is not None:
                return built
        return Part(kept.answers, profile)

    def _class_like(self, name: str) -> type | None:
        """The class of the file that an argument is named after."""
        plain = re.sub(r"[^a-z]", "", name.lower())
        if len(plain) < 4:
            return None
        classes = {n.lower(): c for n, c in self.namespace.items() if isinstance(c, type) and issubclass(c, nn.Module)}
        own = {n: c for n, c in classes.items() if c.__module__ == "__main__"}
        return own.get(plain) or next((c for n, c in own.items() if n.endswith(plain) or n.startswith(plain)), None)

    def _built(self, cls: type) -> Any:
        if self.depth > 2:
            return None
        existing = self.existing(cls)
        if existing is not None:
            return existing
        self.depth += 1
        try:
            made = self.guessed(cls, parameters_of(cls), 0)
        except Exception:
            return None
        finally:
            self.depth -= 1
        return None if isinstance(made, str) else made.instance

    def _callable(self, name: str, use: Use) -> Any:
        lowered = name.lower()
        if "norm" in lowered or lowered in {"bn"}:
            return nn.BatchNorm2d
        if "act" in lowered or "nonlin" in lowered or "relu" in lowered:
            return nn.ReLU
        if "conv" in lowered:
            return nn.Conv2d
        if "attn" in lowered or "attention" in lowered:
            return self._class_like("attention") or nn.Identity
        blocks = [
            c
            for n, c in self.namespace.items()
            if isinstance(c, type)
            and issubclass(c, nn.Module)
            and c.__module__ == "__main__"
            and re.search("block|bottleneck|layer|unit|cell", n, re.I)
        ]
        fitting = [c for c in blocks if _takes(c, use.called)]
        if fitting and re.search("block|layer|unit|cell|module", lowered):
            return fitting[0]
        if blocks and "block" in lowered:
            return blocks[0]
        return (
            nn.Identity if "module" in lowered or "layer" in lowered or "fn" in lowered or "func" in lowered else None
        )


_WORDS = {"norm", "activation", "device", "dtype"}
_METHODS = {
    "parameters",
    "forward",
    "eval",
    "train",
    "encode",
    "decode",
    "state_dict",
    "modules",
    "children",
    "named_parameters",
}
_PLAIN = {"int", "float", "bool", "str"}
_LAYERS = {
    "Linear",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "Embedding",
    "LayerNorm",
    "BatchNorm2d",
    "BatchNorm1d",
    "LSTM",
    "GRU",
    "RNN",
    "ConvTranspose2d",
    "range",
    "zeros",
    "randn",
    "ones",
    "empty",
    "int",
}


def _is_record(use: Use) -> bool:
    """Whether attributes are read off that only a configuration has."""
    return any(byname.value(a) is not None for a in use.attributes) and not {
        "shape",
        "size",
        "view",
        "parameters",
    } & set(use.attributes)


def _is_list(annotation: str, use: Use) -> bool:
    if re.match(r"(List|list|Tuple|tuple|Sequence|Iterable)\b", annotation):
        return True
    return not annotation and (use.iterated or use.unpacked > 1 or use.indexed >= 0 or use.measured)


def parameters_of(cls: type) -> list[inspect.Parameter]:
    """What a constructor takes, but for `*args` and `**kwargs`; of what it hands on in those, what the base needs."""
    try:
        found = list(inspect.signature(cls).parameters.values())
    except (TypeError, ValueError):
        return []
    named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return [*named, *_handed_up(cls, {p.name for p in named})] if len(named) < len(found) else named


def _handed_up(cls: type, named: set[str]) -> list[inspect.Parameter]:
    """The required parameters of base constructors that are reached through `**kwargs` alone."""
    found: list[inspect.Parameter] = []
    for base in cls.__mro__:
        init = vars(base).get("__init__")
        if init is None:
            continue
        code = getattr(init, "__code__", None)
        if code is None or base.__module__.startswith("torch."):
            break
        own = list(inspect.signature(init).parameters.values())[1:]
        if base is not cls:
            missing = [p for p in own if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
            found += [p.replace(kind=p.KEYWORD_ONLY) for p in missing if p.name not in named]
            named = named | {p.name for p in own}
        if not any(p.kind is p.VAR_KEYWORD for p in own) or "super" not in code.co_names:
            break
        named = named | _keywords_in(code)
    return found


def _keywords_in(code: CodeType) -> set[str]:
    """The names that calls in a function give arguments by."""
    texts: set[str] = set()
    for constant in code.co_consts:
        if isinstance(constant, str):
            texts.add(constant)
        elif isinstance(constant, tuple):
            texts.update(item for item in constant if isinstance(item, str))
    return texts


def _takes(cls: type, count: int) -> bool:
    parameters = parameters_of(cls)
    return sum(p.default is p.empty for p in parameters) <= count <= len(parameters)


def _shown(value: Any) -> str:
    if isinstance(value, type):
        return value.__name__
    return f"{type(value).__name__}(…)" if isinstance(value, (nn.Module, torch.Tensor)) else repr(value)
