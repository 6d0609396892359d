"""sklearn.datasets: true sizes, dtypes and numbers of classes; the values are made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown
from shapewright.worker.stand_ins.pandas.frame import DataFrame
from shapewright.worker.stand_ins.pandas.series import Series


class Bunch(dict[str, Any]):
    """A dictionary with attributes."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name, Unknown(name))


def features(count: int, width: int, dtype: str = "float64") -> Any:
    """Numbers that look like data."""
    np = kit.numpy()
    return np.random.RandomState(0).randn(count, width).astype(dtype)


def labels(count: int, classes: int) -> Any:
    """Classes in turn, int64."""
    return kit.numpy().arange(count) % classes


_TOYS: dict[str, tuple[int, int, int]] = {
    "load_iris": (150, 4, 3), "load_digits": (1797, 64, 10), "load_breast_cancer": (569, 30, 2), "load_wine": (178,
    13, 3), "load_diabetes": (442, 10, 0),
    "fetch_california_housing": (20640, 8, 0), "load_linnerud": (20, 3, 0), "load_boston": (506, 13, 0),
}  # fmt: skip


def _loader(name: str, count: int, width: int, classes: int) -> Callable[..., Any]:
    def load(*args: Any, return_X_y: Any = False, as_frame: Any = False, n_class: Any = 10, **kwargs: Any) -> Any:
        if (
            kit.numpy() is None
            or is_unknown(return_X_y)
            or is_unknown(as_frame)
            or (name == "load_digits" and n_class != 10)
        ):
            return Unknown(name)
        x: Any = features(count, width)
        y: Any = labels(count, classes) if classes else features(count, 3 if name == "load_linnerud" else 1)
        y = y[:, 0] if not classes and name != "load_linnerud" else y
        names = [f"feature {i}" for i in range(width)]
        bunch = Bunch(
            feature_names=names, target_names=kit.numpy().array([f"class {i}" for i in range(classes)]), DESCR=""
        )
        if name == "load_digits":
            bunch["images"] = x.reshape(-1, 8, 8)
        if as_frame:
            x, y = DataFrame(x, columns=names), Series(y, name="target")
            bunch["frame"] = DataFrame.of({**x.arrays, "target": y.values})
        bunch["data"], bunch["target"] = x, y
        return (x, y) if return_X_y else bunch

    load.__name__ = name
    return load


def _known(*values: Any) -> bool:
    return kit.numpy() is not None and not any(kit.soft(v) if isinstance(v, int) else is_unknown(v) for v in values)


def make_classification(
    n_samples: Any = 100, n_features: Any = 20, *args: Any, n_classes: Any = 2, **kwargs: Any
) -> Any:
    """(samples, features) float64 and int64."""
    return (
        (features(n_samples, n_features), labels(n_samples, n_classes))
        if _known(n_samples, n_features, n_classes)
        else Unknown("data")
    )


def make_regression(
    n_samples: Any = 100, n_features: Any = 100, *args: Any, n_targets: Any = 1, coef: Any = False, **kwargs: Any
) -> Any:
    """(samples, features) and (samples,) or (samples, targets), float64."""
    if not _known(n_samples, n_features, n_targets, coef):
        return Unknown("data")
    y = features(n_samples, n_targets)
    found = features(n_samples, n_features), y[:, 0] if n_targets == 1 else y
    return (
        (*found, features(n_features, 1)[:, 0] if n_targets == 1 else features(n_features, n_targets))
        if coef
        else found
    )


def _two_classes(n_samples: Any = 100, *args: Any, **kwargs: Any) -> Any:
    total = sum(n_samples) if isinstance(n_samples, tuple) else n_samples
    return (features(total, 2), labels(total, 2)) if _known(total) else Unknown("data")


def make_blobs(n_samples: Any = 100, n_features: Any = 2, *args: Any, centers: Any = None, **kwargs: Any) -> Any:
    """(samples, features) float64 and the centre of each, int64."""
    centers = args[0] if args else centers
    if not _known(n_samples, n_features) or is_unknown(centers):
        return Unknown("data")
    total = n_samples if isinstance(n_samples, int) else sum(n_samples)
    groups = (
        centers
        if isinstance(centers, int)
        else len(n_samples)
        if not isinstance(n_samples, int)
        else 3
        if centers is None
        else len(centers)
    )
    width = len(centers[0]) if centers is not None and not isinstance(centers, int) else n_features
    found = features(total, width), labels(total, groups)
    return (*found, features(groups, width)) if kwargs.get("return_centers") else found


def make_swiss_roll(n_samples: Any = 100, *args: Any, **kwargs: Any) -> Any:
    """Points in space and their place on the roll."""
    return (features(n_samples, 3), features(n_samples, 1)[:, 0]) if _known(n_samples) else Unknown("data")


def fetch_olivetti_faces(*args: Any, **kwargs: Any) -> Any:
    """400 faces of 40 people, float32."""
    if kit.numpy() is None:
        return Unknown("faces")
    x = features(400, 4096, "float32")
    y = labels(400, 40)
    return (x, y) if kwargs.get("return_X_y") else Bunch(data=x, images=x.reshape(400, 64, 64), target=y, DESCR="")


def names() -> dict[str, Any]:
    """What `sklearn.datasets` holds."""
    made = {name: _loader(name, *sizes) for name, sizes in _TOYS.items()}
    return {
        **made, "make_classification": make_classification, "make_regression": make_regression,
        "make_moons": _two_classes, "make_circles": _two_classes,
        "make_blobs": make_blobs, "make_swiss_roll": make_swiss_roll, "make_s_curve": make_swiss_roll,
        "fetch_olivetti_faces": fetch_olivetti_faces,
    }  # fmt: skip
