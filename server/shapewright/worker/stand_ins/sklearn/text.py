"""sklearn.feature_extraction.text and the binarizers of labels: one row for each text or sample."""

from __future__ import annotations

import re
from typing import Any

from shapewright.worker.stand_ins import kit, unread
from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.sklearn.sparse import Sparse
from shapewright.worker.unsized import is_unsized

_WORD = re.compile(r"(?u)\b\w\w+\b")
_HARMLESS = frozenset(("max_features", "lowercase", "binary", "norm", "use_idf", "smooth_idf", "sublinear_tf", "dtype"))
"""Options that leave the words as they are found."""


def _texts(value: Any) -> list[str] | None:
    """Texts that are all known."""
    known = isinstance(value, (list, tuple)) and bool(value) and not is_unsized(value)
    return list(value) if known and all(isinstance(text, str) for text in value) else None


def _rows(value: Any) -> int | None:
    if is_unknown(value):
        facts = unread.facts_of(value)
        return facts.shape[0] if facts is not None and facts.shape else None
    if is_unsized(value) or not hasattr(value, "__len__"):
        return None
    return len(value)


class Vectorizer:
    """Texts to a sparse matrix: as wide as there are words, which the texts say."""

    dtype = "float64"

    def __init__(self, **options: Any) -> None:
        self.options, self._words = options, None

    def fit(self, raw_documents: Any, y: Any = None) -> Any:
        """Learn the words."""
        texts, limit = _texts(raw_documents), self.options.get("max_features")
        if texts is None or not self.options.keys() <= _HARMLESS or not (limit is None or type(limit) is int):
            self._words = None
            return self
        lower = self.options.get("lowercase", True)
        words = {word for text in texts for word in _WORD.findall(text.lower() if lower else text)}
        self._words = sorted(words) if limit is None or len(words) <= limit else list(range(limit))
        return self

    def transform(self, raw_documents: Any) -> Any:
        """Counts or weights."""
        dtype = self.options.get("dtype")
        facts = unread.Array((_rows(raw_documents), None if self._words is None else len(self._words)), self.dtype)
        if None in facts.shape or dtype is not None:
            made = facts.unknown()
            return Sparse(made if dtype is None else made.astype(dtype))
        return Sparse(kit.numpy().zeros(facts.shape, self.dtype))

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """Both."""
        return self.fit(raw_documents).transform(raw_documents)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Unknown(name)


class CountVectorizer(Vectorizer):
    """Whole numbers."""

    dtype = "int64"


class MultiLabelBinarizer:
    """A column of 0 and 1, int64, for each class."""

    def __init__(self, *, classes: Any = None, sparse_output: Any = False) -> None:
        self.classes, self.sparse = classes, sparse_output
        self.classes_: Any = Unknown("classes_")

    def fit(self, y: Any) -> Any:
        """Learn the classes."""
        np, found = kit.numpy(), self._classes(y)
        if np is not None and found is not None:
            self.classes_ = np.array(found)
        return self

    def _classes(self, y: Any) -> list[Any] | None:
        if isinstance(self.classes, (list, tuple)):
            return list(self.classes)
        plain = isinstance(y, (list, tuple)) and not is_unsized(y) and not is_unknown(self.classes)
        if not plain or not all(isinstance(v, (list, tuple, set)) and not is_unsized(v) for v in y):
            return None
        values = {label for labels in y for label in labels}
        return sorted(values, key=str) if all(type(v) in (str, int) for v in values) else None

    def transform(self, y: Any) -> Any:
        """Zeros and ones."""
        width = None if is_unknown(self.classes_) else len(self.classes_)
        shape = (_rows(y), width)
        known = None not in shape and kit.numpy() is not None
        made = kit.numpy().zeros(shape, "int64") if known else unread.Array(shape, "int64").unknown()
        return Sparse(made) if self.sparse is True else Unknown("labels") if is_unknown(self.sparse) else made

    def fit_transform(self, y: Any) -> Any:
        """Both."""
        return self.fit(y).transform(y)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Unknown(name)


def names() -> kit.Names:
    """The vectorizers."""
    return {"TfidfVectorizer": Vectorizer, "CountVectorizer": CountVectorizer}
