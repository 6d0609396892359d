"""Takes the README's picture: `PYTHONPATH=tests .venv/bin/python -m e2e.picture docs/images/editor.png`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.code import Code
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


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="shapewright-picture-") as home, sync_playwright() as playwright:
        folder = Path(home) / "project"
        folder.mkdir()
        text = (ROOT / "examples/batches.py").read_text(encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        with Code(Path(home) / "code", SETTINGS).running() as code:
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
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
