"""The command line's grammar."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

import shapewright
from shapewright import rules
from shapewright.annotations import writing
from shapewright.cli.files import File
from shapewright.cli.session import Pin
from shapewright.config import nearest


class UsageError(Exception):
    """Arguments that cannot be used together; the text says what to write."""


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser("shapewright", description="Finds tensor mistakes in PyTorch code before it runs.")
    top.add_argument("--version", action="version", version=f"shapewright {shapewright.__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="report the mistakes in files and folders")
    check.add_argument("paths", nargs="+", metavar="PATH", help="a Python file, a notebook, or a folder of them")
    check.add_argument("--format", choices=["text", "json", "github", "sarif"], default="text")
    check.add_argument("--strict", action="store_true", help="exit 2 also for files that were checked only in part")
    check.add_argument("--verbose", action="store_true", help="say how far each class, function and script was checked")
    check.add_argument("--no-fixes", dest="fixes", action="store_false", help="do not look for repairs")
    check.add_argument(
        "--sizes", action="store_true", help="also run each model on other sizes, and hint at those that break"
    )
    check.add_argument("--jobs", type=_jobs, default=min(4, os.cpu_count() or 1), help="how many files to run at once")
    _python(check)
    _pinned(check)

    shapes = commands.add_parser("shapes", help="list every tensor of a file with its shape")
    shapes.add_argument("file", metavar="FILE")
    shapes.add_argument("--format", choices=["text", "json"], default="text")
    _python(shapes)
    _pinned(shapes)

    summary = commands.add_parser("summary", help="list the layers of a model with shapes, parameters and FLOPs")
    summary.add_argument("file", metavar="FILE[:CLASS]", help="a file, and the class in it to show")
    summary.add_argument("--format", choices=["text", "json"], default="text")
    summary.add_argument("--html", metavar="OUT", help="write a page with the graph of the layers instead")
    _python(summary)
    _model(summary)

    fix = commands.add_parser("fix", help="make the preferred repairs")
    fix.add_argument("file", metavar="FILE")
    fix.add_argument("--code", help="only the findings of this rule")
    how = fix.add_mutually_exclusive_group()
    how.add_argument(
        "--diff", action="store_true", help="print what would change (this is what happens without --write)"
    )
    how.add_argument("--write", action="store_true", help="change the files")
    _python(fix)

    annotate = commands.add_parser("annotate", help="write the shapes of the models' inputs and outputs into a file")
    annotate.add_argument("file", metavar="FILE")
    annotate.add_argument("--style", choices=writing.STYLES, help="that of the file, where it is not given")
    how = annotate.add_mutually_exclusive_group()
    how.add_argument(
        "--diff", action="store_true", help="print what would change (this is what happens without --write)"
    )
    how.add_argument("--write", action="store_true", help="change the file")
    _python(annotate)

    explain = commands.add_parser("explain", help="print the page of a rule")
    explain.add_argument("code", metavar="CODE")
    commands.add_parser("rules", help="list the rules")

    doctor = commands.add_parser("doctor", help="say which interpreter and torch are used, and what is wrong with them")
    doctor.add_argument("path", nargs="?", default=".", metavar="PATH")
    _python(doctor)

    serve = commands.add_parser("serve", help="start the language server on standard input and output")
    # Several editors append it whether or not a server has another way to talk; here there is none.
    serve.add_argument("--stdio", action="store_true", help="the way it is done anyway")
    return top


def pin(arguments: argparse.Namespace, files: Sequence[File]) -> Pin | None:
    """The target given by hand, if one was."""
    if arguments.target is None:
        if arguments.construct is not None or arguments.input:
            raise UsageError("--construct and --input describe a model; name it with --target NAME")
        return None
    if len(files) != 1:
        raise UsageError(f"--target runs a model of one file; {len(files)} were given")
    return Pin(arguments.target, arguments.construct, tuple(arguments.input))


def code(given: str) -> str:
    """A rule's code that exists, however its letters and dashes were written."""
    given = given.strip().lower().replace("_", "-")
    if given not in rules.codes():
        match = nearest(given, rules.codes())
        hint = f"; did you mean {match!r}?" if match else "; `shapewright rules` lists them"
        raise UsageError(f"there is no rule {given!r}{hint}")
    return given


def _python(command: argparse.ArgumentParser) -> None:
    command.add_argument("--python", metavar="PATH", help="the interpreter whose torch runs the code")
    command.add_argument(
        "--allow-unsandboxed",
        action="store_true",
        help="run the code even where this system cannot keep it from writing files and using the network",
    )


def _pinned(command: argparse.ArgumentParser) -> None:
    command.add_argument("--target", metavar="NAME", help="run only this class or function, on inputs given by hand")
    _model(command)


def _model(command: argparse.ArgumentParser) -> None:
    command.add_argument("--construct", metavar="EXPR", help='how to make the model, such as "Net(10)"')
    command.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="INPUT",
        help='an input, such as "float32[2,3,32,32]", or "mask=bool[2,32]" by name (repeatable)',
    )


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of jobs; write 1 or more")
    return int(text)
