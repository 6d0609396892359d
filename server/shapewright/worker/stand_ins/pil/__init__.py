"""PIL without pixels."""

from __future__ import annotations

from shapewright.worker.stand_ins.pil.modules import MODULES
from shapewright.worker.stand_ins.pil.picture import (
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

__all__ = ["BANDS", "DTYPES", "MODULES", "Image", "ImageMethods", "borders", "expanded", "grown", "is_picture", "new"]
