"""Classes that nobody called: inputs are found, and a failure on them counts only where no input can change it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from shapewright import wire
from worker.traced import run, status


def inputs(trace: wire.Trace, name: str) -> dict[str, tuple[int | None, ...]]:
    found = status(trace, name)
    assert found.status == "checked", found.reason
    return {i.name: i.value.tensor.shape for i in found.inputs if i.value.tensor and i.value.tensor.shape is not None}


MODULES = [
    (
        "flattened map",
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c1, self.c2, self.f = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5), nn.Linear(400, 10)
            def forward(self, x):
                x = F.max_pool2d(self.c2(F.max_pool2d(self.c1(x), 2)), 2)
                return self.f(torch.flatten(x, 1))
        """,
        {"x": (None, 3, 32, 32)},
    ),
    (
        "ids",
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.e, self.l = nn.Embedding(100, 8), nn.Linear(8, 2)
            def forward(self, text):
                return self.l(self.e(text).mean(1))
        """,
        {"text": (None, None)},
    ),
    (
        "input and state share a layer",
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.hidden_size = 128
                self.i2h = nn.Linear(57 + 128, 128)
            def forward(self, input, hidden):
                return self.i2h(torch.cat((input, hidden), 1))
        """,
        {"input": (None, 57), "hidden": (None, 128)},
    ),
    (
        "noise and labels",
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.e, self.m = nn.Embedding(10, 10), nn.Linear(110, 784)
            def forward(self, noise, labels):
                x = self.m(torch.cat((self.e(labels), noise), -1))
                return x.view(x.size(0), 1, 28, 28)
        """,
        {"noise": (None, 100), "labels": (None,)},
    ),
    (
        "generator",
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.m = nn.Sequential(nn.ConvTranspose2d(100, 64, 4, 1, 0), nn.ConvTranspose2d(64, 3, 4, 2, 1))
            def forward(self, z):
                return self.m(z)
        """,
        {"z": (None, 100, 1, 1)},
    ),
]


@pytest.mark.parametrize(("text", "expected"), [m[1:] for m in MODULES], ids=[m[0] for m in MODULES])
def test_finds_the_inputs_a_person_would_write(
    tmp_path: Path, text: str, expected: dict[str, tuple[int | None, ...]]
) -> None:
    trace = run(tmp_path, text)
    found = inputs(trace, "Net")
    assert {n: len(s) for n, s in found.items()} == {n: len(s) for n, s in expected.items()}
    for name, shape in expected.items():
        assert all(want is None or want == got for want, got in zip(shape, found[name], strict=True)), found
    assert not trace.failures


def test_graph_has_one_size_of_nodes(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Gcn(nn.Module):
            def __init__(self):
                super().__init__()
                self.w = nn.Linear(33, 7)
            def forward(self, x, adj):
                return adj @ self.w(x)
        """,
    )
    found = inputs(trace, "Gcn")
    assert found["adj"] == (found["x"][0], found["x"][0]) and found["x"][1] == 33


def test_two_layers_that_contradict_each_other_are_an_error(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Linear(10, 20), nn.Linear(30, 5)
            def forward(self, x):
                return self.b(self.a(x))
        """,
    )
    assert [(f.evidence, f.op) for f in trace.failures] == [("inferred", "torch.nn.functional.linear")]


def test_independent_contradictions_are_all_found(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b, self.n = nn.Conv2d(3, 16, 3), nn.Conv2d(32, 64, 3), nn.BatchNorm2d(48)
            def forward(self, x):
                x = self.a(x)
                x = self.b(x)
                return self.n(x)
        """,
    )
    assert len({f.span.line for f in trace.failures}) == 2


SILENT = {
    "a size that inputs decide": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c, self.f = nn.Conv2d(3, 8, 3), nn.Linear(8 * 7919, 5)
            def forward(self, x):
                return self.f(self.c(x).flatten(1))
        """,
    "arguments of the constructor that need not differ": """
        class Block(nn.Module):
            def __init__(self, in_channels, out_channels):
                super().__init__()
                self.c = nn.Conv2d(in_channels, out_channels, 3, padding=1)
            def forward(self, x):
                return x + self.c(x)
        """,
    "a kernel that was only guessed": """
        class Same(nn.Module):
            def __init__(self, planes, kernel_size):
                super().__init__()
                self.c = nn.Conv2d(planes, planes, kernel_size)
                self.d = nn.Conv2d(planes, planes, 1)
            def forward(self, x):
                return self.d(x) + self.c(x)
        """,
    "an argument that decides which layer runs": """
        class Stages(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.layers = nn.Linear(4, 8), nn.ModuleList([nn.Linear(6, 2), nn.Linear(8, 2)])
            def forward(self, x, stage: int):
                return self.layers[1 - stage % 2](self.first(x)) if stage != 4 else self.layers[0](self.first(x))
        """,
    "an attribute that is set elsewhere": """
        class Stateful(nn.Module):
            def __init__(self):
                super().__init__()
                self.l = nn.Linear(4, 8)
            def reset(self, state):
                self.state = state
            def forward(self, x):
                return self.l(x) + self.state
        """,
    "a constructor argument whose kind nobody wrote": """
        class Explained:
            def __init__(self, model, layer):
                self.kept = dict(model=model, layer=layer)
            def __call__(self, x):
                return self.kept["model"](x)
        net = nn.Linear(4, 2)
        Explained(net, net.weight)(torch.ones(3, 4))
        """,
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_what_is_not_certain_is_not_reported(tmp_path: Path, text: str) -> None:
    assert not run(tmp_path, text).failures


def test_different_names_of_one_docstring_are_different_sizes(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        '''
        class Pool(nn.Module):
            def forward(self, hidden, mask):
                """
                Args:
                    hidden: ``[batch, seq, dim]`` states.
                    mask: ``[batch, seq]`` ones where there is a word.
                """
                return (hidden * mask).sum(dim=1)
        ''',
    )
    assert [f.evidence for f in trace.failures] == ["declared"]


def test_a_free_name_becomes_what_the_layer_wants(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        '''
        class Head(nn.Module):
            def __init__(self):
                super().__init__()
                self.l = nn.Linear(48, 3)
            def forward(self, x):
                """
                Args:
                    x (Tensor): of shape (B, T, F)
                """
                return self.l(x)
        ''',
    )
    assert inputs(trace, "Head")["x"][2] == 48 and not trace.failures


def test_a_tensor_that_may_be_left_out_is_checked_too(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        '''
        class Attend(nn.Module):
            def __init__(self):
                super().__init__()
                self.q = nn.Linear(16, 16)
            def forward(self, query, memory, padding=None):
                """
                Args:
                    query (Tensor): shape (batch, tgt_len, 16)
                    memory (Tensor): shape (batch, src_len, 16)
                    padding (Tensor, optional): bool, shape (batch, src_len)
                """
                scores = self.q(query) @ memory.transpose(1, 2)
                if padding is not None:
                    scores = scores.masked_fill(padding[:, :, None], -1e9)
                return scores
        ''',
    )
    assert [f.op for f in trace.failures] == ["torch.Tensor.masked_fill"]


def test_a_function_of_the_file_gives_instance_and_inputs(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Block(nn.Module):
            def __init__(self, width, block):
                super().__init__()
                self.l = block(width, 3)
            def forward(self, x):
                return self.l(x)
        def test():
            Block(12, nn.Linear)(torch.randn(5, 12))
        """,
    )
    assert inputs(trace, "Block") == {"x": (5, 12)} and status(trace, "Block").source == "call"


def test_a_module_keeps_nothing_of_the_search(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Cached(nn.Module):
            def __init__(self):
                super().__init__()
                self.l, self.past = nn.Linear(9, 4), None
            def forward(self, x):
                if self.past is not None:
                    x = x + self.past
                self.past = x
                return self.l(x)
        """,
    )
    assert inputs(trace, "Cached")["x"][-1] == 9 and not trace.failures


def test_a_class_that_does_not_run_says_why(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Base(nn.Module):
            def __init__(self):
                super().__init__()
        class Odd(nn.Module):
            def forward(self, x):
                raise ValueError("only on Tuesdays")
        """,
    )
    assert (status(trace, "Base").status, status(trace, "Base").reason) == ("unchecked", "it has no forward")
    assert "only on Tuesdays" in status(trace, "Odd").reason and not trace.failures


def test_a_dtype_that_nobody_wrote_is_tried_in_every_item_of_a_list(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        '''
        class Matcher(nn.Module):
            def forward(self, outputs, targets):
                """Match.

                Params:
                    outputs: This is a dict that contains at least these entries:
                         "pred_logits": Tensor of dim [batch_size, num_queries, num_classes] with the logits
                    targets: This is a list of targets (len = batch_size), where each target is a dict containing:
                         "labels": Tensor of dim [num_target_boxes] containing the class labels
                """
                scores = outputs["pred_logits"].flatten(0, 1)
                chosen = torch.cat([t["labels"] for t in targets])
                return scores[:, chosen]
        ''',
    )
    assert not trace.failures
    assert status(trace, "Matcher").status == "checked"


def test_constructor_hands_keywords_on(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Base(nn.Module):
            def __init__(self, width, causal, depth=2):
                super().__init__()
                self.layer, self.causal = nn.Linear(width, width), causal
            def forward(self, x):
                return self.layer(x)

        class Encoder(Base):
            def __init__(self, **kwargs):
                super().__init__(causal=False, **kwargs)
        """,
    )
    assert status(trace, "Encoder").status == "checked"
    assert not trace.failures


def test_einops_absorbs_what_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "einops"]:
        monkeypatch.delitem(sys.modules, name)  # another test may have imported it outside of a run
    trace = run(
        tmp_path,
        """
        from einops import pack, rearrange
        from missing_package_of_nobody import encode

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(8, 8)
            def forward(self, x):
                hidden = rearrange(encode(x), "b c h w -> b (h w) c")
                hidden, shapes = pack([hidden], "b * c")
                return self.layer(x)
        """,
    )
    assert status(trace, "Net").status == "checked"
    assert not trace.failures


def test_an_optional_argument_that_was_left_out_is_no_mistake(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        '''
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(8, 8)
            def forward(self, x, timesteps=None):
                """Apply.

                :param x: an [N x 8] Tensor of inputs.
                :param timesteps: a 1-D batch of timesteps.
                """
                return self.layer(x) + timesteps.to(x.device)[:, None]
        ''',
    )
    assert not trace.failures


def test_the_inputs_of_a_module_that_was_moved_are_where_it_is(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Moved(nn.Module):
            def __init__(self):
                super().__init__()
                self.register_buffer("scale", torch.ones(5, 3))
            def forward(self, x):
                return x[:, None] * self.scale
        moved = Moved().to("cuda")
        """,
    )
    assert status(trace, "Moved").status == "checked"


def test_an_example_input_is_run_also_where_the_script_has_its_own(tmp_path: Path):
    trace = run(
        tmp_path,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(10, 3)

            # shapewright: x: float32[7, 10]
            def forward(self, x):
                return self.layer(x)


        Net()(torch.randn(2, 10))
        """,
    )
    assert inputs(trace, "Net") == {"x": (7, 10)}
    assert status(trace, "Net").source == "directive"
    shapes = {f.value.tensor.shape for f in trace.values if f.role == "parameter" and f.value.tensor}
    assert shapes == {(2, 10), (7, 10)}
