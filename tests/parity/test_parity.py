"""What the worker says of a call is what eager PyTorch does with it."""

from __future__ import annotations

import functools

import pytest

from parity.cases import TOPICS
from parity.compare import Outcome, contradictions, differences, outcomes


@functools.cache
def measured(topic: str) -> list[tuple[Outcome, Outcome]]:
    """A topic's outcomes, for both tests."""
    return outcomes(TOPICS[topic])


each_topic = pytest.mark.parametrize("topic", TOPICS)


@each_topic
def test_the_verdict_is_that_of_eager_pytorch(topic: str) -> None:
    pairs = zip(TOPICS[topic], measured(topic), strict=True)
    told = {c.code: differences(*pair, c.wording) for c, pair in pairs if not c.reason}
    assert {code: found for code, found in told.items() if found} == {}


@each_topic
def test_what_hangs_on_unknown_values_is_left_open_and_never_wrong(topic: str) -> None:
    for case, (truth, answer) in zip(TOPICS[topic], measured(topic), strict=True):
        if case.reason:
            assert contradictions(truth, answer) == [], case
            assert differences(truth, answer), f"no value was needed, take the mark away: {case}"


def test_the_suite_is_large_and_half_of_it_is_wrong() -> None:
    verdicts = [truth.line is not None for topic in TOPICS for truth, _ in measured(topic)]
    assert len(verdicts) >= 320
    assert 0.4 < sum(verdicts) / len(verdicts) < 0.6
