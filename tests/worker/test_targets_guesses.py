"""First guesses for what nobody wrote: the masks of sequences, and the words of a configuration."""

from __future__ import annotations

from pathlib import Path

from worker.test_targets import inputs, run, status


def test_the_mask_of_a_sequence_of_channels_has_one_channel(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Voice(nn.Module):
            def __init__(self, hidden_channels, layers):
                super().__init__()
                self.convs = nn.ModuleList(nn.Conv1d(hidden_channels, hidden_channels, 1) for _ in range(layers))
            def forward(self, x, x_mask):
                both = x_mask.unsqueeze(2) * x_mask.unsqueeze(-1)
                for conv in self.convs:
                    x = conv(x * x_mask)
                scores = x.unsqueeze(2) * x.unsqueeze(-1)
                return x * x_mask, scores.masked_fill(both == 0, -1e4)
        """,
    )
    assert not trace.failures
    found = inputs(trace, "Voice")
    assert found["x_mask"] == (found["x"][0], 1, found["x"][2])


def test_a_setting_is_one_of_the_words_that_the_file_compares_it_with(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Smooth(nn.Module):
            def __init__(self, configs):
                super().__init__()
                if configs.decomp == "mean":
                    self.pool = nn.AvgPool1d(3, 1, 1)
            def forward(self, x):
                return self.pool(x)

        class Forecast(nn.Module):
            def __init__(self, configs):
                super().__init__()
                self.task_name, self.kind = configs.task_name, configs.model_kind
                if self.task_name == "classify":
                    self.head = nn.Linear(8, 2)
                self.smooth = Smooth(configs)
            def forward(self, x):
                if self.task_name in ("predict", "impute"):
                    return self.smooth(x)
                raise ValueError("only these")
        """,
    )
    assert not trace.failures
    assert status(trace, "Smooth").status == "checked"
    assert status(trace, "Forecast").status == "checked"


def test_a_text_is_one_of_the_constants_it_is_compared_with(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        ROUGH_MODE, SMOOTH_MODE = "rough", "smooth"

        class Distance(nn.Module):
            def __init__(self, mode: str, kind: str):
                assert mode in {ROUGH_MODE, SMOOTH_MODE}
                super().__init__()
                self.mode, self.layer = mode, nn.Linear(4, 4)
                self.kind = kind
            def forward(self, x):
                if self.mode == ROUGH_MODE:
                    out = self.layer(x).abs()
                elif self.mode == SMOOTH_MODE:
                    out = self.layer(x).square()
                if self.kind == "sum":
                    loss = out.sum()
                return loss
        """,
    )
    assert not trace.failures
    assert inputs(trace, "Distance")["x"][-1] == 4


def test_the_sides_of_a_map_are_numbers_also_where_they_are_handed_on(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        """
        class Depthwise(nn.Module):
            def __init__(self, dim):
                super().__init__()
                self.conv = nn.Conv2d(dim, dim, 3, 1, 1, groups=dim)
            def forward(self, x, H, W):
                B, N, C = x.shape
                return self.conv(x.transpose(1, 2).view(B, C, H, W)).flatten(2).transpose(1, 2)

        class Mix(nn.Module):
            def __init__(self, dim):
                super().__init__()
                self.first, self.middle = nn.Linear(dim, 16), Depthwise(16)
            def forward(self, x, H, W):
                return self.middle(self.first(x), H, W)
        """,
    )
    assert not trace.failures
    assert inputs(trace, "Mix")["x"][1] == 14 * 14


def test_a_window_is_a_number_of_a_function_that_takes_its_tensor_first(tmp_path: Path) -> None:
    trace = run(
        tmp_path,
        '''
        def windows(x, window_size):
            """
            Args:
                x: (B, H, W, C)
            """
            B, H, W, C = x.shape
            x = x.view(B, H // window_size, window_size, W // window_size, window_size, C)
            return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, window_size, window_size, C)
        ''',
    )
    assert not trace.failures
    assert status(trace, "windows").status == "checked"
