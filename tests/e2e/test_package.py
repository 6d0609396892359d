"""What is in the package, and that its server keeps to itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from e2e.tools import ROOT, VSIX

pytestmark = pytest.mark.layer("package")
ALLOWED = re.compile(
    r"""extension/(
        package\.json | readme\.md | changelog\.md | LICENSE\.txt
        | client/media/icon\.png | docs/images/(completion|editor|model)\.png
        | dist/(extension\.js|THIRD-PARTY-NOTICES\.txt)
        | server/launch\.py | server/shapewright/[\w/.-]+\.(py|md|pyi|typed|html|css|js)
        | bundled/libs/(.+\.(py|pyi|txt|typed) | .+/LICENSE[\w.]* | [\w.]+-[\d.]+\.dist-info/.+)
    ) | \[Content_Types\]\.xml | extension\.vsixmanifest""",
    re.X,
)


@pytest.fixture(scope="module")
def names() -> list[str]:
    with zipfile.ZipFile(VSIX) as package:
        return package.namelist()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(VSIX) as package:
        package.extractall(folder)
    return folder / "extension"


def test_it_is_small():
    assert VSIX.stat().st_size < 8_000_000


def test_one_package_serves_every_python_and_system(names: list[str]):
    native = [name for name in names if re.search(r"\.(so|pyd|dll|dylib|a|exe)(\.\d+)*$", name)]
    assert native == []
    assert not [name for name in names if re.search(r"/(torch|numpy)/", name)]


def test_nothing_else_leaked(names: list[str]):
    assert [name for name in names if not ALLOWED.fullmatch(name)] == []
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_license_readme_icon_and_notices_are_in(names: list[str], unpacked: Path):
    manifest = json.loads((unpacked / "package.json").read_text(encoding="utf-8"))
    for file in ("LICENSE.txt", "readme.md", manifest["icon"], "dist/THIRD-PARTY-NOTICES.txt", "dist/extension.js"):
        assert f"extension/{file}" in names
    assert manifest["publisher"] and manifest["license"] == "MIT"
    libraries = {name.split("/")[3] for name in names if re.match(r"extension/bundled/libs/[^/]+\.dist-info/", name)}
    licensed = {name.split("/")[3] for name in names if re.search(r"\.dist-info/.*(LICENSE|LICENCE|COPYING)", name)}
    assert libraries and libraries == licensed


def test_every_file_of_the_server_is_in(names: list[str]):
    source = ROOT / "server/shapewright"
    wanted = {
        f"extension/server/shapewright/{file.relative_to(source).as_posix()}"
        for file in source.rglob("*")
        if file.is_file() and file.parent.name != "__pycache__"
    }
    assert wanted <= set(names)


def test_the_versions_agree(unpacked: Path):
    manifest = json.loads((unpacked / "package.json").read_text(encoding="utf-8"))
    python = (unpacked / "server/shapewright/__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{manifest["version"]}"' in python


def test_the_server_starts_without_any_package_of_the_interpreter(unpacked: Path, tmp_path: Path):
    # A module of the same name on PYTHONPATH or in the current folder must not come before ours.
    for name in ("pygls", "shapewright", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(unpacked / "server/launch.py"), "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"\d+\.\d+\.\d+", done.stdout)


def test_no_bundled_library_reaches_the_users_interpreter(unpacked: Path, tmp_path: Path):
    """The checked program sees `leaked` as its own run would have it: the second size of `seen` says how long it is."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "import torch\n"
        "leaked = [p for p in sys.path if 'libs' in p] + [m for m in ('pygls', 'lsprotocol') if m in sys.modules]\n"
        "seen = torch.zeros(3, 4 + len(leaked))\n"
    )
    launch = str(unpacked / "server/launch.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", launch, "shapes", "--python", sys.executable, "--format", "json", str(program)],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shapes = {value["text"]: value["shape"] for value in json.loads(done.stdout)["values"]}
    assert shapes["seen"] == [3, 4], shapes
