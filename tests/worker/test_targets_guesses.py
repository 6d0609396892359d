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
