"""Wrappers around an environment, and several environments side by side."""

from __future__ import annotations

from typing import Any

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.gym import known
from shapewright.worker.stand_ins.gym.env import Env
from shapewright.worker.stand_ins.gym.spaces import Box
from shapewright.worker.stand_ins.kit import Unknown, is_unknown


class Wrapper(Env):
    """Passes on what it does not change."""

    def __init__(self, env: Any, *args: Any, **kwargs: Any) -> None:
        self.env = env

    def reset(self, *args: Any, **kwargs: Any) -> Any:
        """The inner one's."""
        return self.env.reset(*args, **kwargs)

    def step(self, action: Any) -> Any:
        """The inner one's."""
        return self.env.step(action)

    @property
    def unwrapped(self) -> Any:
        """The innermost one."""
        return self.env.unwrapped

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "env":
            raise AttributeError(name)
        return getattr(self.env, name)


class ObservationWrapper(Wrapper):
    """Changes observations by the user's `observation`."""

    def observation(self, observation: Any) -> Any:
        """The user's own."""
        raise NotImplementedError

    def reset(self, *args: Any, **kwargs: Any) -> Any:
        """The first observation, changed."""
        given = super().reset(*args, **kwargs)
        return (self.observation(given[0]), *given[1:]) if isinstance(given, tuple) else self.observation(given)

    def step(self, action: Any) -> Any:
        """The observation changed, the rest as it is."""
        given = super().step(action)
        return given if is_unknown(given) else (self.observation(given[0]), *given[1:])


class RewardWrapper(Wrapper):
    """Changes rewards by the user's `reward`."""

    def step(self, action: Any) -> Any:
        """The reward changed, the rest as it is."""
        given = super().step(action)
        return given if is_unknown(given) else (given[0], self.reward(given[1]), *given[2:])


class ActionWrapper(Wrapper):
    """Changes actions by the user's `action`."""

    def step(self, action: Any) -> Any:
        """The inner one's, for the changed action."""
        return super().step(self.action(action))


def _same(env: Any, *args: Any, **kwargs: Any) -> Any:
    """A wrapper that changes neither shapes nor dtypes."""
    return Wrapper(env)


class Vector(Env):
    """Several alike: observations stacked, an episode that ends begins anew."""

    def __init__(self, count: int, one: Any) -> None:
        self.num_envs, self._one = count, one
        self.single_observation_space, self.single_action_space = one.observation_space, one.action_space
        self.observation_space = self.action_space = Unknown("space")

    def reset(self, *args: Any, **kwargs: Any) -> Any:
        """First observations."""
        given = self._one.reset()
        return (self._stacked(given[0]), {}) if isinstance(given, tuple) else self._stacked(given)

    def step(self, actions: Any) -> Any:
        """Observations, rewards and ends, one for each."""
        given = self._one.step(None)
        if is_unknown(given):
            return given
        np: Any = kit.numpy()
        ends = (np.zeros(self.num_envs, dtype=bool) for _ in given[2:-1])
        return (self._stacked(given[0]), np.zeros(self.num_envs), *ends, {})

    def _stacked(self, observation: Any) -> Any:
        np: Any = kit.numpy()
        return observation if is_unknown(observation) else np.stack([observation] * self.num_envs)


def vectorized(makers: Any, *args: Any, **kwargs: Any) -> Any:
    """`SyncVectorEnv([make_one, …])`."""
    if is_unknown(makers) or not makers:
        return Unknown("envs")
    one = makers[0]()
    if not isinstance(one, Env) or kit.numpy() is None or not isinstance(one.observation_space, Box):
        return Unknown("envs")
    return Vector(len(makers), one)


def make_vector(package: str, id: Any = None, num_envs: Any = 1, *args: Any, **kwargs: Any) -> Any:
    """`gym.vector.make(id, num_envs=…)`."""
    one = known.make(package, id)
    return vectorized([lambda: one] * num_envs) if isinstance(num_envs, int) else Unknown("envs")


kit.named("gymnasium", Wrapper, ObservationWrapper, RewardWrapper, ActionWrapper)
BASES: dict[str, Any] = {
    "Wrapper": Wrapper, "ObservationWrapper": ObservationWrapper, "RewardWrapper": RewardWrapper,
    "ActionWrapper": ActionWrapper,
}  # fmt: skip
NAMES: dict[str, Any] = {
    "RecordEpisodeStatistics": _same, "RecordVideo": _same, "Monitor": _same, "TimeLimit": _same, "ClipAction": _same,
    "ClipReward": _same, "OrderEnforcing": _same, "AutoResetWrapper": _same, "Autoreset": _same, **BASES,
}  # fmt: skip
VECTORS: dict[str, Any] = {"SyncVectorEnv": vectorized, "AsyncVectorEnv": vectorized}
