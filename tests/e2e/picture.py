"""Takes the pictures of the documentation: `PYTHONPATH=tests .venv/bin/python -m e2e.picture docs/images`."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from e2e.code import Code, Window
from e2e.conftest import CHROMIUM
from e2e.tools import ROOT

SETTINGS = {
    "breadcrumbs.enabled": False,
    "editor.fontSize": 14,
    "editor.matchBrackets": "never",
    "editor.occurrencesHighlight": "off",
    "editor.selectionHighlight": False,
    "problems.defaultViewMode": "tree",
    "workbench.activityBar.location": "hidden",
    "workbench.panel.showLabels": True,
}


NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.head = nn.Linear(14400, 10)

    def forward(self, x):
        maps = self.conv(x)
        return self.head(maps.flatten(1))


out = Net()(torch.randn(2, 3, 32, 32))
"""


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="shapewright-picture-") as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        with Code(Path(home) / "code", SETTINGS).running() as code:
            for name, take in (("editor", problems), ("hint", hint), ("completion", completion)):
                folder = Path(home) / name
                folder.mkdir()
                take(code, browser, folder, target / f"{name}.png")
        browser.close()


def problems(code: Code, browser: Any, folder: Path, target: Path) -> None:
    """A failing call, its proven repairs, and the list of problems."""
    text = (ROOT / "examples/batches.py").read_text(encoding="utf-8")
    window = code.open(browser, folder, "train.py", text.partition('"""\n\n')[2], {})
    window.page.set_viewport_size({"width": 980, "height": 640})
    window.wait_for_line("predictions: f32[5, 1]")
    window.page.keyboard.press("Control+B")
    window.run_command("Problems: Focus on Problems View")
    window.page.locator(".markers-panel .monaco-list-row").nth(2).wait_for()
    # The panel moves into the window, and the list of problems has light bulbs of its own.
    window.page.wait_for_timeout(1500)
    window.click(window.squiggle())
    window.page.wait_for_timeout(1500)
    window.quick_fixes()
    window.page.wait_for_timeout(1000)
    window.page.screenshot(path=target)


def hint(code: Code, browser: Any, folder: Path, target: Path) -> None:
    """The hover of an inlay hint."""
    window = small(code, browser, folder)
    window.page.locator(".view-line span").filter(has_text=re.compile(r"^f32\[2,.16,.30,.30\]$")).first.hover()
    window.page.locator(".monaco-hover:visible table").nth(1).wait_for()
    window.page.wait_for_timeout(1000)
    window.page.screenshot(path=target)


def completion(code: Code, browser: Any, folder: Path, target: Path) -> None:
    """The number that fits."""
    window = small(code, browser, folder)
    window.page.locator(".view-line").filter(has_text="self.head = ").first.click()
    window.page.keyboard.press("End")
    for _ in "(14400, 10)":
        window.page.keyboard.press("Backspace")
    window.page.keyboard.type("(")
    window.page.locator(".suggest-widget.visible .monaco-list-row").first.wait_for()
    window.page.wait_for_timeout(1000)
    window.page.screenshot(path=target)


def small(code: Code, browser: Any, folder: Path) -> Window:
    """A small window with a network in it."""
    window = code.open(browser, folder, "net.py", NET, {})
    window.page.set_viewport_size({"width": 760, "height": 430})
    window.wait_for_line("maps: f32[2, 16, 30, 30]")
    window.page.keyboard.press("Control+B")
    window.page.wait_for_timeout(500)
    return window


if __name__ == "__main__":
    main(Path(sys.argv[1]))
