"""What the answer says of each target: where it stands, how far it was checked, and why not farther."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from worker.traced import HEAD, run, status

DECLARED = '''
class Net(nn.Module):
    """A net."""

    def __init__(self, scale=None):
        super().__init__()
        self.first, self.second = nn.Linear(10, 4), nn.Linear(4, 2)

    def forward(self, x):
        """
        Args:
            x: (B, T, 9)
        """
        h = self.second(self.first(x))
        return h
'''


def test_behind_its_own_finding_a_class_is_checked(tmp_path: Path) -> None:
    trace = run(tmp_path, DECLARED)
    assert len(trace.failures) == 1
    found = status(trace, "Net")
    assert (found.status, found.reason) == ("checked", "")
    (output,) = found.outputs
    assert output.tensor is not None
    assert output.tensor.symbols == ("B", "T", "2")


def test_a_stop_that_is_no_finding_is_told_with_its_line_and_without_our_numbers(tmp_path: Path) -> None:
    stop = 'raise RuntimeError(f"no room for {tuple(h.shape)}")'
    text = DECLARED.replace("(B, T, 9)", "(B, T, 10)").replace("return h", stop)
    trace = run(tmp_path, text)
    assert trace.failures == ()
    found = status(trace, "Net")
    line = (HEAD + text).splitlines().index(f"        {stop}") + 1
    assert (found.status, found.reason) == ("partial", f"it stops at line {line}: no room for (B, T, 2)")


def test_classes_and_functions_have_their_place(tmp_path: Path) -> None:
    text = '''
class Outer(nn.Module):
    @staticmethod
    def shift(x):
        return x
    class   Größe(nn.Module):
        def forward(self, x):
            return x
    def forward(self, x):
        return x

def score(x):
    """x: (B, 3)"""
    return x.sum(1)
'''
    lines = (HEAD + text).encode().splitlines()
    trace = run(tmp_path, text)
    for target in trace.targets[1:]:
        assert target.span is not None, target.name
        said = lines[target.span.line - 1][target.span.column : target.span.end_column].decode()
        assert said == target.name.rpartition(".")[2]
    assert {t.name for t in trace.targets} >= {"Outer", "Outer.Größe", "score"}


def test_a_letter_that_a_constructor_argument_has_is_its_value_at_first(tmp_path: Path) -> None:
    text = '''
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.linear = nn.Linear(n, 4)

    def forward(self, x):
        """
        Args:
            x: (batch, seq, n)
        """
        return self.linear(x)
'''
    assert status(run(tmp_path, text), "Net").status == "checked"
