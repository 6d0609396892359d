from __future__ import annotations

from pathlib import Path

import pytest

from shapewright import config
from shapewright.model import Severity

CODES = ("tensor-error", "conv-channels", "unused-suppression")


def load(tmp_path: Path, text: str) -> config.Config:
    (tmp_path / "pyproject.toml").write_text(text)
    return config.for_path(tmp_path / "model.py", CODES)


def test_every_setting_is_read(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        """
        [tool.shapewright]
        interpreter = "env/bin/python"
        select = ["tensor-error", "conv-channels"]
        ignore = ["conv-channels"]
        severity = { tensor-error = "warning" }
        exclude = ["old/**"]
        search-path = ["lib"]
        start-method = "spawn"
        timeout = 5
        """,
    )
    assert found == config.Config(
        file=str(tmp_path / "pyproject.toml"),
        interpreter=str(tmp_path / "env/bin/python"),
        select=("tensor-error", "conv-channels"),
        ignore=("conv-channels",),
        severity={"tensor-error": Severity.WARNING},
        exclude=("old/**",),
        search_path=(str(tmp_path / "lib"),),
        start_method="spawn",
        timeout=5.0,
    )
    assert found.enabled("tensor-error")
    assert not found.enabled("conv-channels")
    assert not found.enabled("unused-suppression")


def test_the_nearest_file_with_a_table_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.shapewright]\ntimeout = 7\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert config.for_path(inner / "model.py", CODES).timeout == 7
    (inner / "pyproject.toml").write_text("[tool.shapewright]\n")
    assert config.for_path(inner / "model.py", CODES).timeout == config.Config().timeout


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("interpretr = 'python'", "interpretr is no setting; did you mean 'interpreter'?"),
        ("ignore = ['conv-chanels']", "ignore names 'conv-chanels', which is no rule; did you mean 'conv-channels'?"),
        ("ignore = 'conv-channels'", "ignore is 'conv-channels'; it must be a list of texts"),
        ("severity = { dtype = 'error' }", "severity names 'dtype', which is no rule"),
        ("severity = { tensor-error = 'eror' }", "severity.tensor-error is 'eror'; it must be one of error, warning"),
        (
            "severity = { tensor-error = 'off' }",
            "severity.tensor-error is 'off', which is no level; to turn a rule off",
        ),
        (
            "start-method = 'forks'",
            "start-method is 'forks'; it must be one of auto, fork, spawn; did",
        ),
        ("timeout = true", "timeout is True; it must be a number of seconds above 0"),
        ("timeout = 0", "timeout is 0; it must be a number of seconds above 0"),
        ("allow-unsandboxed = true", "allow-unsandboxed"),
        ("interpreter = ''", "interpreter is ''; it must be a text that is not empty"),
    ],
)
def test_a_wrong_setting_names_file_key_and_the_right_one(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        load(tmp_path, f"[tool.shapewright]\n{line}\n")
    assert str(tmp_path / "pyproject.toml") in str(caught.value)
    assert f"tool.shapewright.{complaint}" in str(caught.value)


def test_a_file_that_is_no_toml_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match=r"pyproject\.toml: cannot be read as TOML"):
        load(tmp_path, "[tool.shapewright\n")
