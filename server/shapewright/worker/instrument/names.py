"""Names that the instrumented code uses. Dunder at both ends: a class mangles names that are so only in front."""

from __future__ import annotations

VALUE, ERROR, ITERATE, WHILE = "__sw_v__", "__sw_err__", "__sw_iter__", "__sw_while__"
TEST, UNPACK, CATCH, CAUGHT = "__sw_test__", "__sw_unpack__", "__sw_Exc__", "__sw_caught__"
HEADER, TYPE = "__sw_t__", "__sw_type__"
NOT, WITHIN, FILLED = "__sw_not__", "__sw_within__", "__sw_filled__"
ATTRIBUTE, ITEMS = "__sw_attribute__", "__sw_items__"

BOTH, ALWAYS, NEVER, ELSE_FIRST = range(4)
"""Sides that a branch takes whose test nobody can know: both in turn, one only, or both beginning with the else."""
