"""Fixtures of the tests in real editors. `setup.sh` beside this file installs them."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.code import Code, Window
from e2e.tools import LAYERS, REQUIRED, ROOT

CHROMIUM = [
    "--no-sandbox",  # root has no sandbox in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_configure(config: pytest.Config) -> None:
    # A run that is ended by a time limit still ends the editors that it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.addinivalue_line("markers", "layer(name): the programs that the test needs, a key of e2e.tools.LAYERS")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("layer")
        if marker is None:
            continue
        layer = LAYERS[marker.args[0]]
        if missing := layer.missing():
            reason = f"{layer.name}: missing {', '.join(missing)}; run tests/e2e/setup.sh and make package"
            if REQUIRED:
                raise pytest.UsageError(reason)
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Which editors the run was in: a skipped one must be seen."""
    for layer in LAYERS.values():
        state = "not installed" if layer.missing() else "ran where selected"
        terminalreporter.write_line(f"editor layer: {layer.name}: {state}")


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for screenshots."""
    folder = Path(os.environ.get("SHAPEWRIGHT_SHOTS") or tmp_path_factory.mktemp("shots")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Code]:
    """One VS Code for all tests, with the packaged extension."""
    with Code(tmp_path_factory.mktemp("code")).running() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def open_window(
    code: Code, browser: Any, tmp_path: Path, shots: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Window]]:
    """`open_window(name, text)`: a window on a folder of its own, with that file open in it."""
    windows: list[Window] = []

    def open_window(name: str, text: str, settings: dict[str, Any] | None = None) -> Window:
        folder = tmp_path / f"workspace{len(windows)}"
        folder.mkdir()
        window = code.open(browser, folder, name, text, settings or {})
        windows.append(window)
        return window

    yield open_window
    for number, window in enumerate(windows):
        window.page.screenshot(path=shots / f"{request.node.name}-{number}.png")
        # In the report of a test that failed; of the others nobody sees it.
        print(f"window {number}:", " | ".join(window.page.locator(".statusbar, .view-lines").all_inner_texts()))
        labels = window.page.locator(".statusbar-item").evaluate_all("items => items.map(item => item.ariaLabel)")
        print("status:", [label for label in labels if label and "Shapewright" in label])
        window.close()


@pytest.fixture
def example() -> Callable[[str], str]:
    """The text of one of the example programs."""
    return lambda name: (ROOT / "examples" / name).read_text(encoding="utf-8")
