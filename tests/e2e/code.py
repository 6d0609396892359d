"""A real VS Code, served by code-server and driven in Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.tools import CODE_SERVER, NODE, PYTHON, VSIX

PATIENCE = 240.0
"""Seconds for anything that a person would see: two busy cores, a cold extension host and `import torch`."""
AGAIN = 8.0
"""Seconds after which a key or the pointer is tried again: a window that is busy, or moves its lines, loses one."""

SETTINGS: dict[str, Any] = {
    "chat.disableAIFeatures": True,
    "editor.fontFamily": "monospace",
    "editor.hover.delay": 100,
    "editor.inlayHints.enabled": "on",
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "files.autoSave": "off",
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "shapewright.interpreter": PYTHON,
    "telemetry.telemetryLevel": "off",
    "window.commandCenter": False,
    "workbench.enableExperiments": False,
    "workbench.layoutControl.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Code:
    """The server of VS Code with a user folder of its own."""

    def __init__(self, home: Path, settings: dict[str, Any] | None = None, vsix: Path = VSIX) -> None:
        self._home = home
        self._settings = {**SETTINGS, **(settings or {})}
        self._vsix = vsix
        self._pid = 0
        self.port = 0
        """Chosen at the start, so that nobody else takes it in between, unless it is given before."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self._home / "server.log"

    @contextlib.contextmanager
    def running(self) -> Iterator[Code]:
        """Installs the extension, starts the server, and ends it with all of its processes."""
        user = self._home / "data" / "User"
        user.mkdir(parents=True)
        (user / "settings.json").write_text(json.dumps(self._settings))
        folders = ["--user-data-dir", str(user.parent), "--extensions-dir", str(self._home / "extensions")]
        command = [str(NODE), str(CODE_SERVER), *folders]
        install = subprocess.run(
            [*command, "--install-extension", str(self._vsix)],
            env=self._environment(),
            capture_output=True,
            timeout=600,
        )
        assert install.returncode == 0, install.stderr.decode()
        trust = [] if self._settings["security.workspace.trust.enabled"] else ["--disable-workspace-trust"]
        self.port = self.port or free_port()
        options = ["--disable-telemetry", "--disable-update-check", "--auth", "none", *trust]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [*command, *options, "--bind-addr", f"127.0.0.1:{self.port}"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._pid = process.pid
        try:
            self._wait_until_healthy(process)
            yield self
        finally:
            end_group(process)

    def open(self, browser: Any, folder: Path, name: str, text: str, settings: dict[str, Any]) -> Window:
        """A page with the folder as its workspace and the file in the editor."""
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if settings:
            (folder / ".vscode").mkdir()
            (folder / ".vscode" / "settings.json").write_text(json.dumps(settings))
        context = browser.new_context(viewport={"width": 1280, "height": 720}, device_scale_factor=1)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        payload = json.dumps([["openFile", f"vscode-remote://127.0.0.1:{self.port}{file}"]])
        query = urllib.parse.urlencode({"folder": str(folder), "payload": payload})
        page.goto(f"{self.url}/?{query}")
        return Window(page, file)

    def processes(self, words: str) -> list[int]:
        """The living processes under this VS Code whose command line has the words."""
        parents: dict[int, int] = {}
        lines: dict[int, str] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                if stat[0] != "Z":
                    parents[int(folder.name)] = int(stat[1])
                    lines[int(folder.name)] = (
                        (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    )

        def is_ours(pid: int) -> bool:
            return pid == self._pid or (pid in parents and is_ours(parents[pid]))

        return [pid for pid, line in lines.items() if words in line and is_ours(pid)]

    def _environment(self) -> dict[str, str]:
        home = self._home / "home"
        home.mkdir(exist_ok=True)
        # Tests that themselves run in a terminal of VS Code would talk to that one.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VSCODE_")}
        own = {
            "HOME": home,
            "XDG_CONFIG_HOME": home / ".config",
            "XDG_DATA_HOME": home / ".local",
            "XDG_CACHE_HOME": home,
        }
        return kept | {name: str(value) for name, value in own.items()}

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            assert process.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text()[-2000:])


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


_LINES = "[...document.querySelectorAll('.view-line')].map(line => line.innerText.replace(/\\u00a0/g, ' '))"


_SQUIGGLE = """wanted => {
    const mark = document.querySelector('.squiggly-error');
    if (!mark) return null;
    const box = mark.getBoundingClientRect();
    const y = box.y + box.height / 2;
    let text = '';
    for (const line of document.querySelectorAll('.view-line')) {
        const place = line.getBoundingClientRect();
        if (y < place.top || y > place.bottom) continue;
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node; node = walker.nextNode();) {
            for (let i = 0; i < node.length; i++) {
                const range = document.createRange();
                range.setStart(node, i);
                range.setEnd(node, i + 1);
                const at = range.getBoundingClientRect();
                const middle = (at.left + at.right) / 2;
                if (middle > box.x && middle < box.x + box.width) text += node.data[i];
            }
        }
    }
    text = text.replace(/\\u00a0/g, ' ');
    return wanted && text !== wanted ? null : {text, x: box.x, y, width: box.width};
}"""


@dataclass(frozen=True)
class Squiggle:
    """A wavy line. `text` is what it is under; `y` is its middle."""

    text: str
    x: float
    y: float
    width: float

    def at(self, character: float) -> tuple[float, float]:
        """The place of a character, from the end where it is negative."""
        offset = character * self.width / len(self.text)
        return self.x + (offset if character >= 0 else self.width + offset), self.y


@dataclass
class Window:
    """One VS Code window: what a person sees and does in it."""

    page: Any
    file: Path

    @property
    def folder(self) -> Path:
        return self.file.parent

    @property
    def squiggles(self) -> Any:
        return self.page.locator(".squiggly-error")

    def wait_for_status(self, text: str) -> None:
        """Until the item in the status bar says it."""
        self.page.locator(".statusbar-item[id$='shapewright.status']").filter(has_text=text).first.wait_for()

    def wait_for_squiggles(self, count: int) -> None:
        self.page.wait_for_function("n => document.querySelectorAll('.squiggly-error').length === n", arg=count)

    def go_to_end(self) -> None:
        """Puts the cursor behind the last character of the file."""
        self.page.locator(".view-lines").first.click()
        self.page.keyboard.press("Control+End")

    def wait_for_line(self, text: str) -> None:
        """Until some line of the editor shows the text, hints included."""
        self.page.wait_for_function(f"text => {_LINES}.some(line => line.includes(text))", arg=text)

    def lines(self) -> list[str]:
        return self.page.evaluate(_LINES)

    def squiggle(self, text: str = "") -> Squiggle:
        """The first wavy line, once it is under the text: where it is and which characters the browser drew over it."""
        # Hints that appear before it move it, so both are read at once, and again until it is there.
        return Squiggle(**self.page.wait_for_function(_SQUIGGLE, arg=text).json_value())

    def until_shown(self, shown: Any, action: Callable[[], object]) -> Any:
        """Does something, again from time to time, until what it leads to is seen."""
        from playwright.sync_api import TimeoutError as NotYet

        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            action()
            with contextlib.suppress(NotYet):
                shown.wait_for(timeout=AGAIN * 1000)
                return shown
        raise TimeoutError("it was not shown, however often it was tried")

    def hover(self, character: float, text: str) -> str:
        """Points at a character of the wavy line (negative: from its end) until the hover has the text."""

        def point() -> None:
            x, y = self.squiggle().at(character)
            self.page.mouse.move(x - 40, y + 120)
            self.page.mouse.move(x - 2, y)
            self.page.mouse.move(x, y)

        shown = self.page.locator(".monaco-hover:visible").filter(has_text=text).first
        return self.until_shown(shown, point).inner_text().replace("\u00a0", " ")

    def click(self, squiggle: Squiggle) -> None:
        """Puts the cursor into it."""
        self.page.mouse.click(*squiggle.at(len(squiggle.text) / 2))

    def go_to_repairs(self) -> None:
        """Puts the cursor into the first wavy line, until the light bulb says that it can be repaired."""
        self.until_shown(self.light_bulb(), lambda: self.click(self.squiggle()))

    def find(self, text: str) -> None:
        """Selects the one place that has the text."""
        self.page.keyboard.press("Control+f")
        self.page.wait_for_function("!!document.activeElement.closest('.find-widget')")
        self.page.keyboard.type(text)
        self.page.locator(".find-widget .matchesCount").filter(has_text="1 of 1").first.wait_for()
        self.page.keyboard.press("Escape")

    def light_bulb(self) -> Any:
        classes = ("codicon-gutter-lightbulb", "codicon-light-bulb", "codicon-lightbulb")
        return self.page.locator(", ".join(f"[class*={name}]:visible" for name in classes)).first

    def quick_fixes(self) -> Any:
        """The menu of the light bulb, opened by its key."""
        rows = self.page.locator(".action-widget .monaco-list-row.action")
        self.until_shown(rows.first, lambda: self.page.keyboard.press("Control+."))
        return rows

    def save(self) -> None:
        """Saves, and waits until the editor has no unsaved change."""
        self.page.locator(".tab.dirty").first.wait_for()
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function("!document.querySelector('.tab.dirty')")

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Until something outside of the window holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            self.page.wait_for_timeout(100)

    def wait_without_squiggle(self) -> None:
        self.page.wait_for_function("!document.querySelector('.squiggly-error')")

    def run_command(self, title: str) -> None:
        """Runs a command from the palette."""
        box = self.page.locator(".quick-input-widget input[type=text]").first
        box.wait_for(state="hidden")  # that of the command before
        self.until_shown(box, lambda: self.page.keyboard.press("F1"))
        box.fill(f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first.click()

    def close(self) -> None:
        self.page.context.close()
