"""`--format json`: one object, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from shapewright import contract_text, modelview, rules, show, wire
from shapewright.cli.output import places
from shapewright.cli.result import Result
from shapewright.model import Finding, Fix, Report, ShapeFact

VERSION = 1


def check(result: Result) -> str:
    """The findings and how far each file was checked."""
    return _dump(
        {
            "version": VERSION,
            "diagnostics": [_diagnostic(finding, result) for finding in result.findings],
            "files": [_file(file.shown, report, result) for file, report in result.files],
        }
    )


def shapes(facts: list[ShapeFact], result: Result) -> str:
    """Every tensor of a file."""
    return _dump({"version": VERSION, "values": [_value(fact, result) for fact in facts]})


def summary(graphs: Iterable[wire.ModelGraph], contracts: Iterable[wire.Contract]) -> str:
    """The layers of models, and what the models take and give."""
    models = [modelview.data(graph, lambda span: None) for graph in graphs]
    return _dump({"version": VERSION, "models": models, "contracts": [contract_text.data(c) for c in contracts]})


def _dump(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(finding: Finding, result: Result) -> dict[str, Any]:
    return {
        **places.fields(finding.location, result),
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "url": rules.url(finding.code),
        "related": [{**places.fields(r.location, result), "message": r.message} for r in finding.related],
        "fixes": [_fix(fix, result) for fix in finding.fixes],
    }


def _fix(fix: Fix, result: Result) -> dict[str, Any]:
    edits = [{**places.fields(edit.location, result), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "preferred": fix.preferred, "edits": edits}


def _file(shown: str, report: Report, result: Result) -> dict[str, Any]:
    return {
        "path": shown,
        "status": report.status,
        "reason": report.reason,
        "seconds": round(report.seconds, 3),
        "targets": [_target(target, result) for target in report.targets],
    }


def _target(target: wire.TargetStatus, result: Result) -> dict[str, Any]:
    location = result.sources.location(target.span) if target.span else None
    place = places.fields(location, result) if location else {}
    return {
        "name": target.name,
        "kind": target.kind,
        **({"cell": place["cell"]} if "cell" in place else {}),
        "line": place.get("line"),
        "status": target.status,
        "reason": target.reason,
        "source": target.source,
        "construct": target.construct,
        "inputs": [{"name": fact.name, "value": show.value_text(fact.value)} for fact in target.inputs],
        "outputs": [show.value_text(value) for value in target.outputs],
        "parameters": target.parameters,
    }


def _value(fact: ShapeFact, result: Result) -> dict[str, Any]:
    tensor = fact.value.tensor or wire.TensorFact(None, None)
    return {
        **places.fields(fact.location, result),
        "text": fact.text,
        "shape": None if tensor.shape is None else list(tensor.shape),
        "symbolic": show.symbolic_text(tensor),
        "dtype": tensor.dtype,
        "device": tensor.device,
        "source": fact.source,
    }
