"""`--format github`: workflow commands that GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from shapewright.cli.output import places
from shapewright.cli.output.text import summary
from shapewright.cli.result import Result
from shapewright.model import Finding, Severity

_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
    Severity.HINT: "notice",
}


def check(result: Result) -> str:
    """One command a finding, one for each file that was not checked."""
    lines = [_finding(finding, result) for finding in result.findings]
    for file, report in result.files:
        if report.status != "ok":
            level, words = ("error", "not checked") if report.status == "failed" else ("notice", "checked in part")
            lines.append(_command(level, {"file": file.shown, "title": words}, f"{words}: {report.reason}"))
    return "\n".join([*lines, summary(result)]) + "\n"


def _finding(finding: Finding, result: Result) -> str:
    where = places.fields(finding.location, result)
    properties = {"file": where["path"]}
    if "cell" not in where:
        # In the JSON of a notebook the line of a cell is another one, and a command needs none.
        properties |= {"line": where["line"], "endLine": where["end_line"]}
        if where["line"] == where["end_line"]:
            properties |= {"col": where["column"], "endColumn": where["end_column"]}
    properties["title"] = finding.code
    cell = f"cell {where['cell']}, line {where['line']}: " if "cell" in where else ""
    detail = f"\n{finding.detail}" if finding.detail else ""
    return _command(_LEVELS[finding.severity], properties, f"{cell}{finding.message}{detail}")


def _command(level: str, properties: dict[str, object], message: str) -> str:
    inner = ",".join(f"{key}={_escape(str(value), ',:')}" for key, value in properties.items())
    return f"::{level} {inner}::{_escape(message)}"


def _escape(text: str, more: str = "") -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for character in more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
