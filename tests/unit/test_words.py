from __future__ import annotations

import pytest

from shapewright import wire

NAMES = {23: "B", 29: "T", 96: "H"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("expected input[23, 1, 28, 28] to have 3 channels", "expected input[B, 1, 28, 28] to have 3 channels"),
        ("mat1 and mat2 shapes cannot be multiplied (667x32 and 64x100)", None),
        (
            "shape '[23, -1, 29]' is invalid for input of size 230",
            "shape '[B, -1, T]' is invalid for input of size 230",
        ),
        ("the sizes are 23 and 29.", "the sizes are B and T."),
        ("float23, 2.23, 23.5, x23, a_29", None),
        ("weight of size [96, 3, 3, 3]", None),
    ],
)
def test_names_stand_for_free_sizes_only(text: str, said: str | None) -> None:
    expected = text.replace("667x32", "B*Tx32") if said is None else said
    assert wire.with_names(text, NAMES, {96}) == expected


def test_without_names_nothing_changes() -> None:
    assert wire.with_names("23 and 29", {}) == "23 and 29"
