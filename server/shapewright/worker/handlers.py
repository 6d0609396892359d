"""What a `try` is there for: to report a failure, or to go on with an alternative.

A handler that only prints, logs, passes or exits hides nothing: the mistake in the body is one. A handler that
computes, assigns, returns or retries is a probe: the failure is expected, and no finding.
"""

from __future__ import annotations

import ast

_REPORTERS = {
    "print", "pprint", "exit", "quit", "_exit", "print_exc", "format_exc", "print_exception", "print_stack", "write",
    "flush", "debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "fail", "abort",
    "show", "breakpoint", "set_trace", "post_mortem", "excepthook", "close", "finish", "secho", "echo", "rule",
}  # fmt: skip
_CATCHING_CONTEXTS = {
    "raises",
    "assertRaises",
    "assertRaisesRegex",
    "suppress",
    "assertWarns",
    "deprecated_call",
    "warns",
}


_QUESTIONS = {
    "AttributeError",
    "ImportError",
    "KeyError",
    "ModuleNotFoundError",
    "NotImplementedError",
    "StopIteration",
}
"""What is caught to find out whether something is there: passed over in silence it is the answer no."""


def is_probe(body: list[ast.stmt], handlers: list[ast.ExceptHandler], orelse: list[ast.stmt]) -> bool:
    """Whether any of the handlers goes on with an alternative.

    An `else` part says that failing was foreseen, and so does a body that leaves when it succeeds (`return`, `break`)
    before a handler that lets the next attempt come.
    """
    quiet = [h for h in handlers if all(isinstance(s, (ast.Pass, ast.Continue)) for s in h.body)]
    if quiet and (
        isinstance(body[-1], (ast.Return, ast.Break)) or (len(quiet) == len(handlers) and all(map(_asks, quiet)))
    ):
        return True
    return any(not all(_only_reports(s) for s in h.body) for h in handlers) or bool(
        orelse and not all(_only_reports(s) for s in orelse)
    )


def catching_context(item: ast.withitem) -> tuple[ast.expr, ...] | None:
    """The exception types that a `with` item catches on purpose (`pytest.raises(X)`), or None."""
    call = item.context_expr
    if isinstance(call, ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in _CATCHING_CONTEXTS:
            return tuple(call.args)
    return None


def handler_types(handlers: list[ast.ExceptHandler]) -> tuple[ast.expr, ...]:
    """The expressions that name what is caught; empty where something is caught that has no name (bare `except`)."""
    types: list[ast.expr] = []
    for handler in handlers:
        if handler.type is None:
            return ()
        types.extend(handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    return tuple(types)


def _asks(handler: ast.ExceptHandler) -> bool:
    types = handler_types([handler])
    return bool(types) and all(isinstance(t, ast.Name) and t.id in _QUESTIONS for t in types)


def _only_reports(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Pass, ast.Continue, ast.Raise, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or (
            isinstance(statement.value, ast.Call) and _called_name(statement.value) in _REPORTERS
        )
    if isinstance(statement, ast.If):
        return all(_only_reports(s) for s in [*statement.body, *statement.orelse])
    if isinstance(statement, (ast.For, ast.With)):
        return all(_only_reports(s) for s in statement.body)
    if isinstance(statement, ast.Assign):  # text for a message that is printed next: `msg = str(e)`
        value = statement.value
        if isinstance(value, ast.Call):
            return _called_name(value) in {"str", "repr", "format_exc"}
        return isinstance(value, (ast.JoinedStr, ast.Constant)) and not isinstance(
            getattr(value, "value", ""), (bool, int, float, type(None))
        )
    return False


def _called_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
