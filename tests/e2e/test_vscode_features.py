"""What people do with the code in front of them in a real VS Code: complete, point, click, copy, save."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.layer("vscode")

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.head = HEAD

    def forward(self, x):
        maps = self.conv(x)
        return self.head(maps.flatten(1))
"""
SCRIPT = "\n\nout = Net()(torch.randn(2, 3, 32, 32))\n"


def notification(window, text: str):
    return window.page.locator(".notification-list-item").filter(has_text=text).first


def test_the_number_that_fits_is_completed(open_window, shots):
    window = open_window("net.py", NET.replace("HEAD", "None") + SCRIPT)
    window.wait_for_line("maps: f32[2, 16, 30, 30]")
    window.page.locator(".view-line").filter(has_text="self.head = None").first.click()
    window.page.keyboard.press("End")
    for _ in "None":
        window.page.keyboard.press("Backspace")
    window.page.keyboard.type("nn.Linear(", delay=30)
    row = window.page.locator(".suggest-widget.visible .monaco-list-row").filter(has_text="14400").first
    row.wait_for()
    window.page.screenshot(path=shots / "completion.png")
    window.page.keyboard.press("Enter")
    window.page.keyboard.type(", 10")
    window.wait_for_line("self.head = nn.Linear(14400, 10)")
    window.wait_for_line("out: f32[2, 10]")
    window.wait_without_squiggle()


def test_a_click_on_a_lens_sets_the_example_input(open_window, shots):
    window = open_window("net.py", NET.replace("HEAD", "nn.Linear(14400, 10)"))
    lens = window.page.locator(".codelens-decoration a").filter(has_text="checked with x: f32[")
    lens.first.wait_for()
    window.page.screenshot(path=shots / "lens.png")
    lens.first.click()
    box = window.page.locator(".quick-input-widget input[type=text]").first
    box.wait_for()
    window.page.locator(".quick-input-title").filter(has_text="Example input of Net").wait_for()
    assert box.input_value().startswith("x: float32[")
    box.fill("y: float32[5, 3, 32, 32]")
    window.page.locator(".quick-input-widget").filter(has_text="no parameter 'y'").first.wait_for()
    box.fill("x: float32[5, 3, 32, 32]")
    window.page.keyboard.press("Enter")
    window.wait_for_line("    # shapewright: x: float32[5, 3, 32, 32]")
    window.page.locator(".codelens-decoration").filter(has_text="(its example input)").first.wait_for()
    window.wait_for_line("maps: f32[5, 16, 30, 30]")
    window.page.screenshot(path=shots / "lens-set.png")


def test_a_hint_shows_its_table_and_a_double_click_writes_it(open_window, shots):
    window = open_window("net.py", NET.replace("HEAD", "nn.Linear(14400, 10)") + SCRIPT)
    window.wait_for_line("maps: f32[2, 16, 30, 30] = self.conv(x)")
    hint = window.page.locator(".view-line span").filter(has_text=re.compile(r"^f32\[2,.16,.30,.30\]$")).first
    window.until_shown(window.page.locator(".monaco-hover:visible table").first, hint.hover)
    window.page.screenshot(path=shots / "hint.png")
    hint.dblclick()
    window.wait_for_line("maps: f32[2, 16, 30, 30] = self.conv(x)  # f32[2, 16, 30, 30]")


def test_what_is_copied(open_window, example):
    window = open_window("dtypes.py", example("dtypes.py"))
    window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.click(window.squiggle())
    window.run_command("Shapewright: Copy as Reproduction")
    notification(window, "the script is in the clipboard").wait_for()
    assert "torch.nn.functional.linear(input" in window.page.evaluate("navigator.clipboard.readText()")
    window.run_command("Shapewright: Copy Shapes")
    notification(window, "the shapes are in the clipboard").wait_for()
    assert "readings" in window.page.evaluate("navigator.clipboard.readText()")


def test_saving_repairs_where_that_is_set(open_window, example):
    on_save = {"editor.codeActionsOnSave": {"source.fixAll.shapewright": "explicit"}}
    window = open_window("dtypes.py", example("dtypes.py"), on_save)
    window.squiggle()
    window.go_to_end()
    window.page.keyboard.type("# the end")
    window.go_to_repairs()  # they are proven
    window.save()
    window.wait_without_squiggle()
    window.page.wait_for_function("!document.querySelector('.tab.dirty')")


def test_the_walkthrough(open_window, example, shots):
    window = open_window("dtypes.py", example("dtypes.py"))
    window.squiggle()
    window.page.keyboard.press("Control+b")  # pictures are shown where there is room for them
    window.run_command("Welcome: Open Walkthrough...")
    window.page.locator(".quick-input-list .monaco-list-row").filter(has_text="Shapewright").first.click()
    for step in ("Choose the Python with your PyTorch", "Check your workspace", "Look at a model"):
        window.page.locator(".getting-started-step").filter(has_text=step).first.wait_for()
    window.page.locator(".getting-started-step").filter(has_text="Look at a model").first.click()
    window.page.locator(".getting-started-media img").first.wait_for()
    window.page.screenshot(path=shots / "walkthrough.png")


@pytest.mark.parametrize("theme", ["Default Dark Modern", "Default Light Modern"])
def test_a_failed_call_and_its_model_in_both_themes(open_window, example, shots, theme: str):
    window = open_window("channels.py", example("channels.py"), {"workbench.colorTheme": theme})
    shown = window.hover(3, "wanted")
    assert "input" in shown
    assert "weight" in shown
    window.page.screenshot(path=shots / f"hover-{theme.split()[1].lower()}.png")
    window.page.keyboard.press("Escape")
    window.run_command("Shapewright: Show Model")
    page = window.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame")
    page.locator(".edge.wrong text").first.wait_for()
    window.page.screenshot(path=shots / f"model-{theme.split()[1].lower()}.png")
    light = page.locator("body").evaluate("body => getComputedStyle(body).color.match(/\\d+/g).every(c => c < 128)")
    assert light is ("Light" in theme)  # dark words on a light ground, and the other way round
