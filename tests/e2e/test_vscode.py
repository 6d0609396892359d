"""The three classic programs in a real VS Code: what a person sees, from the wavy line to the saved repair."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.layer("vscode")


def test_dtypes(open_window, example, shots):
    window = open_window("dtypes.py", example("dtypes.py"))
    box = window.squiggle_box()
    assert window.text_under(box) == "model(readings)"
    window.wait_for_line("readings: f64[4, 10]")
    hover = window.hover(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2, "f64[4, 10]")
    assert "float64" in hover or "f64" in hover
    window.page.screenshot(path=shots / "dtypes-hover.png")
    window.click_in(box)
    window.light_bulb().wait_for()
    rows = window.quick_fixes()
    window.page.screenshot(path=shots / "dtypes-fixes.png")
    rows.filter(has_text=".float()").first.click()
    window.wait_for_line("model(readings.float())")
    window.wait_without_squiggle()
    window.save("forecast = model(readings.float())")
