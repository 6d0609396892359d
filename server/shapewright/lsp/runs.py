"""What takes long: analysing a program, proving its repairs, drawing its models. All of it runs in threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from shapewright import analysis
from shapewright.callers import Callers
from shapewright.config import Config, ConfigError
from shapewright.lsp.engines import Engines, is_inside
from shapewright.lsp.results import Facts, Result, Results
from shapewright.lsp.settings import Settings
from shapewright.lsp.sizes import carried
from shapewright.model import Report
from shapewright.sources import Sources

Analyse = Callable[[analysis.Request, analysis.Runner], Report]
_PROJECT = (".git", "pyproject.toml", "setup.py", "setup.cfg")


class Runs:
    """The runs of one window. `roots` are the folders of its workspace."""

    def __init__(self, engines: Engines, results: Results, analyse: Analyse, prove: Callable[..., Report]) -> None:
        self.roots: tuple[str, ...] = ()
        self._engines = engines
        self._results = results
        self._analyse = analyse
        self._prove = prove
        self._callers = Callers()

    def roots_of(self, path: str, config: Config) -> tuple[str, ...]:
        """The folders of the workspace, that of the file first; for a file outside of all, that of its project."""
        around = sorted((root for root in self.roots if is_inside(path, root)), key=len, reverse=True)
        if not around and os.path.isabs(path):
            folders = Path(path).parents
            project = next((f for f in folders if any((f / mark).exists() for mark in _PROJECT)), folders[0])
            around = [str(Path(config.file).parent if config.file else project)]
        return tuple(dict.fromkeys([*around, *self.roots]))

    def analyse(self, path: str, buffers: Mapping[str, str], settings: Settings) -> Result | None:
        """The findings and values of a program. None where no engine may run; raises ConfigError."""
        config = self._engines.config(path)
        engine = self._engines.engine(path, settings, config)
        if engine is None:
            return None
        request = analysis.Request(path, buffers, self.roots_of(path, config), config)
        report = self._analyse(request, engine)
        sources = Sources(buffers)
        for finding in report.findings:  # read here what would be read in the event loop
            for location in (finding.location, *(related.location for related in finding.related)):
                sources.get(location.path)
        last = self._results.get(path)
        report = replace(report, shapes=carried(report, last, sources)) if last is not None else report
        facts, fact_sources = Facts(report.shapes), sources
        if not facts and last is not None and report.status == "failed":
            facts, fact_sources = last.facts, last.fact_sources
        return Result(report, sources, facts, fact_sources, request)

    def prove(
        self, result: Result, settings: Settings, cancelled: Callable[[], bool], progress: Callable[[Report], None]
    ) -> Result:
        """The result with the repairs that hold; `progress` gets each report on the way."""
        engine = self._engines.engine(result.report.entry, settings, result.request.config)
        if engine is None:
            return result
        report = self._prove(result.report, result.request, engine, cancelled, progress)
        if cancelled():
            return replace(result, report=report, proven=True)
        seen = analysis.with_callers(report, result.request, engine, lambda: self._users(result.request))
        facts = Facts(seen.shapes) if seen is not report else result.facts
        return replace(result, report=seen, facts=facts, proven=True)

    def graphs(self, path: str, buffers: Mapping[str, str], settings: Settings) -> Report | None:
        """A run of its own for the graphs of a program's models. None where no engine may run."""
        try:
            config = self._engines.config(path)
        except ConfigError as error:
            return Report(path, "failed", str(error))
        engine = self._engines.engine(path, settings, config)
        if engine is None:
            return None
        return self._analyse(analysis.Request(path, buffers, self.roots_of(path, config), config, graphs=True), engine)

    def _users(self, request: analysis.Request) -> list[str]:
        """Programs that use a file and are not open: those show themselves what they do with it."""
        return [user for user in self._callers.of(request.entry, request.roots) if self._results.get(user) is None]
