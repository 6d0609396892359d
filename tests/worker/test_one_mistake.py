"""One mistake is one finding: what follows from a failure is no mistake of its own, and its echoes say so."""

from __future__ import annotations

from pathlib import Path

from worker.stand_in_runs import run
from worker.traced import traced


def failures(folder: Path, text: str) -> list[tuple[int, bool]]:
    """The lines of the failures, and whether each is an echo."""
    return [(f.span.line, "echo" in f.facts) for f in traced(folder, text).failures]


def test_a_wrong_head_fails_again_in_the_evaluation(tmp_path: Path) -> None:
    text = """
        import torch
        from torch import nn
        model = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(5, 2))
        x = torch.randn(6, 8)
        print(model(x))
        print(model(x[:3]))
        print(model(torch.randn(6, 9)))
    """
    assert failures(tmp_path, text) == [(5, False), (6, True), (7, False)]


def test_a_tensor_with_a_channel_too_many_fails_in_each_branch(tmp_path: Path) -> None:
    text = """
        import torch
        from torch import nn
        a, b, c = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 3), nn.Conv2d(5, 8, 3)
        x = torch.randn(2, 4, 16, 16)
        a(x)
        b(x)
        c(x)
    """
    assert failures(tmp_path, text) == [(5, False), (6, True), (7, False)]


def test_a_dtype_is_born_once(tmp_path: Path) -> None:
    text = """
        import torch
        from torch import nn
        first, second = nn.Linear(4, 4), nn.Linear(4, 4)
        x = torch.randn(3, 4).double()
        first(x)
        second(x.relu())
        second(torch.randn(3, 4).double())
    """
    assert failures(tmp_path, text) == [(5, False), (6, True), (7, False)]


def test_the_channels_after_a_norm_that_does_not_fit_are_open(tmp_path: Path) -> None:
    text = """
        import torch
        from torch import nn
        x = torch.randn(2, 3, 16, 16)
        x = nn.Conv2d(3, 128, 3)(x)
        x = nn.BatchNorm2d(64)(x)
        x = nn.Conv2d(64, 64, 3)(x)
        x = nn.Conv2d(32, 64, 3)(x)
    """
    assert run(tmp_path, text).lines == [5, 7]


def test_an_addition_of_another_block_says_nothing_about_this_one(tmp_path: Path) -> None:
    text = """
        import torch
        from torch import nn
        def block(x, width, kernel):
            out = nn.Conv2d(x.shape[1], width, kernel, padding=1)(x)
            out += nn.Conv2d(x.shape[1], width, 1)(x)
            return out
        x = block(torch.randn(2, 3, 32, 32), 16, 3)
        x = block(x, 24, 5)
        x = nn.Conv2d(24, 8, 1)(x)
        x = nn.Conv2d(16, 8, 1)(x)
    """
    assert run(tmp_path, text).lines == [5, 10]


def test_what_an_assertion_asked_for_is_relied_on(tmp_path: Path) -> None:
    text = """
        import torch
        def dice(a, b):
            assert a.size() == b.size()
            return (a * b).sum()
        dice(torch.randn(2, 3), torch.randn(2, 4))
        torch.randn(2, 3) + torch.randn(2, 4)
    """
    assert run(tmp_path, text).lines == [3, 6]


def test_draws_that_are_repeated_until_they_fit_end(tmp_path: Path) -> None:
    text = """
        import torch
        from torch import nn
        from torch.distributions import VonMises
        weight = nn.init.trunc_normal_(torch.empty(200, 300), std=0.02)
        angles = VonMises(torch.zeros(3), torch.ones(3)).sample((4,))
    """
    outcome = run(tmp_path, text)
    assert not outcome.failures and outcome.values["weight"] == (
        (
            200,
            300,
        ),
        "float32",
    )
    assert outcome.values["angles"] == (
        (
            4,
            3,
        ),
        "float32",
    )


def test_a_change_in_place_by_another_dtype_can_be_differentiated(tmp_path: Path) -> None:
    text = """
        import torch
        from torch import nn
        x = nn.Linear(4, 4)(torch.randn(3, 4))
        x += nn.Parameter(torch.randn(3, 4).double())
        x.sum().backward()
    """
    assert not run(tmp_path, text).failures


def test_packages_find_what_they_look_for_as_they_are_imported(tmp_path: Path) -> None:
    text = """
        import importlib.metadata
        import threading
        import torch
        from tqdm.auto import tqdm
        tqdm.set_lock(threading.RLock())
        torch_version = importlib.metadata.version("torch")
        def wait(stream: torch.cuda.Stream | None = None) -> None: ...
        x = torch.zeros(2 if torch_version else 3)
    """
    outcome = run(tmp_path, text)
    assert not outcome.failures and outcome.values["x"] == ((2,), "float32")


def test_weights_that_nobody_has_seen_are_loaded(tmp_path: Path) -> None:
    text = """
        import re
        import torch
        from torch import nn
        from torch.hub import load_state_dict_from_url
        net = nn.Linear(4, 2)
        state = load_state_dict_from_url("https://example.org/weights.pth")
        for key in list(state.keys()):
            if re.match("norm", key):
                del state[key]
        del state["head.weight"]
        net.load_state_dict({k.replace("module.", ""): v for k, v in state.items()})
        y = net(torch.randn(3, 4))
        net(torch.randn(3, 5))
    """
    outcome = run(tmp_path, text)
    assert outcome.lines == [13] and outcome.values["y"] == (
        (
            3,
            2,
        ),
        "float32",
    )


def test_of_a_large_package_what_the_entry_names_is_instrumented(tmp_path: Path) -> None:
    from shapewright.worker.loader import ROOM

    package = tmp_path / "zoo"
    package.mkdir()
    module = "import torch\ndef head(x):\n    return torch.nn.Linear(5, 2)(x)\n"
    (package / "__init__.py").write_text("from zoo import large, small\n", encoding="utf-8")
    (package / "large.py").write_text(module + "#" * ROOM, encoding="utf-8")
    (package / "small.py").write_text(module, encoding="utf-8")
    source = "import torch\nimport zoo\nzoo.large.head(torch.randn(3, 4))\nzoo.small.head(torch.randn(3, 4))\n"
    trace = traced(tmp_path, source)
    assert [(Path(f.span.path).name, f.span.line) for f in trace.failures] == [("main.py", 3), ("small.py", 3)]
    assert str(package / "large.py") in trace.dependencies


def test_sizes_that_nobody_counted_make_no_tensor(tmp_path: Path) -> None:
    text = """
        import torch
        import nowhere
        x = nowhere.data()
        y = torch.zeros(4).reshape(4, *((1,) * (len(x.shape) - 1)))
        z = torch.randn(3, 4)
    """
    outcome = run(tmp_path, text)
    assert not outcome.failures and outcome.values["z"] == ((3, 4), "float32")


def test_what_fails_in_the_header_of_a_loop_stands_at_what_is_gone_through(tmp_path: Path) -> None:
    text = """
        import torch
        from torch.utils.data import DataLoader
        loader = DataLoader([(torch.randn(3), 0), (torch.randn(4), 1)], batch_size=2)
        for x, y in loader:
            print(x + 1)
    """
    (failure,) = traced(tmp_path, text).failures
    assert (failure.span.line, failure.span.column, failure.span.end_line, failure.span.end_column) == (4, 12, 4, 18)
