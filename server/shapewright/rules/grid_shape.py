"""`grid-shape`: a grid that does not fit the image it samples."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """One pair of coordinates for each pixel of the result, and one grid for each image."""
    image, grid = facts.tensor(failure, "input"), facts.tensor(failure, "grid")
    if facts.op(failure) != "grid_sample" or image is None or grid is None or not image.shape or not grid.shape:
        return None
    axes = len(image.shape) - 2
    wanted = {2: "[N, H, W, 2]", 3: "[N, D, H, W, 3]"}.get(axes)
    if wanted is None:
        return Told(f"grid_sample wants images [N, C, H, W] but gets {tensor(image)}")
    wrong = (
        len(grid.shape) != axes + 2 or facts.differ(grid.shape[-1], axes) or facts.differ(grid.shape[0], image.shape[0])
    )
    if not wrong:
        return None
    message = f"grid_sample wants a grid {wanted} for {tensor(image)} but it is {tensor(grid)}"
    return Told(message, places.rank_from(facts.operand(failure, "grid")))


RULE = Rule("grid-shape", "A grid does not fit the image it samples.", check)
