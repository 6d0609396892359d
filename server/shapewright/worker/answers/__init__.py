"""Calls that a fake tensor cannot answer: values, data-dependent shapes, devices, serialization."""

from shapewright.worker.answers import assignment, autograd, copies, indexing, moves, recurrent, values
from shapewright.worker.answers.autograd import fails_backward, raises_with_autograd
from shapewright.worker.answers.guesses import guess, in_graph, is_data_dependent, to_fake
from shapewright.worker.answers.table import PASS, TABLE, placeholder

__all__ = [
    "PASS",
    "TABLE",
    "assignment",
    "autograd",
    "copies",
    "fails_backward",
    "guess",
    "in_graph",
    "indexing",
    "is_data_dependent",
    "moves",
    "placeholder",
    "raises_with_autograd",
    "recurrent",
    "to_fake",
    "values",
]
