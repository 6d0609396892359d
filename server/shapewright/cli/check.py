"""`shapewright check`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from shapewright.cli import files
from shapewright.cli.arguments import pin
from shapewright.cli.output import github, json, sarif, text
from shapewright.cli.result import Result
from shapewright.cli.session import Session

_FORMATS: dict[str, Callable[[Result], str]] = {"json": json.check, "github": github.check, "sarif": sarif.check}


def run(arguments: argparse.Namespace, session: Session) -> tuple[str, int]:
    """The output and the exit code."""
    found = files.collect(arguments.paths, session.config)
    session.sizes = arguments.sizes
    result = session.run(found, pin=pin(arguments, found), fixes=arguments.fixes, jobs=arguments.jobs)
    write = _FORMATS.get(arguments.format)
    output = write(result) if write else text.check(result, verbose=arguments.verbose)
    return output, result.exit_code(strict=arguments.strict)
