"""PIL without pixels."""

from __future__ import annotations

from shapewright.worker.stand_ins.pil.modules import MODULES
from shapewright.worker.stand_ins.pil.picture import (
    ANY_MODE,
    BANDS,
    DTYPES,
    Image,
    ImageMethods,
    borders,
    expanded,
    grown,
    is_picture,
    new,
)  # fmt: skip

__all__ = [
    "ANY_MODE",
    "BANDS",
    "DTYPES",
    "MODULES",
    "Image",
    "ImageMethods",
    "borders",
    "expanded",
    "grown",
    "is_picture",
    "new",
]
