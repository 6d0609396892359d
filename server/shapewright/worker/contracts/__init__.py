"""What each module of a file takes and gives, found by running it on other sizes once the first report is out."""

from __future__ import annotations

from shapewright.worker.contracts.collect import Collector
from shapewright.worker.contracts.make import make_all

__all__ = ["Collector", "make_all"]
