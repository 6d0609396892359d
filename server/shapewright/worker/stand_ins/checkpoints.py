"""Weights that would be downloaded: models of installed packages are built as the real call builds them, and keep the
weights that they were made with."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch

from shapewright.worker.stand_ins import hugging
from shapewright.worker.stand_ins.kit import Unknown

_ANY = "unknown.weight"


class Checkpoint(dict[Any, Any]):
    """A dictionary of weights that nobody has seen: one entry stands for all, and every other key has a value too."""

    def __init__(self) -> None:
        super().__init__({_ANY: Unknown("weight")})

    def __missing__(self, key: Any) -> Any:
        return Unknown("weight")

    def __delitem__(self, key: Any) -> None:
        self.pop(key)

    def pop(self, key: Any, *default: Any) -> Any:
        """The entry stays: it stands for others too."""
        return Unknown("weight")


def is_unseen(state: Any) -> bool:
    """Whether weights, as a dictionary that may have been rewritten, come from a file that nobody has seen."""
    if type(state) is Unknown:
        return True
    return isinstance(state, dict) and any(type(part) is Unknown for pair in state.items() for part in pair)


def _timm(module: Any) -> None:
    """`pretrained=True` loads into a model that has its final shape already."""
    module.load_pretrained = module.load_custom_pretrained = lambda model, *args, **kwargs: None


def _safetensors(module: Any) -> None:
    """It reads memory that fakes do not have, below Python."""
    module.save_file = module.save_model = lambda *args, **kwargs: None
    module.save = lambda *args, **kwargs: b""
    module.load_file = module.load = lambda *args, **kwargs: Checkpoint()
    module.load_model = lambda model, *args, **kwargs: ([], [])


# ------------------------------------------------------------------------------------------------- transformers

_TYPES = {
    "bert": "bert", "distilbert": "distilbert", "roberta": "roberta", "distilroberta": "roberta", "gpt2": "gpt2",
    "distilgpt2": "gpt2", "xlm": "xlm-roberta", "albert": "albert",
}  # fmt: skip


def _known_config(name: Any) -> dict[str, Any] | None:
    """The configuration of a checkpoint that everybody uses, under the names of its kind of model."""
    sizes = hugging.sizes_of(name)
    kind = _TYPES.get(name.rpartition("/")[2].partition("-")[0]) if sizes else None
    if sizes is None or kind is None:
        return None
    hidden, layers, heads, vocabulary = sizes
    named = {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads}
    if kind == "distilbert":
        named = {"dim": hidden, "n_layers": layers, "n_heads": heads, "hidden_dim": 4 * hidden}
    elif kind == "gpt2":
        named = {"n_embd": hidden, "n_layer": layers, "n_head": heads}
    else:
        named["intermediate_size"] = 4 * hidden
    if "roberta" in kind:
        named |= {"max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1}
    return {"model_type": kind, "vocab_size": vocabulary, **named}


def _configuration(module: Any) -> None:
    base = getattr(module, "PreTrainedConfig", None) or module.PretrainedConfig
    plain = base.get_config_dict.__func__

    def get_config_dict(cls: type, name: Any = None, **kwargs: Any) -> Any:
        """The configuration of a folder that is there, or of a well-known name."""
        known = None if isinstance(name, str) and os.path.isdir(name) else _known_config(name)
        return plain(cls, name, **kwargs) if known is None else (known, kwargs)

    base.get_config_dict = classmethod(get_config_dict)


def _or_unknown(method: Callable[..., Any]) -> Any:
    """A class method that answers Unknown where the real one would have to download."""

    def answer(cls: Any, name: Any = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(cls, name, *args, **kwargs)
        except Exception:
            return Unknown("model")

    return classmethod(answer)


def _model(module: Any) -> None:
    def from_pretrained(cls: Any, name: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A model of this configuration, with the weights it is made with."""
        config, rest = kwargs.pop("config", None), kwargs
        if config is None or isinstance(config, str):
            config, rest = cls.config_class.from_pretrained(config or name, return_unused_kwargs=True, **kwargs)
        own = {k: v for k, v in rest.items() if k in cls.__init__.__code__.co_varnames}
        model = cls(config, *args, **own)
        dtype = kwargs.get("dtype", kwargs.get("torch_dtype"))
        return (model.to(dtype) if isinstance(dtype, torch.dtype) else model).eval()

    module.PreTrainedModel.from_pretrained = _or_unknown(from_pretrained)


def _auto_model(module: Any) -> None:
    def from_pretrained(cls: Any, name: Any = None, *args: Any, **kwargs: Any) -> Any:
        config, rest = kwargs.pop("config", None), kwargs
        if config is None or isinstance(config, str):
            config, rest = module.AutoConfig.from_pretrained(config or name, return_unused_kwargs=True, **kwargs)
        return module._get_model_class(config, cls._model_mapping).from_pretrained(name, *args, config=config, **rest)

    module._BaseAutoModelClass.from_pretrained = _or_unknown(from_pretrained)


def _tokenizers(*names: str) -> Callable[[Any], None]:
    def change(module: Any) -> None:
        for cls in (vars(module)[name] for name in names if name in vars(module)):
            plain = cls.from_pretrained.__func__

            def from_pretrained(cls: Any, name: Any = None, *args: Any, plain: Any = plain, **kwargs: Any) -> Any:
                local = isinstance(name, str) and os.path.isdir(name)
                return plain(cls, name, *args, **kwargs) if local else hugging.Tokenizer(name)

            cls.from_pretrained = classmethod(from_pretrained)

    return change


AFTER: dict[str, Callable[[Any], None]] = {
    "safetensors.torch": _safetensors,
    "timm.models._builder": _timm,
    "transformers.configuration_utils": _configuration,
    "transformers.modeling_utils": _model,
    "transformers.models.auto.auto_factory": _auto_model,
    "transformers.models.auto.tokenization_auto": _tokenizers("AutoTokenizer"),
    "transformers.tokenization_utils_base": _tokenizers("PreTrainedTokenizerBase"),
}
"""Modules of installed packages that are changed as they are imported."""
