"""Targets: classes and functions that the script did not reach, run on inputs of their own."""

from __future__ import annotations

from shapewright.worker.targets.callee import classes
from shapewright.worker.targets.runs import run_all

__all__ = ["classes", "run_all"]
