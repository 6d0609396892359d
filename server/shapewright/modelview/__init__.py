"""Graphs of models for people: a table for terminals, a page for browsers and for the editor's panel. Pure."""

from __future__ import annotations

from shapewright.modelview.choose import choose, names
from shapewright.modelview.data import Place, data
from shapewright.modelview.page import page
from shapewright.modelview.table import table

__all__ = ["Place", "choose", "data", "names", "page", "table"]
