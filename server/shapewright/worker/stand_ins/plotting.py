"""matplotlib draws nothing, but takes its data as the real one does: a tensor that NumPy cannot have is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from shapewright.worker.info import is_soft
from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import Unknown, is_unknown, real

_DATA = frozenset(
    [
        "plot",
        "scatter",
        "bar",
        "barh",
        "hist",
        "contour",
        "contourf",
        "pcolormesh",
        "pcolor",
        "fill_between",
        "errorbar",
        "boxplot",
        "violinplot",
        "step",
        "stem",
        "semilogx",
        "semilogy",
        "loglog",
        "matshow",
        "hexbin",
        "plot_surface",
        "quiver",
        "stackplot",
        "imshow",
    ]
)
"""Methods whose arguments become arrays."""
_NAMED = frozenset(("x", "y", "X", "height", "c", "data", "Z", "z"))


def taken(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Take the data of a drawing call as matplotlib does."""
    np = kit.numpy()
    if np is None:
        return
    for value in (*args, *(v for k, v in kwargs.items() if k in _NAMED)):
        for item in value[:64] if isinstance(value, (list, tuple)) else (value,):
            if isinstance(item, torch.Tensor):
                np.asarray(item)
    if name in ("imshow", "matshow") and (args or "X" in kwargs):
        _picture(args[0] if args else kwargs["X"])


def _picture(value: Any) -> None:
    if isinstance(value, torch.Tensor):
        if is_soft(value):
            return
    elif type(value).__name__ != "ndarray":
        return
    shape = tuple(int(size) for size in value.shape)
    plain = len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4))
    if not plain:
        raise real(TypeError(f"Invalid shape {shape} for image data"))


def _call(name: str) -> Callable[..., Any]:
    def draw(*args: Any, **kwargs: Any) -> Any:
        taken(name, args, kwargs)
        return [Unknown(name)] if name == "plot" else Unknown(name)

    draw.__name__ = name
    return draw


class Axes:
    """Takes data, draws nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _call(name) if name in _DATA else Unknown(name)


class Figure:
    """Holds axes."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)

    def add_subplot(self, *args: Any, **kwargs: Any) -> Axes:
        """One more."""
        return Axes()

    add_axes = gca = add_subplot

    def subplots(self, nrows: Any = 1, ncols: Any = 1, squeeze: bool = True, **kwargs: Any) -> Any:
        """Axes in rows and columns."""
        return grid(nrows, ncols, squeeze)


def grid(nrows: Any, ncols: Any, squeeze: bool = True) -> Any:
    """An array of axes, as `plt.subplots` gives it."""
    np = kit.numpy()
    if np is None or kit.soft(nrows, ncols) or not isinstance(nrows, int) or not isinstance(ncols, int):
        return Unknown("axes")
    axes = np.empty((nrows, ncols), dtype=object)
    for row in range(nrows):
        for column in range(ncols):
            axes[row, column] = Axes()
    if not squeeze:
        return axes
    return axes[0, 0] if axes.size == 1 else axes.squeeze()


def _subplots(nrows: Any = 1, ncols: Any = 1, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    squeeze = kwargs.get("squeeze", True)
    return Figure(), grid(nrows, ncols, True if is_unknown(squeeze) else squeeze)


def _pyplot() -> kit.Names:
    return {
        **{name: _call(name) for name in _DATA},
        "subplots": _subplots,
        "figure": lambda *a, **k: Figure(),
        "gcf": lambda: Figure(),
        "gca": lambda *a, **k: Axes(),
        "subplot": lambda *a, **k: Axes(),
        "axes": lambda *a, **k: Axes(),
        "Figure": Figure,
        "Axes": Axes,
        **dict.fromkeys(
            ("show", "savefig", "close", "pause", "ion", "ioff", "draw", "tight_layout"), lambda *a, **k: None
        ),
    }


MODULES: dict[str, kit.Modules] = {
    "matplotlib": {
        "matplotlib": dict,
        "matplotlib.pyplot": _pyplot,
        "matplotlib.pylab": _pyplot,
        "matplotlib.figure": lambda: {"Figure": Figure},
    },
    **{name: {} for name in ("seaborn", "plotly", "mpl_toolkits", "pylab", "bokeh", "visdom")},
}
