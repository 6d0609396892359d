from pathlib import Path

import pytest

from shapewright.worker.stand_ins.yaml.reader import Unreadable, documents
from worker.stand_in_runs import absent, run

YAML = """\
# a model
model: &model
  in_channels: 3
  channels: [16, 32,
             64]
  rate: 1e-3      # text for PyYAML
  drop: .5
data:
- size: 64
  names: {a: 1, 'b': "c: d"}
- plain text
wide:
  <<: *model
  in_channels: 0x10
on: no
note: |
  two
   lines
"""


def test_a_file_is_read_as_pyyaml_reads_it() -> None:
    model = {"in_channels": 3, "channels": [16, 32, 64], "rate": "1e-3", "drop": 0.5}
    assert documents(YAML) == [
        {
            "model": model,
            "data": [{"size": 64, "names": {"a": 1, "b": "c: d"}}, "plain text"],
            "wide": {**model, "in_channels": 16},
            True: False,
            "note": "two\n lines\n",
        }
    ]
    assert documents("---\na: 1\n---\n- 2\n- - 3\n  - ~\n") == [{"a": 1}, [2, [3, None]]]


@pytest.mark.parametrize("text", ["a: !!python/tuple [1, 2]", "a: *nobody", "a: [1, 2", "a: 1\n   b: 2"])
def test_what_is_not_read_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        documents(text)


@absent("yaml")
@absent("omegaconf")
def test_numbers_of_a_configuration_reach_the_layers(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("model: {width: 8, classes: 5}\nhead: ${model.width}\n")
    outcome = run(
        tmp_path,
        """
        import torch, yaml
        from omegaconf import OmegaConf
        with open('c.yaml') as file:
            plain = yaml.safe_load(file)
        config = OmegaConf.merge(OmegaConf.load('c.yaml'), {'model': {'classes': 7}})
        a = torch.nn.Linear(plain['model']['width'], plain['model']['classes'])(torch.zeros(2, 8))
        b = torch.nn.Linear(config.head, config.model.classes)(torch.zeros(2, 8))
        c = torch.nn.Linear(config.nobody.knows, 3)(torch.zeros(2, 8))
        d = torch.nn.Linear(config.head, 3)(torch.zeros(2, 9))
        """,
    )
    assert outcome.values["a"][0] == (2, 5)
    assert outcome.values["b"][0] == (2, 7)
    assert outcome.lines == [9]


@absent("hydra")
@absent("yacs")
def test_hydra_and_yacs_hand_their_files_over(tmp_path: Path) -> None:
    (tmp_path / "conf" / "net").mkdir(parents=True)
    (tmp_path / "conf" / "top.yaml").write_text("defaults:\n  - net: small\n  - _self_\nbatch: 4\n")
    (tmp_path / "conf" / "net" / "small.yaml").write_text("width: 8\n")
    (tmp_path / "y.yaml").write_text("MODEL:\n  WIDTH: 6\n")
    outcome = run(
        tmp_path,
        """
        import hydra, torch
        from yacs.config import CfgNode as CN
        cfg = CN()
        cfg.MODEL = CN()
        cfg.MODEL.WIDTH = 3
        cfg.merge_from_file('y.yaml')
        cfg.merge_from_list(['MODEL.DEPTH', '2'])
        cfg.freeze()
        a = torch.zeros(cfg.MODEL.DEPTH, cfg.MODEL.WIDTH)
        @hydra.main(config_path='conf', config_name='top', version_base=None)
        def main(config):
            b = torch.zeros(config.batch, config.net.width)
        main()
        """,
    )
    assert outcome.values["a"][0] == (2, 6)
    assert outcome.values["b"][0] == (4, 8)


@absent("cv2")
def test_pictures_of_opencv_are_height_width_channels(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import cv2, torch
        img = cv2.cvtColor(cv2.imread('a.png'), cv2.COLOR_BGR2RGB)
        a = torch.from_numpy(cv2.resize(img, (40, 30))).float()
        grey = cv2.resize(cv2.imread('b.png', cv2.IMREAD_GRAYSCALE), (40, 30))
        b = torch.from_numpy(grey)
        c = torch.nn.Conv2d(3, 8, 3)(torch.from_numpy(img).float())
        d = torch.nn.Conv2d(3, 8, 3)(a)
        """,
    )
    assert outcome.values["a"][0] == (30, 40, 3)
    assert outcome.values["b"][0] == (30, 40)
    assert outcome.lines == [7]
