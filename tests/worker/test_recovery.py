"""After a failure the file goes on with the output that the call should have had."""

from pathlib import Path

import pytest

from worker.stand_in_runs import run


def test_a_recurrent_layer_with_a_wrong_state_still_says_what_it_gives(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        lstm = nn.LSTM(8, 16, num_layers=2, bidirectional=True, batch_first=True)
        state = torch.zeros(2, 3, 16)
        out, last = lstm(torch.randn(3, 5, 8), (state, state))
        wrong = nn.Linear(16, 4)(out)
        right = nn.Linear(32, 4)(out)
        """,
    )
    assert outcome.lines == [5, 6]
    assert outcome.values["out"] == ((3, 5, 32), "float32")
    assert outcome.values["right"] == ((3, 5, 4), "float32")


def test_of_a_layer_given_a_wrong_rank_nothing_is_said(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        out, last = nn.GRU(8, 16)(torch.randn(3, 5, 7, 8))
        after = nn.Linear(12, 4)(out)
        """,
    )
    assert outcome.lines == [3]


def test_of_several_imports_in_one_statement_only_the_missing_one_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("size = 3\n")
    outcome = run(
        tmp_path,
        """
        import not_installed_anywhere, torch
        from beside import nobody, size
        a = torch.zeros(2, size)
        b = not_installed_anywhere.f(a) + nobody
        c = torch.nn.Linear(4, 2)(a)
        """,
    )
    assert outcome.values["a"] == ((2, 3), "float32")
    assert outcome.lines == [5]


def test_a_class_with_a_missing_base_runs_its_own_forward(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        from package_of_nobody import VisionTransformer, Something
        class First(VisionTransformer):
            def __init__(self):
                super().__init__(embed_dim=16)
                self.out = nn.Linear(16, 4)
            def forward(self, x):
                return self.out(x)
        class Second(Something):
            def __init__(self):
                super().__init__(16)
                self.out = nn.Linear(16, 4)
            def forward(self, x):
                return self.out(x)
        first = First()(torch.randn(2, 16))
        second = Second()(torch.randn(2, 16))
        wrong = Second()(torch.randn(2, 17))
        """,
    )
    assert outcome.lines == [15]
    assert outcome.values["first"] == outcome.values["second"] == ((2, 4), "float32")


def test_an_unknown_module_in_a_list_counts_as_one(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        from package_of_nobody import load
        class Ensemble(nn.ModuleList):
            def forward(self, x):
                return torch.cat([m(x) for m in self], 1)
        model = Ensemble()
        model.append(load("a").eval())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        names = model[0].names
        y = model(torch.randn(2, 3, 8, 8))
        wrong = nn.Linear(3, 4)(torch.randn(2, 5))
        """,
    )
    assert outcome.lines == [12]


def test_what_nobody_can_know_is_true_or_false_but_not_both(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch, not_installed_anywhere
        net, state = torch.nn.Linear(4, 2), torch.zeros(1, 4)
        for step in range(8):
            ended, cut = not_installed_anywhere.step(state)
            done = ended or cut
            after = None if ended else torch.zeros(1, 4)
            if not done:
                out = net(after)
            state = after
            if done:
                break
            out = net(state)
        """,
    )
    assert outcome.lines == []
    assert outcome.values["out"] == ((1, 2), "float32")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("labels = torch.arange(4)\nout = torch.randn(4, 5)\nloss = F.cross_entropy(out, lables)", [6]),
        # the beginning of a name that is still being typed
        ("labels = torch.arange(4)\nout = torch.randn(4, 5)\nloss = F.cross_entropy(out, labe)", []),
        # what a branch or another statement binds may be there
        ("out = torch.randn(4, 5)\nif out.sum() > 1e9:\n    extra = out\ny = out + extra", []),
        ("globals()['extra'] = 3\nout = torch.randn(4, 5)\ny = out + missing_one", []),
        ("out = torch.randn(4, 5)\ndisplay(out)", []),
    ],
)
def test_a_name_that_nothing_binds_is_a_mistake(tmp_path: Path, text: str, lines: list[int]) -> None:
    head = "import torch\nimport torch.nn.functional as F\n\n"
    assert run(tmp_path, head + text + "\n").lines == lines
