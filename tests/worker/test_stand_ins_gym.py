from pathlib import Path

import pytest

from worker.stand_in_runs import absent, run

STEPS = """
    import torch, {package} as gym
    env = gym.make("CartPole-v1")
    state{info} = env.reset()
    count = torch.zeros(env.action_space.n)
    net = torch.nn.Linear(env.observation_space.shape[0], env.action_space.n)
    done = False
    while not done:
        values = net(torch.as_tensor(state).unsqueeze(0))
        state, reward, done{cut}, info = env.step(values.argmax().item())
        paid = torch.tensor([reward])
    wrong = torch.nn.Linear(8, 2)(torch.as_tensor(state))
"""


@absent("gymnasium", "gym")
@pytest.mark.parametrize("package,info,cut", [("gymnasium", ", _", ", cut"), ("gym", ", _", ", cut"), ("gym", "", "")])
def test_an_environment_has_its_spaces_and_its_episodes_end(tmp_path: Path, package: str, info: str, cut: str) -> None:
    outcome = run(tmp_path, STEPS.format(package=package, info=info, cut=cut))
    assert outcome.lines == [11]
    assert outcome.values["count"] == ((2,), "float32")
    assert outcome.values["values"] == ((1, 2), "float32")
    assert outcome.values["paid"] == ((1,), "float32")


@absent("gymnasium")
def test_wrappers_and_the_users_own_environments(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch, numpy as np, gymnasium as gym
        from gymnasium import spaces

        class Grey(gym.ObservationWrapper):
            def observation(self, observation):
                return observation.mean(-1).astype(np.float32)

        class Own(gym.Env):
            def __init__(self):
                self.observation_space = spaces.Box(low=-1, high=1, shape=(5,), dtype=np.float32)
                self.action_space = spaces.Discrete(3)
            def reset(self, seed=None, options=None):
                super().reset(seed=seed)
                return self.observation_space.sample(), {}

        picture = torch.tensor(Grey(gym.make("CarRacing-v2")).reset()[0])
        own = torch.tensor(Own().reset()[0])
        many = gym.vector.SyncVectorEnv([lambda: gym.make("CartPole-v1") for _ in range(6)])
        batch = torch.tensor(many.reset()[0])
        unknown = gym.make("Nobody-v0").reset()[0]
        free = torch.nn.Linear(3, 2)(torch.as_tensor(unknown))
        """,
    )
    assert outcome.lines == []
    assert outcome.values["picture"] == ((96, 96), "float32")
    assert outcome.values["own"] == ((5,), "float32")
    assert outcome.values["batch"] == ((6, 4), "float32")
