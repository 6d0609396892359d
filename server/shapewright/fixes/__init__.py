"""Edits that may repair a finding. One kind of edit is one file; whoever offers them has to prove them first."""

from shapewright.fixes.propose import candidates

__all__ = ["candidates"]
