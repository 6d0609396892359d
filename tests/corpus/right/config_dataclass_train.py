from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from typing import Callable, Iterator

import torch
from torch import Tensor, nn

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
log = logging.getLogger(__name__)

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
}


@dataclass(frozen=True)
class ModelConfig:
    in_dim: int = 12
    hidden: tuple[int, ...] = (32, 16)
    out_dim: int = 3
    activation: str = "ReLU"
    dropout: float = 0.1
    batch_norm: bool = True


@dataclass(frozen=True)
class TrainConfig:
    optimizer: str = "adam"
    lr: float = 1e-3
    epochs: int = 2
    batch_size: int = 20
    clip: float | None = 1.0


@dataclass
class Config:
    name: str = "mlp"
    seed: int = 7
    model: ModelConfig = field(default_factory=ModelConfig)
    train: TrainConfig = field(default_factory=TrainConfig)

    @classmethod
    def from_dict(cls, raw: dict) -> Config:
        return cls(
            name=raw.get("name", cls.name),
            seed=raw.get("seed", cls.seed),
            model=ModelConfig(**raw.get("model", {})),
            train=TrainConfig(**raw.get("train", {})),
        )


def build(cfg: ModelConfig) -> nn.Sequential:
    act = getattr(nn, cfg.activation)
    dims = [cfg.in_dim, *cfg.hidden]
    layers: list[nn.Module] = []
    for a, b in zip(dims, dims[1:]):
        layers.append(nn.Linear(a, b, bias=not cfg.batch_norm))
        if cfg.batch_norm:
            layers.append(nn.BatchNorm1d(b))
        layers.append(act())
        if cfg.dropout > 0:
            layers.append(nn.Dropout(cfg.dropout))
    layers.append(nn.Linear(dims[-1], cfg.out_dim))
    return nn.Sequential(*layers)


def batches(x: Tensor, y: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    order = torch.randperm(len(x))
    for start in range(0, len(x), size):
        pick = order[start : start + size]
        yield x[pick], y[pick]


class Trainer:
    def __init__(self, cfg: Config) -> None:
        torch.manual_seed(cfg.seed)
        self.cfg = cfg
        self.model = build(cfg.model)
        self.optim = OPTIMIZERS[cfg.train.optimizer](self.model.parameters(), lr=cfg.train.lr)
        self.step = 0

    def fit(self, x: Tensor, y: Tensor) -> list[float]:
        history: list[float] = []
        for epoch in range(self.cfg.train.epochs):
            total = 0.0
            for xb, yb in batches(x, y, self.cfg.train.batch_size):
                loss = self.training_step(xb, yb)
                total += loss.item() * len(xb)
            history.append(total / len(x))
            log.info("epoch %d: %.4f after %d steps", epoch, history[-1], self.step)
        return history

    def training_step(self, xb: Tensor, yb: Tensor) -> Tensor:
        self.model.train()
        logits = self.model(xb)
        loss = nn.functional.cross_entropy(logits, yb)
        self.optim.zero_grad()
        loss.backward()
        if self.cfg.train.clip is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.cfg.train.clip)
        self.optim.step()
        self.step += 1
        return loss.detach()

    @torch.no_grad()
    def predict(self, x: Tensor) -> Tensor:
        self.model.eval()
        return self.model(x).argmax(dim=-1)


RAW = """
{"name": "wide", "model": {"hidden": [24, 24, 8], "activation": "SiLU", "batch_norm": false},
 "train": {"optimizer": "sgd", "lr": 0.05, "batch_size": 33}}
"""


def main() -> None:
    x = torch.randn(70, 12)
    y = (x[:, :3].argmax(dim=1)).long()
    for cfg in (Config(), Config.from_dict(json.loads(RAW))):
        trainer = Trainer(cfg)
        history = trainer.fit(x, y)
        hits = trainer.predict(x).eq(y).float().mean()
        log.info("%s: %s, accuracy %.2f", cfg.name, asdict(cfg.train), hits)
        assert len(history) == cfg.train.epochs


if __name__ == "__main__":
    main()
