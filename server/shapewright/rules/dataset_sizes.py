"""`dataset-sizes`: tensors of a data set, or parts of it, that do not add up."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules import _said as said
from shapewright.rules._text import listing, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """`TensorDataset` wants one length, `random_split` parts that make up the whole."""
    given = [fact for _, fact in facts.tensors(failure)]
    if failure.op == "python.AssertionError" and said.says(failure, "Size mismatch between tensors"):
        lengths = listing([tensor(fact) for fact in given]) if given else "them"
        return Told(
            f"TensorDataset wants tensors of one length (dimension 0) but gets {lengths}", places.births(failure)
        )
    if said.says(failure, "Sum of input lengths does not equal the length of the input dataset"):
        return Told("random_split wants lengths that add up to that of the data set")
    return None


RULE = Rule("dataset-sizes", "The tensors of a data set differ in length, or its parts do not add up.", check)
