"""The panel of a model in a real VS Code: the graph, the way to the code and back, and an edit that it follows."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.layer("vscode")


def page_of(window: Any) -> Any:
    """The page in the panel: a frame in a frame."""
    return window.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame")


def test_the_model_of_a_program(open_window, example, shots):
    window = open_window("channels.py", example("channels.py"))
    window.squiggle()
    window.page.locator(".view-line").filter(has_text="self.conv2 = ").first.click()
    window.run_command("Shapewright: Show Model")
    page = page_of(window)
    conv = page.get_by_role("button", name=re.compile(r"^conv1, Conv2d, gives f32\[1, 16, 28, 28\], 448 parameters"))
    conv.first.wait_for()
    assert page.locator("h1").inner_text() == "DigitNet"
    wrong = page.locator(".edge.wrong text")
    assert wrong.all_text_contents() == ["f32[1, 1, 28, 28]"]
    assert "wrong" in str(conv.first.get_attribute("class"))
    window.page.locator(".tab").filter(has_text="Model: DigitNet").first.wait_for()
    page.locator(".node.here").filter(has_text="conv2").first.wait_for()  # the line that the cursor is in
    window.page.screenshot(path=shots / "model.png")

    # A click leads to the code, and the cursor there marks the layer.
    page.get_by_role("button", name=re.compile("^fc, Linear")).first.click()
    window.page.locator(".statusbar-item").filter(has_text=re.compile(r"Ln 16, Col 16 \(7 selected\)")).first.wait_for()
    page.locator(".node.here").filter(has_text="fc").first.wait_for()

    # An edit is followed: with one channel the first call passes.
    window.find("nn.Conv2d(3, 16")
    window.page.keyboard.type("nn.Conv2d(3, 24")
    page.locator(".edge text").filter(has_text="f32[1, 24, 28, 28]").first.wait_for()
    window.page.screenshot(path=shots / "model-edited.png")


def test_the_model_by_keyboard(open_window, example, shots):
    window = open_window("unet.py", example("unet.py"))
    window.wait_for_status("Shapewright")
    window.run_command("Shapewright: Show Model")
    page = page_of(window)
    first = page.get_by_role("button", name=re.compile(r"^x, input"))
    first.wait_for()
    first.focus()
    window.page.keyboard.press("ArrowDown")
    group = page.locator(".node:focus")
    assert "closed group" in str(group.get_attribute("aria-label"))
    before = page.locator(".node").count()
    window.page.keyboard.press("Space")
    page.get_by_role("button", name=re.compile(r"^down\.0\.0, Conv2d")).first.wait_for()
    assert page.locator(".node").count() > before
    window.page.keyboard.press("-")
    page.get_by_role("button", name=re.compile(r"^down\.0, Sequential.*closed group")).first.wait_for()
    assert page.locator(".node").count() == before
    window.page.screenshot(path=shots / "model-unet.png")
