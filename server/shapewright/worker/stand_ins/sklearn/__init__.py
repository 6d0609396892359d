"""scikit-learn around a PyTorch program: splits, scalers, encoders, metrics, with the sizes and dtypes of the real
ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch

from shapewright.worker.stand_ins import kit, unread
from shapewright.worker.stand_ins.kit import Unknown, is_unknown, real, soft, sure
from shapewright.worker.stand_ins.pandas.frame import DataFrame
from shapewright.worker.stand_ins.pandas.series import Series
from shapewright.worker.stand_ins.sklearn import data, text
from shapewright.worker.stand_ins.sklearn.sparse import Sparse
from shapewright.worker.unknown import SoftInt


def rows(value: Any) -> Any:
    """The number of samples; Unknown where nobody knows it."""
    if is_unknown(value) or value is None:
        return Unknown("rows")
    count = int(value.shape[0]) if hasattr(value, "shape") and value.shape else len(value)
    return Unknown("rows") if soft(count) else count


def taken(value: Any, start: int, stop: int) -> Any:
    """Some samples, as the kind of thing they came in."""
    if isinstance(value, DataFrame):
        return value.iloc[start:stop]
    if isinstance(value, Series):
        return value.iloc[start:stop]
    if isinstance(value, Sparse):
        return value.part(start, stop)
    if isinstance(value, (torch.Tensor, list, tuple, str)) or type(value).__name__ == "ndarray":
        return list(value[start:stop]) if isinstance(value, tuple) else value[start:stop]
    return Unknown("samples")


def _part(size: Any, count: int, whole: Callable[[float], int]) -> Any:
    """A share as a number of samples; a number is itself."""
    return whole(size * count) if isinstance(size, float) else size


def split_sizes(count: int, test_size: Any, train_size: Any) -> tuple[int, int]:
    """Training and test samples, as scikit-learn computes them."""
    if test_size is None and train_size is None:
        test_size = 0.25
    test, train = _part(test_size, count, math.ceil), _part(train_size, count, math.floor)
    test = count - train if test is None else test
    train = count - test if train is None else train
    if train == 0:
        raise real(ValueError(
            f"With n_samples={count}, test_size={test_size} and train_size={train_size}, the resulting train "
            f"set will be empty. "
            "Adjust any of the aforementioned parameters."
        ))  # fmt: skip
    return train, test


def train_test_split(*arrays: Any, test_size: Any = None, train_size: Any = None, **kwargs: Any) -> list[Any]:
    """Parts in order: which sample goes where does not matter here."""
    counts = [rows(array) for array in arrays]
    unsure = (
        is_unknown(test_size)
        or is_unknown(train_size)
        or type(test_size) is SoftInt
        or any(is_unknown(c) for c in counts)
    )
    if unsure or len(set(counts)) != 1:
        return [
            part
            for array in arrays
            for part in (
                (array, array)
                if isinstance(array, torch.Tensor) and soft(*array.shape[:1])
                else array.parts()
                if isinstance(array, Sparse)
                else unread.parts(array)
            )
        ]
    train, test = split_sizes(counts[0], test_size, train_size)
    return [part for array in arrays for part in (taken(array, 0, train), taken(array, train, train + test))]


class KFold:
    """Folds in order, with scikit-learn's sizes."""

    def __init__(self, n_splits: Any = 5, *args: Any, **kwargs: Any) -> None:
        self.n_splits = n_splits

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[Any, Any]]:
        """Indices to train on and to test on."""
        np, count = kit.numpy(), rows(X)
        if np is None or is_unknown(count) or is_unknown(self.n_splits):
            yield Unknown("train"), Unknown("test")
            return
        indices = np.arange(count)
        start = 0
        for fold in range(self.n_splits):
            size = count // self.n_splits + (1 if fold < count % self.n_splits else 0)
            test = (indices >= start) & (indices < start + size)
            yield indices[~test], indices[test]
            start += size

    def get_n_splits(self, *args: Any) -> Any:
        """How many."""
        return self.n_splits


_RESHAPE = (
    "Reshape your data either using array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if "
    "it contains a single sample."
)


def array_2d(value: Any) -> Any:
    """A 2-D array of floats, as scikit-learn's checks make it; Unknown where that cannot be told."""
    np = kit.numpy()
    if isinstance(value, Sparse):
        return Unknown("array")
    if np is None or is_unknown(value):
        if (facts := unread.facts_of(value)) is not None and len(facts) == 1 and not isinstance(facts, unread.Cell):
            raise sure(ValueError(f"Expected 2D array, got 1D array instead:\narray=[...].\n{_RESHAPE}"))
        return Unknown("array") if facts is None else facts.unknown()
    array = np.asarray(value)
    if is_unknown(array) or array.dtype == object or array.dtype.kind not in "fiub":
        return Unknown("array")
    if array.ndim != 2:
        if array.ndim == 1:
            raise real(ValueError(f"Expected 2D array, got 1D array instead:\narray={array[:8]}.\n{_RESHAPE}"))
        if array.ndim > 2:
            raise real(ValueError(f"Found array with dim {array.ndim}, while dim <= 2 is required."))
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


class Scaler:
    """Same shape; float32 stays float32, everything else becomes float64."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._width: Any = None

    def fit(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        """Learn the width."""
        array = array_2d(X)
        self._width = array if is_unknown(array) else array.shape[1]
        return self

    partial_fit = fit

    def transform(self, X: Any, *args: Any, **kwargs: Any) -> Any:
        """Values of the same shape."""
        array = array_2d(X)
        if is_unknown(array):
            return unread.floats(array)
        if isinstance(self._width, int) and array.shape[1] != self._width:
            raise real(
                ValueError(
                    f"X has {array.shape[1]} features, but {type(self).__name__} is expecting {self._width} "
                    f"features as input."
                )
            )
        center = array.mean(axis=0, keepdims=True) if array.size else 0
        spread = array.std(axis=0, keepdims=True) if array.size else 1
        spread = kit.numpy().where(spread == 0, 1, spread)
        return ((array - center) / spread).astype(array.dtype)

    inverse_transform = transform

    def fit_transform(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        """Both."""
        return self.fit(X).transform(X)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        width = self.__dict__.get("_width")
        if name in ("mean_", "scale_", "var_", "min_", "data_min_", "data_max_", "center_") and isinstance(width, int):
            return kit.numpy().ones(width)
        return Unknown(name)


class LabelEncoder:
    """Classes as int64 numbers in sorted order."""

    classes_: Any = Unknown("classes_")

    def fit(self, y: Any) -> LabelEncoder:
        """Learn the classes."""
        np = kit.numpy()
        if np is None or is_unknown(y):
            return self
        array = np.asarray(y)
        if not is_unknown(array):
            self.classes_ = np.array(sorted(set(array.ravel().tolist()), key=lambda v: (str(type(v)), v)))
        return self

    def transform(self, y: Any) -> Any:
        """Numbers."""
        np = kit.numpy()
        if np is None or is_unknown(y) or is_unknown(self.classes_):
            return unread.Array((None,), "int64").unknown()
        numbers = {value: number for number, value in enumerate(self.classes_.tolist())}
        found = [numbers.get(value) for value in np.asarray(y).ravel().tolist()]
        return Unknown("labels") if None in found else np.array(found, dtype=np.int64)

    def fit_transform(self, y: Any) -> Any:
        """Both."""
        return self.fit(y).transform(y)

    def inverse_transform(self, y: Any) -> Any:
        """Classes."""
        return Unknown("classes")


class OneHotEncoder:
    """A float64 column for each value of each column."""

    def __init__(
        self, *args: Any, sparse_output: Any = True, sparse: Any = True, drop: Any = None, **kwargs: Any
    ) -> None:
        self.dense, self.drop, self.categories_ = (
            sparse_output is False or sparse is False,
            drop,
            Unknown("categories_"),
        )

    def fit(self, X: Any, y: Any = None) -> OneHotEncoder:
        """Learn the values."""
        np = kit.numpy()
        if np is None or is_unknown(X):
            return self
        array = np.asarray(X.values if isinstance(X, (DataFrame, Series)) else X)
        if not is_unknown(array):
            if array.ndim == 1:
                raise real(ValueError(f"Expected 2D array, got 1D array instead:\narray={array[:8]}."))
            self.categories_ = [
                np.array(sorted(set(array[:, i].tolist()), key=str), dtype=array.dtype) for i in range(array.shape[1])
            ]
        return self

    def transform(self, X: Any) -> Any:
        """Zeros and ones."""
        np = kit.numpy()
        if np is None or is_unknown(X) or is_unknown(self.categories_) or self.drop is not None:
            made = unread.Array((None, None), "float64").unknown()
            return made if self.dense else Sparse(made)
        array = np.asarray(X.values if isinstance(X, (DataFrame, Series)) else X)
        made = np.concatenate(
            [(array[:, i : i + 1] == values[None, :]) for i, values in enumerate(self.categories_)], axis=1
        ).astype(np.float64)
        return made if self.dense else Sparse(made)

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        """Both."""
        return self.fit(X).transform(X)


class Reducer:
    """PCA and the like: (samples, components)."""

    dtype = None

    def __init__(self, n_components: Any = None, *args: Any, **kwargs: Any) -> None:
        self.n_components = n_components

    def fit(self, X: Any, y: Any = None) -> Reducer:
        """Nothing to learn."""
        array_2d(X)
        return self

    def transform(self, X: Any) -> Any:
        """Made-up values of the right size."""
        array, width = array_2d(X), self.n_components
        if is_unknown(array) and isinstance(width, int) and not isinstance(width, bool):
            return unread.floats(array, width)
        if is_unknown(array) or not isinstance(width, int) or isinstance(width, bool):
            return Unknown("array")
        return data.features(len(array), width, str(self.dtype or array.dtype))

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        """Both."""
        return self.transform(X)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)


class TSNE(Reducer):
    """Two components of float32."""

    dtype = "float32"

    def __init__(self, n_components: Any = 2, *args: Any, **kwargs: Any) -> None:
        super().__init__(n_components)


def _metric(*args: Any, **kwargs: Any) -> Any:
    """Takes arrays; a tensor that NumPy cannot have is refused."""
    np = kit.numpy()
    for value in args[:2]:
        for item in value[:16] if isinstance(value, (list, tuple)) else (value,):
            if isinstance(item, torch.Tensor) and np is not None:
                np.asarray(item)
    plain = (
        kwargs.get("average", "binary") is not None
        and kwargs.get("multioutput", "uniform_average") == "uniform_average"
    )
    return 0.5 if plain else Unknown("scores")


def _shuffle(*arrays: Any, **kwargs: Any) -> Any:
    return arrays[0] if len(arrays) == 1 else list(arrays)


def _class_weight(class_weight: Any = None, *, classes: Any = None, y: Any = None, **kwargs: Any) -> Any:
    count = rows(classes)
    return Unknown("weights") if is_unknown(count) or kit.numpy() is None else kit.numpy().ones(count)


_METRICS = (
    "accuracy_score balanced_accuracy_score precision_score recall_score f1_score fbeta_score roc_auc_score "
    "average_precision_score log_loss jaccard_score "
    "mean_squared_error mean_absolute_error r2_score root_mean_squared_error mean_absolute_percentage_error "
    "cohen_kappa_score matthews_corrcoef hamming_loss "
    "explained_variance_score top_k_accuracy_score silhouette_score"
)


def _scalers() -> kit.Names:
    classes = {
        name: type(name, (Scaler,), {"__doc__": Scaler.__doc__, "__module__": "sklearn.preprocessing"})
        for name in (
            "StandardScaler",
            "MinMaxScaler",
            "RobustScaler",
            "MaxAbsScaler",
            "Normalizer",
            "QuantileTransformer",
            "PowerTransformer",
        )
    }
    return {
        **classes,
        "LabelEncoder": LabelEncoder,
        "OneHotEncoder": OneHotEncoder,
        "MultiLabelBinarizer": text.MultiLabelBinarizer,
    }


def _selection() -> kit.Names:
    return {"train_test_split": train_test_split, "KFold": KFold, "StratifiedKFold": KFold}


MODULES: kit.Modules = {
    "sklearn": lambda: {"__version__": "1.5.0"},
    "sklearn.datasets": data.names,
    "sklearn.model_selection": _selection,
    "sklearn.preprocessing": _scalers,
    "sklearn.feature_extraction.text": text.names,
    "sklearn.metrics": lambda: {
        **dict.fromkeys(_METRICS.split(), _metric),
        "classification_report": lambda *a, **k: "" if not k.get("output_dict") else Unknown("report"),
    },
    "sklearn.decomposition": lambda: {"PCA": Reducer, "TruncatedSVD": Reducer, "NMF": Reducer, "FastICA": Reducer},
    "sklearn.manifold": lambda: {"TSNE": TSNE},
    "sklearn.utils": lambda: {"shuffle": _shuffle},
    "sklearn.utils.class_weight": lambda: {"compute_class_weight": _class_weight},
}
