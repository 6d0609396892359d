"""transformers: tokenizers give int64 tensors, and encoders whose sizes are common knowledge give what they would give.

Models are shells: an embedding that takes what the real one takes, and outputs of the right shape. All else is Unknown.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit, unread
from shapewright.worker.stand_ins.kit import MAGIC, Unknown, is_unknown, sure

_SIZES: dict[str, tuple[int, int, int, int]] = {
    "bert-base-uncased": (768, 12, 12, 30522), "bert-base-cased": (768, 12, 12, 28996),
    "bert-base-multilingual-cased": (768, 12, 12, 119547),
    "bert-base-chinese": (768, 12, 12, 21128), "bert-large-uncased": (1024, 24, 16, 30522), "bert-large-cased": (1024,
    24, 16, 28996),
    "distilbert-base-uncased": (768, 6, 12, 30522), "distilbert-base-cased": (768, 6, 12, 28996),
    "roberta-base": (768, 12, 12, 50265),
    "roberta-large": (1024, 24, 16, 50265), "distilroberta-base": (768, 6, 12, 50265), "gpt2": (768, 12, 12, 50257),
    "gpt2-medium": (1024, 24, 16, 50257),
    "gpt2-large": (1280, 36, 20, 50257), "distilgpt2": (768, 6, 12, 50257), "xlm-roberta-base": (768, 12, 12, 250002),
    "albert-base-v2": (768, 12, 12, 30000), "microsoft/deberta-v3-base": (768, 12, 12, 128100),
}  # fmt: skip
"""Hidden size, layers, heads and vocabulary of checkpoints that everybody uses."""
_POOLED = ("bert-", "roberta-", "xlm-roberta", "albert-")


def sizes_of(name: Any) -> tuple[int, int, int, int] | None:
    """The sizes of a checkpoint, or None."""
    if not isinstance(name, str):
        return None
    owners = ("google-bert/", "FacebookAI/", "distilbert/", "openai-community/")
    short = next((name.removeprefix(owner) for owner in owners if name.startswith(owner)), name)
    return _SIZES.get(short)


class ModelOutput(OrderedDict[str, Any]):
    """Attributes, items by name or number; what is not there is Unknown."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name] if name in self else Unknown(name)

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(key) if isinstance(key, str) else tuple(self.values())[key]

    def to_tuple(self) -> tuple[Any, ...]:
        """The values."""
        return tuple(self.values())


class BatchEncoding(dict[str, Any]):
    """What a tokenizer gives."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __missing__(self, key: Any) -> Any:
        return Unknown(str(key))

    def to(self, device: Any) -> BatchEncoding:
        """All tensors on a device."""
        return BatchEncoding({k: v.to(device) if isinstance(v, torch.Tensor) else v for k, v in self.items()})


@dataclass(frozen=True)
class Tokens(unread.Array):
    """Lists of numbers, of lengths that the texts say."""

    def attribute(self, owner: Unknown, name: str) -> Any:
        """A list has no shape."""
        return NotImplemented

    def computed(self, other: Any) -> Any:
        """Lists are joined, not added."""
        return NotImplemented

    def compared(self, other: Any) -> Any:
        """A list is compared as a whole."""
        return NotImplemented


class Tokenizer:
    """Texts to numbers. Lengths are known where everything is padded and cut to `max_length`."""

    def __init__(self, name: Any = None, *args: Any, **kwargs: Any) -> None:
        self.name_or_path = name
        sizes = sizes_of(name)
        self.vocab_size: Any = sizes[3] if sizes else Unknown("vocab_size")
        self._types = isinstance(name, str) and name.startswith("bert-")

    @classmethod
    def from_pretrained(cls, name: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A tokenizer of any name."""
        return Tokenizer(name)

    def __len__(self) -> int:
        return self.vocab_size if isinstance(self.vocab_size, int) else MAGIC

    def __call__(self, text: Any = None, text_pair: Any = None, **kwargs: Any) -> Any:
        """One text or several, as lists or tensors."""
        padding, cut, length = kwargs.get("padding"), kwargs.get("truncation"), kwargs.get("max_length")
        padded = padding == "max_length" or kwargs.get("pad_to_max_length") is True
        steps = length if padded and cut and isinstance(length, int) else MAGIC
        single = isinstance(text, str) or is_unknown(text)
        if not isinstance(text, (str, list, tuple)) and not single:
            return Unknown("encoding")
        kinds = [
            "input_ids",
            *(["token_type_ids"] if self._types and kwargs.get("return_token_type_ids", True) else []),
            *(["attention_mask"] if kwargs.get("return_attention_mask", True) else []),
        ]
        if kwargs.get("return_tensors") != "pt":
            return BatchEncoding({kind: self._lists(single, text, steps, kind) for kind in kinds})
        one = isinstance(unread.facts_of(text), unread.Cell)
        count = 1 if one else MAGIC if is_unknown(text) else 1 if single else len(text)
        return BatchEncoding({kind: kit.tensor((count, steps), torch.int64) for kind in kinds})

    encode_plus = batch_encode_plus = __call__

    @staticmethod
    def _lists(single: bool, text: Any, steps: int, kind: str) -> Any:
        if steps == MAGIC:
            if is_unknown(text):
                return Unknown("input_ids")
            return Tokens((None,) if single else (len(text), None), "int64").unknown()
        row = [1 if kind == "attention_mask" else 0] * steps
        return row if single else [list(row) for _ in text]

    def encode(self, text: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The numbers alone."""
        made = self(text, *args, **kwargs)
        return made if is_unknown(made) else made["input_ids"]

    def decode(self, *args: Any, **kwargs: Any) -> str:
        """A text."""
        return "text"

    def batch_decode(self, sequences: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A text for each sequence."""
        return ["text"] * len(sequences) if isinstance(sequences, (list, tuple)) else Unknown("texts")

    def save_pretrained(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is written."""

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Unknown(name)


class Config:
    """Sizes under the names that code asks for."""

    def __init__(self, sizes: tuple[int, int, int, int], **kwargs: Any) -> None:
        self.hidden_size, self.num_hidden_layers, self.num_attention_heads, self.vocab_size = sizes
        self.n_embd = self.dim = self.d_model = self.hidden_size
        self.num_labels = 2
        vars(self).update(kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)


class Shell(nn.Module):
    """A pretrained model of known sizes: tokens in, hidden states or logits out."""

    def __init__(self, name: str, sizes: tuple[int, int, int, int], head: str, labels: Any) -> None:
        super().__init__()
        self.config = Config(sizes, **({"num_labels": labels} if head != "none" else {}))
        self.hidden, self.head, self.labels, self.width = sizes[0], head, labels, sizes[3]
        self.pooled = name.startswith(_POOLED) and head == "none"
        self.embedding = nn.Embedding(sizes[3], sizes[0])

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("_"):
                raise
            return Unknown(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, nn.Module) and name != "embedding":  # a head of the user's, which decides about the output
            self.__dict__["labels"] = self.__dict__["width"] = MAGIC
        super().__setattr__(name, value)

    def get_input_embeddings(self) -> nn.Embedding:
        """The token embedding."""
        return self.embedding

    def resize_token_embeddings(self, count: Any = None, *args: Any) -> nn.Embedding:
        """Another vocabulary."""
        self.embedding = nn.Embedding(kit.size_or_magic(count), self.hidden)
        return self.embedding

    def save_pretrained(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is written."""

    def forward(
        self,
        input_ids: Any = None,
        attention_mask: Any = None,
        *args: Any,
        labels: Any = None,
        inputs_embeds: Any = None,
        **kwargs: Any,
    ) -> Any:
        """The outputs by name."""
        source = inputs_embeds if inputs_embeds is not None else input_ids
        if isinstance(source, list) or isinstance(unread.facts_of(source), Tokens):
            raise sure(AttributeError("'list' object has no attribute 'size'", name="size", obj=[]))
        if not isinstance(source, torch.Tensor):
            return Unknown("outputs")
        states = source if inputs_embeds is not None else self.embedding(source)
        if states.dim() != 3:
            return Unknown("outputs")
        made = ModelOutput()
        if self.head == "none":
            made["last_hidden_state"] = states * 1
            if self.pooled:
                made["pooler_output"] = states[:, 0].tanh()
        else:
            width = self.width if self.head == "lm" else self.labels
            basis = states[:, 0] if self.head == "sequence" else states
            if labels is not None and not is_unknown(labels):
                made["loss"] = basis.mean()
            made["logits"] = basis[..., :1].expand(*basis.shape[:-1], kit.size_or_magic(width)) * 1
        if kwargs.get("output_hidden_states"):
            made["hidden_states"] = tuple(states * 1 for _ in range(self.config.num_hidden_layers + 1))
        return made.to_tuple() if kwargs.get("return_dict") is False else made


def _model(head: str) -> type:
    class Pretrained(nn.Module):
        """Made from a checkpoint's name."""

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            return Unknown("model")

        @classmethod
        def from_pretrained(cls, name: Any = None, *args: Any, **kwargs: Any) -> Any:
            """A shell where the sizes are known, else Unknown."""
            sizes = sizes_of(name)
            if sizes is None or kwargs.get("config") is not None or kwargs.get("return_dict") is False:
                return Unknown("model")
            shell = Shell(name, sizes, head, kwargs.get("num_labels", 2))
            return shell.eval()

        from_config = from_pretrained

    return Pretrained


def _schedule(optimizer: Any = None, *args: Any, **kwargs: Any) -> Any:
    if not isinstance(optimizer, torch.optim.Optimizer):
        return Unknown("scheduler")
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)


_TOKENIZERS = (
    "AutoTokenizer BertTokenizer BertTokenizerFast DistilBertTokenizer DistilBertTokenizerFast "
    "RobertaTokenizer RobertaTokenizerFast GPT2Tokenizer GPT2TokenizerFast AlbertTokenizer XLMRobertaTokenizer"
)
_ENCODERS = "AutoModel BertModel DistilBertModel RobertaModel GPT2Model AlbertModel XLMRobertaModel DebertaV2Model"
_SEQUENCE = (
    "AutoModelForSequenceClassification BertForSequenceClassification "
    "DistilBertForSequenceClassification RobertaForSequenceClassification"
)
_TOKEN = (
    "AutoModelForTokenClassification BertForTokenClassification DistilBertForTokenClassification "
    "RobertaForTokenClassification"
)
_LANGUAGE = (
    "AutoModelForCausalLM AutoModelForMaskedLM GPT2LMHeadModel BertForMaskedLM RobertaForMaskedLM DistilBertForMaskedLM"
)


def _names() -> kit.Names:
    classes: dict[str, Any] = {
        name: type(name, (Tokenizer,), {"__doc__": Tokenizer.__doc__}) for name in _TOKENIZERS.split()
    }
    for names, head in ((_ENCODERS, "none"), (_SEQUENCE, "sequence"), (_TOKEN, "token"), (_LANGUAGE, "lm")):
        classes.update({name: _model(head) for name in names.split()})
    schedules = (
        "get_linear_schedule_with_warmup",
        "get_cosine_schedule_with_warmup",
        "get_constant_schedule_with_warmup",
        "get_scheduler",
    )
    return {
        **classes,
        "AdamW": torch.optim.AdamW,
        **dict.fromkeys(schedules[:3], _schedule),
        "set_seed": lambda seed, *a: None,
    }


MODULES: kit.Modules = {
    "transformers": _names,
    "transformers.optimization": _names,
    "transformers.modeling_outputs": dict,
}
