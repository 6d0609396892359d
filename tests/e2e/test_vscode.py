"""The three classic programs in a real VS Code: what a person sees, from the wavy line to the saved repair."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

import pytest

from e2e.tools import PYTHON

pytestmark = pytest.mark.layer("vscode")


@dataclass(frozen=True)
class Classic:
    """A program with one mistake, and what is to be seen of it."""

    name: str
    underlined: str
    hint: str
    hover: str


CLASSICS = [
    Classic("channels.py", "self.conv1(x)", "grey: f32[1, 1, 28, 28]", "f32[1, 1, 28, 28]"),
    Classic("batches.py", "criterion(predictions, targets)", "predictions: f32[5, 1]", "f32[10, 1]"),
    Classic("dtypes.py", "model(readings)", "readings: f64[4, 10]", "f64[4, 10]"),
]


@pytest.mark.parametrize("classic", CLASSICS, ids=lambda classic: classic.name)
def test_from_the_wavy_line_to_the_saved_repair(open_window, example, shots, classic: Classic):
    window = open_window(classic.name, example(classic.name))
    window.wait_for_line(classic.hint)
    window.squiggle(classic.underlined)
    window.wait_for_squiggles(1)

    # The last character of the last argument, before the closing parenthesis.
    window.hover(-1.5, classic.hover)
    window.page.screenshot(path=shots / f"{classic.name}-hover.png")
    window.page.keyboard.press("Escape")

    window.go_to_repairs()
    fixes = window.quick_fixes()
    window.page.screenshot(path=shots / f"{classic.name}-fixes.png")
    fixes.first.click()
    window.wait_without_squiggle()
    window.save()
    assert window.file.read_text(encoding="utf-8") != example(classic.name)

    # The programs print "Error:" where the operation fails; with real tensors now none does.
    done = subprocess.run([PYTHON, str(window.file)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "Error:" not in done.stdout


def test_a_correct_program_has_hints_and_no_wavy_line(open_window, example):
    window = open_window("lstm_classifier.py", example("lstm_classifier.py"))
    window.go_to_end()
    window.wait_for_line("predicted: i64[3]")
    window.wait_for_status("Shapewright")
    assert window.squiggles.count() == 0


def notebook(*cells: str) -> str:
    """The text of an .ipynb file."""
    empty = {"metadata": {}, "outputs": [], "execution_count": None}
    return json.dumps(
        {
            "cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True), **empty} for cell in cells],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def test_the_cells_of_a_notebook_are_one_program(open_window):
    cells = notebook("import torch", "layer = torch.nn.Linear(10, 1)", "batch = torch.randn(4, 8)\nlayer(batch)")
    window = open_window("beside.py", "import torch\n")
    window.wait_for_status("Shapewright")
    (window.folder / "model.ipynb").write_text(cells)
    # The address opens files as text; the explorer opens them with their own editor.
    window.page.locator(".explorer-folders-view .monaco-list-row").filter(has_text="model.ipynb").dblclick()
    window.wait_for_line("batch: f32[4, 8]")
    squiggle = window.squiggle("layer(batch)")
    window.wait_for_squiggles(1)
    window.click(squiggle)
    window.page.keyboard.press("Control+End")
    window.page.keyboard.press("Control+A")
    window.page.keyboard.type("batch = torch.randn(4, 10)\nlayer(batch)")
    window.wait_for_line("batch: f32[4, 10]")
    window.wait_without_squiggle()


def test_hints_can_be_switched_off(open_window, example):
    window = open_window("dtypes.py", example("dtypes.py"), {"shapewright.inlayHints.assignments": False})
    window.squiggles.first.wait_for()
    assert not [line for line in window.lines() if "f64[" in line]
    (window.folder / ".vscode/settings.json").write_text("{}")
    window.wait_for_line("readings: f64[4, 10]")


def test_switching_it_off_ends_its_processes(open_window, example, code):
    window = open_window("dtypes.py", example("dtypes.py"), {"shapewright.enable": True})
    window.squiggles.first.wait_for()
    assert code.processes("launch.py serve")
    (window.folder / ".vscode/settings.json").write_text('{"shapewright.enable": false}')
    window.wait_without_squiggle()
    window.wait_for_status("stopped")
    window.wait_until(lambda: not code.processes("launch.py serve") and not code.processes("worker/boot.py"))


def test_the_commands(open_window, example):
    window = open_window("dtypes.py", example("dtypes.py"))
    window.squiggles.first.wait_for()
    window.run_command("Shapewright: Check Workspace")
    window.page.locator(".notification-list-item").filter(has_text="1 file checked, 1 finding.").first.wait_for()
    window.run_command("Shapewright: Restart")
    window.squiggles.first.wait_for()
    window.run_command("Shapewright: Debug Information for a Bug Report")
    window.wait_for_line("## Shapewright: debug information")
