"""`--format sarif`: SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

import shapewright
from shapewright import rules
from shapewright.cli.output import places
from shapewright.cli.result import Result
from shapewright.model import Finding, Fix, Location, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note", Severity.HINT: "note"}


def check(result: Result) -> str:
    """The whole result as one run."""
    driver = {
        "name": "Shapewright",
        "version": shapewright.__version__,
        "informationUri": "https://github.com/shapewright/shapewright",
        "rules": [
            {
                "id": rule.code,
                "shortDescription": {"text": rule.summary},
                "helpUri": rules.url(rule.code),
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            }
            for rule in rules.RULES
        ],
    }
    notes = [
        {
            "level": "error" if report.status == "failed" else "note",
            "message": {"text": report.reason or report.status},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(file.shown)}}}],
        }
        for file, report in result.files
        if report.status != "ok"
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": all(report.status != "failed" for _, report in result.files),
                "toolExecutionNotifications": notes,
                "properties": {
                    "interpreters": [
                        {"path": e.interpreter, "python": e.python, "torch": e.torch} for e in result.engines
                    ]
                },
            }
        ],
        "results": [_result(finding, result) for finding in result.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _result(finding: Finding, result: Result) -> dict[str, Any]:
    detail = f"\n\nPyTorch: {finding.detail}" if finding.detail else ""
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message + detail},
        "locations": [{"physicalLocation": _physical(finding.location, result)}],
    }
    if finding.related:
        found["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(r.location, result), "message": {"text": r.message}}
            for number, r in enumerate(finding.related, 1)
        ]
    if finding.fixes:
        found["fixes"] = [_fix(fix, result) for fix in finding.fixes]
    return found


def _fix(fix: Fix, result: Result) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        physical = _physical(edit.location, result)
        replacement = {"deletedRegion": physical["region"], "insertedContent": {"text": edit.text}}
        changes.setdefault(physical["artifactLocation"]["uri"], []).append(replacement)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [{"artifactLocation": {"uri": uri}, "replacements": r} for uri, r in changes.items()],
    }


def _physical(location: Location, result: Result) -> dict[str, Any]:
    where = places.fields(location, result)
    region = {
        "startLine": where["line"],
        "startColumn": where["column"],
        "endLine": where["end_line"],
        "endColumn": where["end_column"],
    }
    if "cell" in where:
        region["properties"] = {"cell": where["cell"]}
    return {"artifactLocation": {"uri": _uri(where["path"])}, "region": region}


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(PurePath(path).as_posix())
