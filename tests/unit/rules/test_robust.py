"""Rules meet failures of which little is known: shapes that are guesses, operands and arguments that were not told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from rules_pages import read
from shapewright import rules, wire
from shapewright.model import Report
from shapewright.sources import Sources


@pytest.fixture(scope="module")
def failures(analyse: Callable[[str], Report]) -> list[tuple[str, wire.Failure]]:
    """What the wrong example of each page makes the worker report."""
    pages = {rule.code: read(rule).wrong for rule in rules.RULES}
    return [(text, f.failure) for text in pages.values() for f in analyse(text).findings if f.failure is not None]


def poorer(failure: wire.Failure) -> Iterator[wire.Failure]:
    """The failure with ever other parts of it unknown."""
    yield replace(failure, operands=())
    yield replace(failure, arguments={}, module=None)
    yield replace(failure, message="", facts={})
    yield replace(failure, exception="RuntimeError", stack=(), evidence="inferred")
    for number in range(len(failure.operands)):
        yield replace(failure, operands=failure.operands[:number] + failure.operands[number + 1 :])
    for change in (_no_rank, _no_sizes, _no_dtype, _scalar, _short):
        yield replace(failure, operands=tuple(_changed(operand, change) for operand in failure.operands))
        for number, operand in enumerate(failure.operands):
            changed = list(failure.operands)
            changed[number] = _changed(operand, change)
            yield replace(failure, operands=tuple(changed))


def _changed(operand: wire.Operand, change: Callable[[wire.TensorFact], wire.TensorFact]) -> wire.Operand:
    fact = operand.value.tensor
    value = operand.value if fact is None else replace(operand.value, tensor=change(fact), text="")
    return replace(operand, value=value, history=())


def _no_rank(fact: wire.TensorFact) -> wire.TensorFact:
    return replace(fact, shape=None)


def _no_sizes(fact: wire.TensorFact) -> wire.TensorFact:
    return replace(fact, shape=fact.shape and (None,) * len(fact.shape))


def _no_dtype(fact: wire.TensorFact) -> wire.TensorFact:
    return replace(fact, dtype=None)


def _scalar(fact: wire.TensorFact) -> wire.TensorFact:
    return replace(fact, shape=())


def _short(fact: wire.TensorFact) -> wire.TensorFact:
    return replace(fact, shape=fact.shape and fact.shape[:1])


def test_every_failure_has_one_finding_however_little_is_known(failures: list[tuple[str, wire.Failure]]) -> None:
    assert len(failures) > 70
    for text, failure in failures:
        sources = Sources({failure.span.path: text})
        for variant in poorer(failure):
            found = rules.findings((variant,), sources)
            if variant.kind != "error" and not found:
                continue
            (finding,) = found
            assert finding.code in rules.codes()
            assert finding.message
            assert finding.failure is variant


def test_sizes_that_are_guesses_are_never_accused(failures: list[tuple[str, wire.Failure]]) -> None:
    """Where no size is known, no rule about sizes may say which one is wrong."""
    about_sizes = {
        "conv-channels",
        "linear-in-features",
        "matmul-shape",
        "broadcast-shape",
        "cat-shape",
        "norm-features",
    }
    for text, failure in failures:
        unknown = replace(failure, operands=tuple(_changed(operand, _no_sizes) for operand in failure.operands))
        for finding in rules.findings((unknown,), Sources({failure.span.path: text})):
            assert finding.code not in about_sizes, finding.message


def test_a_silent_mistake_that_no_rule_knows_is_no_error() -> None:
    failure = wire.Failure("torch.add", wire.Span("a.py", 1, 0, 1, 1), "UserWarning", "hm", kind="something-new")
    assert rules.findings((failure,), Sources({"a.py": "x"})) == ()


def test_a_failure_in_a_file_that_cannot_be_read_says_nothing(failures: list[tuple[str, wire.Failure]]) -> None:
    assert rules.findings((failures[0][1],), Sources({})) == ()
