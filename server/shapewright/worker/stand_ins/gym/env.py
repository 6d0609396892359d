"""What every environment is, and one whose observations are made up."""

from __future__ import annotations

from typing import Any, ClassVar

from shapewright.worker.stand_ins.gym.spaces import Space
from shapewright.worker.stand_ins.kit import Unknown

EPISODES = (9, 12, 10)
"""Steps of the episodes, in turn: real ones differ in length, and theirs is only a matter of patience."""


class Env:
    """The base class of environments, the user's own as well."""

    metadata: ClassVar[Any] = {}
    reward_range = (-float("inf"), float("inf"))
    spec: Any = None
    render_mode: Any = None
    observation_space: Any
    action_space: Any

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        """Says nothing by itself, as the package's own."""

    @property
    def unwrapped(self) -> Any:
        """This one."""
        return self

    @property
    def np_random(self) -> Any:
        """A generator of random numbers: Unknown."""
        return Unknown("np_random")

    def render(self, *args: Any, **kwargs: Any) -> Any:
        """Nothing to see."""
        return Unknown("frame")

    def close(self, *args: Any) -> None:
        """Nothing to close."""

    def seed(self, seed: Any = None) -> list[Any]:
        """There is no chance."""
        return [seed]

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: Any) -> bool:
        return False


class MadeUp(Env):
    """An environment of the package: observations out of its space, episodes that end soon.

    `truncates` tells whether `reset` gives a pair and `step` five values (gymnasium, gym from 0.26) or one and four;
    None where nobody knows.
    """

    def __init__(self, observation: Space, action: Space, reward: Any, truncates: bool | None) -> None:
        self.observation_space, self.action_space = observation, action
        self._reward, self._truncates = reward, truncates
        self._steps = self._episodes = 0

    def reset(self, *args: Any, **kwargs: Any) -> Any:
        """The first observation of an episode."""
        self._steps, self._episodes = 0, self._episodes + 1
        if self._truncates is None:
            return Unknown("reset")
        observation = self.observation_space.sample()
        return (observation, {}) if self._truncates else observation

    def step(self, action: Any) -> Any:
        """The next observation, its reward, and whether the episode is over."""
        self._steps += 1
        over = self._steps >= EPISODES[self._episodes % len(EPISODES)]
        if self._truncates is None:
            return Unknown("step")
        observation = self.observation_space.sample()
        ends = (over, False) if self._truncates else (over,)
        return (observation, self._reward, *ends, {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)
