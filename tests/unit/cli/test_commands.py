"""The commands with an engine that needs no process: what is written where, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeEngine, dtype_mistakes, tensor
from shapewright import rules, wire
from shapewright.cli.main import main
from shapewright.model import EngineInfo, EngineState

pytestmark = pytest.mark.usefixtures("plain_rules")

BAD = 'x = make("float64")\ny = layer(x)\n'
GOOD = 'x = make("float32")\ny = layer(x)\n'


class Command:
    """Runs the command line in a folder of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]):
        self.capsys = capsys
        self.engine = FakeEngine(dtype_mistakes)
        self.interpreters: list[str | None] = []

    def __call__(self, *argv: str) -> tuple[int, str, str]:
        def find(given: str | None, _config: object, _path: object) -> str:
            self.interpreters.append(given)
            return given or "/usr/bin/python3"

        code = main(argv, serve=lambda: 77, open_engine=self.engine.open, find_interpreter=find)
        out, err = self.capsys.readouterr()
        return code, out, err


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(capsys)


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_text_looks_like_a_compiler(command: Command) -> None:
    write(train=BAD)
    code, out, err = command("check", "train.py")
    assert (code, err) == (1, "")
    assert out == (
        "train.py:2:5: error[tensor-error] linear fails with input f64[2, 3], weight f32[3, 3]\n"
        " 2 | y = layer(x)\n"
        "   |     ^^^^^^^^\n"
        "   = PyTorch: dtypes\n"
        "   = fix: Cast x to float32 (preferred)\n"
        "     train.py:2:12: insert `.float()`\n"
        "\n"
        "1 error in 1 file; run with /usr/bin/python3 (Python 3.11.7, torch 2.13.0)\n"
    )


def test_nothing_found_is_exit_0_and_says_so(command: Command) -> None:
    write(train=GOOD)
    assert command("check", "train.py") == (
        0,
        "nothing found in 1 file; run with /usr/bin/python3 (Python 3.11.7, torch 2.13.0)\n",
        "",
    )


def test_json_has_exactly_its_members(command: Command) -> None:
    write(src__train=BAD)
    code, out, _ = command("check", "src", "--format", "json")
    assert code == 1
    place = {"path": "src/train.py", "line": 2, "column": 12, "end_line": 2, "end_column": 12}
    assert json.loads(out) == {
        "version": 1,
        "diagnostics": [
            {
                "path": "src/train.py",
                "line": 2,
                "column": 5,
                "end_line": 2,
                "end_column": 13,
                "code": "tensor-error",
                "severity": "error",
                "message": "linear fails with input f64[2, 3], weight f32[3, 3]",
                "url": rules.url("tensor-error"),
                "related": [],
                "fixes": [{"title": "Cast x to float32", "preferred": True, "edits": [{**place, "text": ".float()"}]}],
            }
        ],
        "files": [
            {
                "path": "src/train.py",
                "status": "ok",
                "reason": "",
                "seconds": 0.01,
                "targets": [
                    {
                        "name": "script",
                        "kind": "script",
                        "line": None,
                        "status": "checked",
                        "reason": "",
                        "source": "",
                        "construct": "",
                        "inputs": [],
                        "outputs": [],
                        "parameters": 0,
                    }
                ],
            }
        ],
    }


def test_columns_are_code_points_and_carets_stand_below_wide_characters(command: Command) -> None:
    write(train='x = make("float64")\n日本 = layer(x)\n')
    _, out, _ = command("check", "train.py", "--no-fixes")
    assert "train.py:2:6: error" in out
    assert " 2 | 日本 = layer(x)\n   |        ^^^^^^^^\n" in out


def test_no_fixes_proves_nothing(command: Command) -> None:
    write(train=BAD)
    _, out, _ = command("check", "train.py", "--no-fixes")
    assert "fix:" not in out
    assert command.engine.proofs == []


def test_github_commands_are_escaped(command: Command) -> None:
    write(train=BAD)
    code, out, _ = command("check", "train.py", "--format", "github")
    first = out.splitlines()[0]
    assert code == 1
    assert first == (
        "::error file=train.py,line=2,endLine=2,col=5,endColumn=13,title=tensor-error::"
        "linear fails with input f64[2, 3], weight f32[3, 3]%0Adtypes"
    )


def test_sarif_names_rule_place_and_repair(command: Command) -> None:
    write(train=BAD)
    _, out, _ = command("check", "train.py", "--format", "sarif")
    (run,) = json.loads(out)["runs"]
    (result,) = run["results"]
    assert result["ruleId"] in [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "train.py"},
        "region": {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 13},
    }
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": ".float()"}
    assert run["invocations"][0]["properties"]["interpreters"][0]["torch"] == "2.13.0"


def test_files_come_in_one_order_whatever_the_number_of_jobs(command: Command) -> None:
    write(**{f"m{n}": BAD for n in range(6)}, z__good=GOOD)
    one = command("check", ".", "--format", "json", "--jobs", "1")
    many = command("check", ".", "--format", "json", "--jobs", "4")
    assert one == many
    assert [f["path"] for f in json.loads(one[1])["files"]] == [f"m{n}.py" for n in range(6)] + ["z/good.py"]


def test_folders_leave_out_what_is_excluded_but_a_named_file_is_meant(command: Command) -> None:
    write(a=GOOD, old__b=BAD, keep__old=GOOD, node_modules__c=BAD, sub__gen__d=BAD)
    env = Path("myenv")
    env.mkdir()
    (env / "pyvenv.cfg").touch()
    (env / "e.py").write_text(BAD)
    Path("pyproject.toml").write_text('[tool.shapewright]\nexclude = ["old", "sub/gen/**"]\n')
    code, out, _ = command("check", ".", "--format", "json")
    assert [f["path"] for f in json.loads(out)["files"]] == ["a.py", "keep/old.py"]
    assert code == 0
    code, out, _ = command("check", "old/b.py", "--format", "json")
    assert code == 1


def failing_files(*bad: str) -> Callable[[wire.Run], wire.Trace | wire.Fault]:
    def answer(run: wire.Run) -> wire.Trace | wire.Fault:
        if Path(run.entry).stem in bad:
            return wire.Fault(run.id, "crashed", "It ended")
        return dtype_mistakes(run)

    return answer


def test_what_could_not_run_outranks_what_was_found(command: Command) -> None:
    write(bad=BAD, gone=GOOD)
    command.engine.answer = failing_files("gone")
    code, out, _ = command("check", ".", "--no-fixes")
    assert code == 2
    assert "gone.py: not checked: crashed: It ended" in out
    assert "1 error in 2 files (1 not checked)" in out


def partial(run: wire.Run) -> wire.Trace:
    ok = wire.TargetStatus("script", "script", None, "checked")
    inputs = (wire.ValueFact(wire.Span("", 1, 0, 1, 0), tensor(2, 3), name="x"),)
    short = wire.TargetStatus("Net", "class", None, "partial", "no input fits", "layers", inputs=inputs)
    return wire.Trace(run.id, targets=(ok, short), notes=("a note",))


def test_a_file_checked_in_part_counts_as_checked_unless_strict(command: Command) -> None:
    write(a=GOOD)
    command.engine.answer = partial
    code, out, _ = command("check", "a.py")
    assert code == 0
    assert "a.py: checked in part: Net: no input fits" in out
    assert command("check", "a.py", "--strict")[0] == 2


def test_verbose_says_how_far_each_part_was_checked(command: Command) -> None:
    write(a=GOOD)
    command.engine.answer = partial
    _, out, _ = command("check", "a.py", "--verbose")
    assert "a.py: script checked\n" in out
    assert "a.py: class Net partial with x: f32[2, 3] (from layers): no input fits\n" in out
    assert "a.py: note: a note" in out


def test_a_mistake_of_ours_in_one_file_leaves_the_others(command: Command) -> None:
    write(a=BAD, b=GOOD)

    def answer(run: wire.Run) -> wire.Trace:
        if run.entry.endswith("b.py"):
            raise RuntimeError("not thought of")
        return dtype_mistakes(run)

    command.engine.answer = answer
    code, out, _ = command("check", ".", "--no-fixes")
    assert code == 2
    assert "b.py: not checked: internal error, please report it: RuntimeError: not thought of" in out
    assert "a.py:2:5: error" in out


def test_a_file_of_another_encoding_than_its_own_is_not_checked(command: Command) -> None:
    Path("a.py").write_bytes(b"x = '\xff'\n")
    code, out, _ = command("check", "a.py")
    assert code == 2
    assert (
        "a.py: not checked: it is not text that Python reads" in out and "save it in UTF-8, or name its encoding" in out
    )


def test_a_folder_without_python_says_so(command: Command) -> None:
    Path("docs").mkdir()
    assert command("check", "docs") == (0, "no Python file and no notebook there; nothing was checked\n", "")


def test_an_interpreter_that_did_not_start_ran_nothing(command: Command) -> None:
    write(train=GOOD)
    command.engine.answer = lambda run: wire.Fault(run.id, "no torch found", "Install it.")
    command.engine.info = EngineInfo(EngineState.NO_TORCH, "/usr/bin/python3")
    code, out, _ = command("check", "train.py")
    assert code == 2
    assert out.splitlines()[0] == "train.py: not checked: no torch found: Install it."
    assert out.splitlines()[-1] == "nothing found in 1 file (1 not checked); /usr/bin/python3 ran nothing"


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": c} for c in cells], "nbformat": 4, "metadata": {}})


def test_findings_of_a_notebook_name_their_cell(command: Command) -> None:
    Path("n.ipynb").write_text(notebook('%time\nx = make("float64")', "z = 1\ny = layer(x)"))
    code, out, _ = command("check", "n.ipynb")
    assert code == 1
    assert out.startswith("n.ipynb:cell 2:2:5: error")
    assert " 2 | y = layer(x)" in out
    _, out, _ = command("check", "n.ipynb", "--format", "json")
    (found,) = json.loads(out)["diagnostics"]
    assert (found["cell"], found["line"]) == (2, 2)
    assert found["fixes"][0]["edits"][0]["cell"] == 2


def test_the_place_of_a_class_of_a_notebook_is_that_in_its_cell(command: Command) -> None:
    Path("n.ipynb").write_text(notebook("a = 1\nb = 2", "\nclass Net:\n    pass"))

    def answer(run: wire.Run) -> wire.Trace:
        line = run.texts[run.entry].splitlines().index("class Net:") + 1
        target = wire.TargetStatus("Net", "class", wire.Span(run.entry, line, 6, line, 9), "checked")
        return wire.Trace(run.id, targets=(target,))

    command.engine.answer = answer
    _, out, _ = command("check", "n.ipynb", "--format", "json")
    (target,) = json.loads(out)["files"][0]["targets"]
    assert (target["cell"], target["line"]) == (2, 2)


def test_what_is_no_notebook_is_not_checked(command: Command) -> None:
    Path("n.ipynb").write_text("{}")
    code, out, _ = command("check", "n.ipynb")
    assert code == 2
    assert "it has no list of cells" in out


def test_shapes_lists_each_value_once_in_order_of_execution(command: Command) -> None:
    text = "a = f()\nb = g()\n"
    write(train=text)

    def answer(run: wire.Run) -> wire.Trace:
        def fact(line: int, value: wire.Value, source: str = "script") -> wire.ValueFact:
            return wire.ValueFact(wire.Span(run.entry, line, 0, line, 1), value, source=source)

        batch = tensor(4, 16, symbols=("B", "16"))
        values = (
            fact(2, batch, "docstring"),
            fact(1, tensor(3, None)),
            fact(2, batch),
            fact(2, tensor(5, 16)),
            fact(1, wire.Value("number", "int", text="3")),
        )
        return wire.Trace(run.id, values)

    command.engine.answer = answer
    code, out, _ = command("shapes", "train.py", "--format", "json")
    data: dict[str, Any] = json.loads(out)
    assert (code, data["version"]) == (0, 1)
    assert data["values"][0] == {
        "path": "train.py",
        "line": 2,
        "column": 1,
        "end_line": 2,
        "end_column": 2,
        "text": "b",
        "shape": [4, 16],
        "symbolic": "(B, 16)",
        "dtype": "float32",
        "device": "cpu",
        "source": "docstring",
    }
    assert [(v["text"], v["shape"]) for v in data["values"]] == [("b", [4, 16]), ("a", [3, None]), ("b", [5, 16])]
    _, out, _ = command("shapes", "train.py")
    assert out.splitlines()[:3] == [
        "train.py:2:1  b  f32[B, 16]  docstring",
        "train.py:1:1  a  f32[3, ?]   script",
        "train.py:2:1  b  f32[5, 16]  script",
    ]


def test_a_target_given_by_hand(command: Command) -> None:
    write(model="class Net:\n    def forward(self, x, mask=None):\n        return x\n")
    command(
        "check",
        "model.py",
        "--target",
        "Net",
        "--construct",
        "Net()",
        "--input",
        "float32[2,3]",
        "--input",
        "mask=bool[2]",
    )
    (run,) = command.engine.runs
    (target,) = run.targets
    assert (target.name, target.construct, target.pinned) == ("Net", "Net()", True)
    assert [declared.name for declared in target.inputs] == ["x", "mask"]
    assert not run.options.script


def test_fix_prints_a_diff_and_writes_only_when_told(command: Command) -> None:
    text = 'x = make("float64")\r\ny = layer(x)\r\nz = layer(x)'
    Path("train.py").write_text(text, newline="")
    code, out, _ = command("fix", "train.py")
    assert code == 0
    assert "\n-y = layer(x)\r\n" in out
    assert "\n+y = layer(x.float())\r\n" in out
    assert "\n+z = layer(x.float())\n\\ No newline at end of file\n" in out
    assert Path("train.py").read_bytes().decode() == text
    code, out, _ = command("fix", "train.py", "--write")
    assert code == 0
    assert Path("train.py").read_bytes().decode() == text.replace("layer(x)", "layer(x.float())")
    assert out.startswith("fixed: Cast x to float32\nfixed: Cast x to float32\nwrote train.py\nnothing found")


def test_fix_of_one_rule_leaves_the_others(command: Command) -> None:
    write(train=BAD)
    code, out, _ = command("fix", "train.py", "--code", "unused-suppression", "--write")
    assert code == 1
    assert "nothing to fix" in out
    assert Path("train.py").read_text() == BAD


def test_fix_writes_into_the_cells_of_a_notebook(command: Command) -> None:
    Path("n.ipynb").write_text(notebook('%time\nx = make("float64")', "y = layer(x)"))
    assert command("fix", "n.ipynb", "--write")[0] == 0
    cells = json.loads(Path("n.ipynb").read_text())["cells"]
    assert [cell["source"] for cell in cells] == ['%time\nx = make("float64")', "y = layer(x.float())"]


def test_doctor_names_what_runs_the_code(command: Command) -> None:
    command.engine.answer = lambda run: wire.Trace(run.id)
    code, out, _ = command("doctor")
    assert code == 0
    assert "interpreter  /usr/bin/python3, Python 3.11.7" in out
    assert "torch        2.13.0" in out
    command.engine.answer = lambda run: wire.Fault(run.id, "no torch found", "Install it with pip")
    code, out, _ = command("doctor", "--python", "/opt/python")
    assert code == 2
    assert "problem      no torch found: Install it with pip" in out
    assert command.interpreters[-1] == "/opt/python"


def test_explain_prints_the_page_of_every_rule_that_rules_lists(command: Command) -> None:
    _, listing, _ = command("rules")
    codes = [line.split()[0] for line in listing.splitlines()]
    assert codes == sorted(rules.codes())
    for code in codes:
        status, page, _ = command("explain", code)
        assert status == 0
        assert page.startswith(f"# {code}\n")
        assert page.endswith(f"{rules.url(code)}\n")


def test_serve_is_handed_on(command: Command) -> None:
    assert command("serve")[0] == 77
    assert command("serve", "--stdio")[0] == 77


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["check", "gone.py"], "gone.py: there is no such file or folder"),
        (["check", "notes.txt"], "notes.txt: is neither a Python file (.py) nor a notebook (.ipynb)"),
        (["check", ".", "--construct", "Net()"], "name it with --target NAME"),
        (["check", ".", "--target", "Net"], "--target runs a model of one file; 2 were given"),
        (["check", "a.py", "--target", "Nett"], "the file has no such class or function"),
        (["shapes", "gone.py"], "gone.py: there is no such file or folder"),
        (["fix", "a.py", "--code", "tensor-eror"], "there is no rule 'tensor-eror'; did you mean 'tensor-error'?"),
        (["explain", "zzz"], "there is no rule 'zzz'; `shapewright rules` lists them"),
    ],
)
def test_bad_arguments_are_explained(command: Command, argv: list[str], complaint: str) -> None:
    write(a=GOOD, b=GOOD)
    Path("notes.txt").touch()
    code, out, err = command(*argv)
    assert (code, out) == (2, "")
    assert complaint in err


def test_arguments_that_argparse_refuses_exit_2(command: Command) -> None:
    with pytest.raises(SystemExit) as caught:
        command("check", "a.py", "--jobs", "none")
    assert caught.value.code == 2


def test_wrong_settings_exit_2_and_name_file_and_key(command: Command) -> None:
    write(a=GOOD)
    Path("pyproject.toml").write_text("[tool.shapewright]\ntimeot = 3\n")
    code, _, err = command("check", "a.py")
    assert code == 2
    assert "pyproject.toml: tool.shapewright.timeot is no setting; did you mean 'timeout'?" in err


def test_an_interrupt_is_clean(command: Command) -> None:
    write(a=GOOD)

    def interrupted(_run: wire.Run) -> wire.Trace:
        raise KeyboardInterrupt

    command.engine.answer = interrupted
    assert command("check", "a.py") == (130, "", "shapewright: interrupted\n")
