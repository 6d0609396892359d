"""Lightning: its modules are modules, and `Trainer.fit` runs the steps that the user wrote."""

from __future__ import annotations

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.lightning.module import Callback, LightningDataModule, LightningModule
from shapewright.worker.stand_ins.lightning.trainer import Trainer

kit.named("lightning", LightningModule, LightningDataModule, Trainer, Callback)


def _names() -> kit.Names:
    return {
        "LightningModule": LightningModule, "LightningDataModule": LightningDataModule, "Trainer": Trainer,
        "Callback": Callback,
        "seed_everything": lambda seed=None, *a, **k: seed, "__version__": "2.4.0",
    }  # fmt: skip


_PARTS = (
    "core",
    "core.module",
    "core.lightning",
    "callbacks",
    "callbacks.base",
    "trainer",
    "utilities",
    "loggers",
    "strategies",
    "utilities.types",
    "utilities.rank_zero",
)
MODULES: dict[str, kit.Modules] = {
    "pytorch_lightning": {"pytorch_lightning": _names, **{f"pytorch_lightning.{part}": _names for part in _PARTS}},
    "lightning": {
        "lightning": _names,
        "lightning.pytorch": _names,
        **{f"lightning.pytorch.{part}": _names for part in _PARTS},
    },
}
