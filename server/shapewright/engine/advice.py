"""What a person reads when the engine cannot work, and what they can do about it."""

from __future__ import annotations

import signal

CHOOSE = "choose another one with --python, the setting shapewright.interpreter, or an activated environment"


def missing(interpreter: str) -> str:
    """The path leads nowhere."""
    return f"The interpreter {interpreter} does not exist: {CHOOSE}."


def not_executable(interpreter: str, why: str) -> str:
    """The path cannot be started."""
    return f"The interpreter {interpreter} cannot be started ({why}): {CHOOSE}."


def not_python(interpreter: str, how: str, errors: str) -> str:
    """It started, and ended without a word."""
    return f"{interpreter} did not answer as Python 3.10 or newer ({how}): {CHOOSE}.{_last_line(errors)}"


def too_old(interpreter: str, python: str) -> str:
    """A Python before 3.10."""
    return f"{interpreter} is Python {python}; Python 3.10 or newer is needed: {CHOOSE}."


def no_torch(interpreter: str, problem: str) -> str:
    """PyTorch is not there, or is broken."""
    command = f"{_quoted(interpreter)} -m pip install torch"
    return f"No PyTorch in {interpreter} ({problem}). Install it there with `{command}`, or {CHOOSE}."


def other_version(interpreter: str) -> str:
    """Server and worker are of two versions: the package was updated while the server ran."""
    return f"The worker started with {interpreter} is of another version than the server: restart the server."


def silent(interpreter: str, seconds: float) -> str:
    """No answer in time."""
    return f"{interpreter} gave no answer within {seconds:.0f} s; restart the server to try again, or {CHOOSE}."


def stillborn(errors: str) -> str:
    """A session that ended before it said a word."""
    return f"A worker process ended while it started: restart the server.{_last_line(errors)}"


def unsandboxed(applied: tuple[str, ...]) -> str:
    """The kernel offers nothing that keeps user code from the machine."""
    only = f" (only: {', '.join(applied)})" if applied else ""
    return (
        f"This system offers no sandbox{only}, so no code was run: it could write files or use the network. "
        "If you trust this code, set shapewright.allowUnsandboxed (command line: --allow-unsandboxed)."
    )


def late(entry: str, seconds: float) -> str:
    """Stopped at its deadline."""
    hint = "look for an endless loop or heavy work on import"
    return f"The analysis of {entry} took longer than {seconds:g} s and was stopped: {hint}."


def crashed(entry: str, how: str, errors: str) -> str:
    """The session is gone in the middle of a run."""
    return f"The process that ran {entry} ended: {how}. A new one takes its place.{where(entry, errors)}"


def where(entry: str, errors: str) -> str:
    """The innermost Python frame of a fatal error, as faulthandler tells it; in the entry file where there is one."""
    _, _, report = errors.rpartition("Fatal Python error")
    frames = [line.strip() for line in report.splitlines() if line.lstrip().startswith('File "')]
    frame = next((frame for frame in frames if entry in frame), next(iter(frames), ""))
    return f" It was in {frame}." if frame else ""


def ending(status: int | None) -> str:
    """An exit status in words."""
    if status is None:
        return "for a reason that the system does not tell"
    if status >= 0:
        return f"it left with exit code {status}"
    try:
        name = signal.Signals(-status)
    except ValueError:
        return f"signal {-status}"
    known = {"SIGSEGV": "segmentation fault", "SIGKILL": "killed, perhaps for want of memory", "SIGABRT": "aborted"}
    return f"{known[name.name]} ({name.name})" if name.name in known else name.name


def _last_line(errors: str) -> str:
    lines = errors.strip().splitlines()
    return f" Its last words: {lines[-1][:300]}" if lines else ""


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
