"""Data whose file is not there: nobody knows the values, yet how many dimensions a column, a table or an array has
does not depend on them.

Such a value is Unknown like any other, and carries `Facts`. What is done with it either gives new facts or, where
nothing can be said for certain, a plain Unknown.
"""

from __future__ import annotations

from shapewright.worker.stand_ins.unread.arrays import Array, facts_of, floats, of_tensor, parts
from shapewright.worker.stand_ins.unread.facts import NUMBER, Facts
from shapewright.worker.stand_ins.unread.tables import Cell, Column, Table, beside, dummies, read, table
from shapewright.worker.stand_ins.unread.tensors import called, collated, tensor_of

__all__ = [
    "NUMBER",
    "Array",
    "Cell",
    "Column",
    "Facts",
    "Table",
    "beside",
    "called",
    "collated",
    "dummies",
    "facts_of",
    "floats",
    "of_tensor",
    "parts",
    "read",
    "table",
    "tensor_of",
]
