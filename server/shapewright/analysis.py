"""The one façade: a file with everything open around it goes in, a `Report` comes out.

`analyse` says what is wrong and which shapes there are; `prove` adds the repairs, each tried before it is offered. Both
take the engine as an argument, so that a presenter decides about processes and a test needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from shapewright import plan, proof, rules, stated, suppress, wire
from shapewright.config import Config
from shapewright.halftyped import Buffers
from shapewright.model import GUESSES, Doubt, EngineInfo, Finding, Location, Report, ShapeFact
from shapewright.source import Range
from shapewright.sources import Sources

_SHORTEST_PROOF, _PROOF_FACTOR = 15.0, 5.0
_LONGEST_CALLER = 10.0
_EVIDENCE = {"script": 0, "declared": 1, "inferred": 2}


class Runner(Protocol):
    """What an analysis needs of the engine."""

    @property
    def info(self) -> EngineInfo:
        """Which interpreter runs the code, and how it does."""
        ...

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        """Run a file in its session."""
        ...

    def prove(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        """Run an edited file without disturbing its session."""
        ...


@dataclass(frozen=True)
class Request:
    """What to analyse. `buffers` win over the disk (path -> text); `entry` need not be among them. `roots` are the
    folders of the workspace. `pinned` targets were given by hand and run alone. `graphs`: those of the models that run
    are wanted too. `sizes`: other sizes are tried as well, which takes longer than all else."""

    entry: str
    buffers: Mapping[str, str] = field(default_factory=dict[str, str])
    roots: tuple[str, ...] = ()
    config: Config = field(default_factory=Config)
    pinned: tuple[wire.Target, ...] = ()
    graphs: bool = False
    sizes: bool = False


def analyse(request: Request, engine: Runner) -> Report:
    """Run a file once. Never raises for what the file holds: what could not be done is in the report's status and
    reason."""
    prepared = _prepare(request)
    if prepared is None:
        return Report(request.entry, "failed", "the file cannot be read", engine=engine.info)
    answer = engine.run(prepared.run, request.config.timeout)
    return _report(request, prepared, answer, engine.info)


def prove(
    report: Report,
    request: Request,
    engine: Runner,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[Report], None] = lambda _: None,
    offers: proof.Offers = proof.every,
) -> Report:
    """The report with the repairs that were proven to work. `request` is the one the report answers; `progress` is
    given what is proven so far; `offers` are the edits that are tried."""
    prepared = _prepare(request)
    if prepared is None or not any(finding.failure for finding in report.findings):
        return report
    folders = [Path(root) for root in request.roots]
    # A repaired file that takes much longer than the broken one would keep the others waiting.
    deadline = min(request.config.timeout, max(_SHORTEST_PROOF, _PROOF_FACTOR * report.seconds))
    # What people wrote of shapes is compared with values; nothing else needs them.
    written = any(f.failure is not None and f.failure.kind in stated.KINDS for f in report.findings)
    unknown = tuple(shape.location for shape in report.shapes if _is_unknown(shape.value))
    known = frozenset(shape.location for shape in report.shapes).difference(unknown)

    def rerun(texts: Mapping[str, str]) -> proof.Outcome | None:
        edited = replace(request, buffers={**request.buffers, **texts}, graphs=False, sizes=False)
        again = _prepare(edited)
        if again is None:
            return None
        run = replace(again.run, options=replace(again.run.options, values=written))
        answer = engine.prove(run, deadline)
        if isinstance(answer, wire.Fault):
            return None
        kept, hidden, echoes = _findings(edited, again.buffers, answer)
        return proof.Outcome((*kept, *hidden, *echoes), answer.targets, doubts=tuple(_doubts(answer, again.buffers)))

    findings = proof.proven(
        report.findings,
        proof.Outcome(
            (*report.findings, *report.suppressed, *report.echoes), report.targets, unknown, known, report.doubts
        ),
        prepared.buffers.sources,
        rerun,
        original=Sources(request.buffers),
        editable=lambda path: path in prepared.buffers.texts or any(f in Path(path).parents for f in folders),
        cancelled=cancelled,
        progress=lambda findings: progress(replace(report, findings=findings)),
        offers=offers,
    )
    return replace(report, findings=findings)


def with_callers(report: Report, request: Request, engine: Runner, callers: Callable[[], Iterable[str]]) -> Report:
    """The report with what is seen of the file when programs that use it run, where its own inputs were only guessed.

    `callers` is asked only then. What such a program shows stands in the place of a guess. Its findings have no
    repairs: those are proven by the run of the program itself.
    """
    if request.pinned or not any(_is_guessed(target) for target in report.targets):
        return report
    for caller in callers():
        prepared = _prepare(replace(request, entry=caller))
        if prepared is None:
            continue
        run = replace(prepared.run, targets=(), options=replace(prepared.run.options, targets=False))
        answer = engine.prove(run, min(request.config.timeout, _LONGEST_CALLER))
        if isinstance(answer, wire.Fault):
            continue
        buffers = prepared.buffers
        seen = [s for s in _shapes(answer.values, buffers) if s.location.path == report.entry]
        kept, _, _ = _findings(replace(request, entry=caller), buffers, answer)
        report = _seen(report, seen, [finding for finding in kept if finding.location.path == report.entry])
    return report


def _is_guessed(target: wire.TargetStatus) -> bool:
    return target.kind != "script" and (target.source in GUESSES or target.status == "unchecked")


def _seen(report: Report, seen: list[ShapeFact], findings: list[Finding]) -> Report:
    places = {fact.location for fact in seen}
    shapes = [s for s in report.shapes if s.source not in GUESSES or s.location not in places]
    guesses = [f for f in report.findings if _rank(f) < _EVIDENCE["inferred"] or f.location not in places]
    return replace(
        report,
        shapes=(*shapes, *(replace(fact, source="call") for fact in seen)),
        findings=tuple(sorted(_distinct([*guesses, *findings]), key=_order)),
    )


def _is_unknown(value: wire.Value) -> bool:
    """Whether nobody knows what a value was, its shape or its dtype."""
    fact = value.tensor
    known = fact is None or (fact.shape is not None and fact.dtype is not None and None not in fact.shape)
    return value.kind == "unknown" or not known or any(_is_unknown(item) for item in value.items)


@dataclass(frozen=True)
class _Prepared:
    buffers: Buffers
    run: wire.Run


def _prepare(request: Request) -> _Prepared | None:
    original = Sources(request.buffers)
    if request.entry not in original:
        return None
    buffers = Buffers.read({**request.buffers, request.entry: original[request.entry].text})
    run = plan.build(
        buffers.sources[request.entry],
        buffers.texts,
        roots=request.roots,
        search_path=request.config.search_path,
        pinned=request.pinned,
        deadline=request.config.timeout,
    )
    return _Prepared(buffers, replace(run, options=replace(run.options, graphs=request.graphs, probes=request.sizes)))


def _report(request: Request, prepared: _Prepared, answer: wire.Trace | wire.Fault, info: EngineInfo) -> Report:
    if isinstance(answer, wire.Fault):
        reason = answer.reason + (f": {answer.detail}" if answer.detail else "")
        return Report(request.entry, "failed", reason, engine=info)
    buffers = prepared.buffers
    kept, hidden, echoes = _findings(request, buffers, answer)
    status, reason = _status(request, answer, buffers.broken.get(request.entry, ()))
    source, codes = buffers.sources[request.entry], rules.codes()
    said = suppress.unknown(source, codes)
    if status == "ok" and not request.pinned:
        said += suppress.unused(source, hidden, codes, request.config.enabled)
    kept += tuple(f for one in said if (f := _configured(one, request.config)) is not None)
    return Report(
        request.entry,
        status,
        reason,
        findings=tuple(sorted(kept, key=_order)),
        shapes=tuple(_shapes(answer.values, buffers)),
        targets=answer.targets,
        dependencies=answer.dependencies,
        missing=answer.missing,
        notes=answer.notes,
        engine=info,
        seconds=answer.seconds,
        suppressed=hidden,
        graphs=answer.graphs,
        echoes=echoes,
        contracts=answer.contracts,
        sized=request.sizes,
        doubts=tuple(_doubts(answer, buffers)),
    )


def _doubts(answer: wire.Trace, buffers: Buffers) -> Iterable[Doubt]:
    places = ((buffers.sources.location(doubt.span), doubt.exception) for doubt in answer.doubts)
    return (Doubt(location, exception) for location, exception in places if location is not None)


_Findings = tuple[Finding, ...]


def _findings(request: Request, buffers: Buffers, trace: wire.Trace) -> tuple[_Findings, _Findings, _Findings]:
    """What the rules say of a trace: the findings that stay, those that a comment hides, and the echoes of others."""
    failures = (*trace.failures, *stated.failures(trace, buffers.sources))
    found = (f for f in rules.findings(failures, buffers.sources) if not buffers.typing(f))
    configured = (_configured(replace(f, entry=request.entry), request.config) for f in _distinct(found))
    wanted = [f for f in configured if f is not None]
    kept, hidden = suppress.split((f for f in wanted if not _is_echo(f)), buffers.sources)
    return kept, hidden, tuple(f for f in wanted if _is_echo(f))


def _is_echo(finding: Finding) -> bool:
    return finding.failure is not None and "echo" in finding.failure.facts


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each code and place: the one with the best evidence, and of those the first."""
    best: dict[tuple[str, Location], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.location)
        if key not in best or _rank(finding) < _rank(best[key]):
            best[key] = finding
    return list(best.values())


def _rank(finding: Finding) -> int:
    return _EVIDENCE[finding.failure.evidence] + 3 * _is_echo(finding) if finding.failure else 0


def _order(finding: Finding) -> tuple[bool, Location, str]:
    return finding.location.path != finding.entry, finding.location, finding.code


def _configured(finding: Finding, config: Config) -> Finding | None:
    if not config.enabled(finding.code):
        return None
    level = config.severity.get(finding.code)
    return replace(finding, severity=level) if level else finding


def _status(request: Request, trace: wire.Trace, broken: tuple[Range, ...]) -> tuple[str, str]:
    """How far the file was checked, and the first reason why not farther."""
    reached = {target.name for target in trace.targets}
    left_out = [target.name for target in request.pinned if target.name not in reached]
    if left_out:
        return "failed", f"{left_out[0]} did not run"
    short = [target for target in trace.targets if target.status != "checked"]
    asked = [t for t in short if t.status == "unchecked" and t.name in {p.name for p in request.pinned}]
    if asked:
        return "failed", f"{asked[0].name}: {asked[0].reason}"
    if trace.targets and all(target.status == "unchecked" for target in trace.targets):
        return "failed", short[0].reason
    if short:
        name = "" if short[0].kind == "script" else short[0].name
        return "partial", ": ".join(part for part in (name, short[0].reason) if part)
    if broken:
        lines = [str(range_.start.line + 1) for range_ in broken]
        named = (
            f"line {lines[0]}"
            if len(lines) == 1
            else f"lines {', '.join(lines[:3])}{' and more' if len(lines) > 3 else ''}"
        )
        return "partial", f"{named} cannot be parsed"
    return "ok", ""


def _shapes(values: Iterable[wire.ValueFact], buffers: Buffers) -> Iterable[ShapeFact]:
    sources = buffers.sources
    for fact in values:
        location = sources.location(fact.span)
        if location is None or buffers.is_broken(location):
            continue
        caller = sources.location(fact.caller) if fact.caller else None
        yield ShapeFact(location, fact.value, fact.role, fact.source, fact.name, sources.text(location), caller)


def merge(reports: Iterable[Report]) -> tuple[Finding, ...]:
    """The findings of several entry files, each mistake once.

    A suppression that one entry does not need may be needed by another, so a hint about it stays only where nobody
    does.
    """
    reports = tuple(reports)
    needed = [finding for report in reports for finding in report.suppressed]
    found = [f for r in reports for f in r.findings if f.code != suppress.UNUSED or not _is_needed(f, needed)]
    return tuple(sorted(_distinct(found), key=lambda f: (f.location, f.code)))


def _is_needed(hint: Finding, hidden: Iterable[Finding]) -> bool:
    line = hint.location.range.start.line
    return any(
        f.location.path == hint.location.path
        and f.location.range.start.line <= line + 1
        and line <= f.location.range.end.line
        for f in hidden
    )
