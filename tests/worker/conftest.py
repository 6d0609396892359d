"""Engines cost seconds: one for each way of starting sessions serves all tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from worker.driver import Driver


@pytest.fixture(scope="session")
def forking() -> Iterator[Driver]:
    if sys.platform != "linux":
        pytest.skip("sessions are forked on Linux only")
    driver = Driver("fork")
    yield driver
    driver.engine.stop()


@pytest.fixture(scope="session")
def spawning() -> Iterator[Driver]:
    driver = Driver("spawn")
    yield driver
    driver.engine.stop()


@pytest.fixture(scope="session", params=["fork", "spawn"])
def either(request: pytest.FixtureRequest) -> Driver:
    """What holds however sessions are started."""
    driver: Driver = request.getfixturevalue("forking" if request.param == "fork" else "spawning")
    return driver
