"""Configuration objects for constructors that take one: the file's own class for it, or a stand-in that knows names."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from shapewright.worker.targets import byname
from shapewright.worker.unknown import Unknown

NAME = re.compile(
    r"^(\w+_)?(config\w*|cfg|args|opt|opts|options|hparams?|conf|hps?|params|settings|hyper_?params|arguments|flags|"
    r"configuration)$",
    re.I,
)
_WORDS: dict[str, Any] = {
    "hidden_act": "gelu", "activation_function": "gelu", "_attn_implementation": "eager",
    "position_embedding_type": "absolute", "norm_type": "layer", "model_type": "base", "name": "model", "mode": "train",
    "is_decoder": False, "add_cross_attention": False, "use_cache": False, "output_attentions": False,
    "output_hidden_states": False, "chunk_size_feed_forward": 0, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
    "layer_norm_epsilon": 1e-5, "rms_norm_eps": 1e-6, "pad_token_id": 0, "problem_type": None, "rope_theta": 10000.0,
    "rope_scaling": None, "type_vocab_size": 2, "bias": True, "gradient_checkpointing": False, "cuda": False,
    "expert_num": 4, "layer_norm": True,
}  # fmt: skip


class StandIn:
    """A configuration of which only the names are known, as they are asked for.

    `words`: what the program compares a setting with, by its name; each profile takes another, those behind them none.
    """

    def __init__(self, profile: int = 0, words: dict[str, list[str]] | None = None) -> None:
        self.__dict__["_profile"] = profile
        self.__dict__["_words"] = words or {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        words = self._words.get(name, [])
        if name not in _WORDS and self._profile < len(words):
            found = words[self._profile]
        elif name in _WORDS:
            found = _WORDS[name]
        else:
            found = byname.settled(byname.value(name, self._profile), False, True)
        if found is None and name not in _WORDS:
            found = 16
        self.__dict__[name] = found
        return found

    def __getitem__(self, name: Any) -> Any:
        return getattr(self, str(name))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and byname.value(name) is not None

    def get(self, name: str, default: Any = None) -> Any:
        """As a dictionary's."""
        return default if default is not None else getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(())


def find(name: str, annotation: Any, namespace: dict[str, Any], profile: int) -> tuple[Any, str] | None:
    """A configuration and the expression that makes it."""
    wanted = annotation if isinstance(annotation, type) else namespace.get(str(annotation).strip("'\""))
    classes = [wanted] if isinstance(wanted, type) else []
    classes += [
        c
        for n, c in namespace.items()
        if isinstance(c, type) and re.search(r"config|cfg|args|params$", n, re.I) and c not in classes
    ]
    for cls in classes:
        if not re.search(r"config|cfg|args|param|setting|option", cls.__name__, re.I) and not dataclasses.is_dataclass(
            cls
        ):
            continue
        try:
            made = cls()
        except Exception:
            made = _filled(cls, profile) if dataclasses.is_dataclass(cls) else None
        if made is not None and not isinstance(made, Unknown) and not _is_module(made):
            return made, f"{cls.__name__}()"
    for other in (name, name.upper(), "config", "cfg", "CONFIG", "args"):
        existing = namespace.get(other)
        if existing is not None and not isinstance(existing, (type, Unknown)) and not callable(existing):
            return existing, other
    return None


def _filled(cls: Any, profile: int) -> Any:
    missing = [
        f
        for f in dataclasses.fields(cls)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    values = {f.name: byname.settled(byname.value(f.name, profile), False, f.type in ("str", str)) for f in missing}
    try:
        return cls(**values)
    except Exception:
        return None


def _is_module(value: Any) -> bool:
    return hasattr(value, "_modules")


def numbers(value: Any) -> dict[str, Any]:
    """What a configuration holds, by name."""
    if isinstance(value, dict):
        return {str(k): v for k, v in value.items()}
    return {k: v for k, v in getattr(value, "__dict__", {}).items() if not k.startswith("_")}
