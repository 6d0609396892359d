from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes import FakeEngine, dtype_mistakes, span, tensor
from shapewright import analysis, proof, wire
from shapewright.analysis import Request
from shapewright.config import Config
from shapewright.model import Candidate, Severity
from shapewright.source import Position
from shapewright.sources import Sources

pytestmark = pytest.mark.usefixtures("plain_rules")

GOOD = 'x = make("float32")\ny = layer(x)\n'
BAD = 'x = make("float64")\ny = layer(x)\n'
PATH = "/w/train.py"


def analyse(text: str, engine: FakeEngine | None = None, **more: object) -> analysis.Report:
    request = Request(PATH, {PATH: text}, ("/w",), **more)
    return analysis.analyse(request, engine or FakeEngine(dtype_mistakes))


def one(failure: wire.Failure) -> FakeEngine:
    return FakeEngine(lambda run: wire.Trace(run.id, failures=(failure,)))


def failing(text: str, part: str, nth: int = 0, **more: object) -> wire.Failure:
    return wire.Failure("torch.add", span(PATH, text, part, nth), "RuntimeError", "no", **more)


def test_a_right_file_has_no_finding_and_its_shapes() -> None:
    report = analyse(GOOD)
    assert (report.status, report.findings) == ("ok", ())
    assert [(fact.text, fact.location.range.start) for fact in report.shapes] == [
        ("x", Position(0, 0)),
        ("y", Position(1, 0)),
    ]


def test_a_failure_is_a_finding_where_it_is() -> None:
    (finding,) = analyse(BAD).findings
    assert finding.severity is Severity.ERROR
    assert (finding.location.range.start, finding.location.range.end) == (Position(1, 4), Position(1, 12))
    assert finding.entry == PATH


def test_columns_are_code_points_whatever_stands_before_them() -> None:
    text = 'größe = "𝒳"; y = layer(x)\n'
    (finding,) = analyse(text, one(failing(text, "layer(x)"))).findings
    assert finding.location.range.start == Position(0, text.index("layer"))


def test_a_buffer_wins_over_the_disk_and_the_disk_is_read_for_other_files(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text("# 日本\nreturn_ = add(a)\n")
    failure = wire.Failure("torch.add", span(str(model), model.read_text(), "add(a)"), "RuntimeError", "no")
    entry = tmp_path / "train.py"
    entry.write_text("on_disk = 1\n")
    engine = FakeEngine(lambda run: wire.Trace(run.id, failures=(failure,)))
    report = analysis.analyse(Request(str(entry), {str(entry): "import model\n"}, (str(tmp_path),)), engine)
    assert engine.runs[0].texts == {str(entry): "import model\n"}
    assert report.findings[0].location.path == str(model)
    assert report.findings[0].location.range.start == Position(1, 10)
    again = analysis.analyse(Request(str(entry), {str(model): model.read_text().replace("add", "sum")}), engine)
    assert engine.runs[1].texts[str(entry)] == "on_disk = 1\n"
    assert again.findings[0].location.path == str(model)


def test_a_file_that_cannot_be_read_fails_with_a_reason(tmp_path: Path) -> None:
    report = analysis.analyse(Request(str(tmp_path / "gone.py")), FakeEngine(dtype_mistakes))
    assert (report.status, report.reason) == ("failed", "the file cannot be read")


def test_a_fault_of_the_engine_is_a_failed_report() -> None:
    engine = FakeEngine(lambda run: wire.Fault(run.id, "no torch found", "Install it"))
    report = analyse(GOOD, engine)
    assert (report.status, report.reason) == ("failed", "no torch found: Install it")


def test_one_finding_for_a_place_and_the_best_evidence_wins() -> None:
    inferred = failing(BAD, "layer(x)", evidence="inferred", target="Net")
    script = replace(inferred, evidence="script", message="from the script")
    engine = FakeEngine(lambda run: wire.Trace(run.id, failures=(inferred, script)))
    assert [f.detail for f in analyse(BAD, engine).findings] == ["from the script"]


def test_the_status_says_how_far_it_came() -> None:
    def report(*statuses: str) -> analysis.Report:
        targets = tuple(wire.TargetStatus(f"T{n}", "class", None, s, f"why {n}") for n, s in enumerate(statuses))
        return analyse(GOOD, FakeEngine(lambda run: wire.Trace(run.id, targets=targets)))

    assert (report("checked").status, report("checked").reason) == ("ok", "")
    assert (report("checked", "unchecked").status, report("checked", "unchecked").reason) == ("partial", "T1: why 1")
    assert report("partial").status == "partial"
    assert (report("unchecked").status, report("unchecked").reason) == ("failed", "why 0")


def test_a_target_given_by_hand_that_did_not_run_is_no_clean_file() -> None:
    report = analyse(GOOD, pinned=(wire.Target("Net", pinned=True),))
    assert (report.status, report.reason) == ("failed", "Net did not run")


def test_a_target_given_by_hand_that_cannot_be_made_is_no_clean_file() -> None:
    def answer(run: wire.Run) -> wire.Trace:
        made = wire.TargetStatus("Other", "class", None, "checked")
        return wire.Trace(run.id, targets=(made, wire.TargetStatus("Net", "class", None, "unchecked", "no size")))

    report = analyse(GOOD, FakeEngine(answer), pinned=(wire.Target("Net", pinned=True),))
    assert (report.status, report.reason) == ("failed", "Net: no size")


def test_settings_choose_findings_and_their_level() -> None:
    assert analyse(BAD, config=Config(ignore=("tensor-error",))).findings == ()
    assert analyse(BAD, config=Config(select=("unused-suppression",))).findings == ()
    (finding,) = analyse(BAD, config=Config(severity={"tensor-error": Severity.WARNING})).findings
    assert finding.severity is Severity.WARNING


def test_a_comment_hides_a_finding_and_a_needless_one_is_reported() -> None:
    hidden = analyse(BAD.replace("layer(x)", "layer(x)  # shapewright: ignore[tensor-error]"))
    assert hidden.findings == ()
    assert [f.code for f in hidden.suppressed] == ["tensor-error"]
    needless = analyse(GOOD.replace("layer(x)", "layer(x)  # shapewright: ignore[tensor-error]"))
    assert [(f.code, f.severity) for f in needless.findings] == [("unused-suppression", Severity.HINT)]


def test_a_comment_that_another_entry_needs_is_not_needless(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text("y = layer(x)  # shapewright: ignore[tensor-error]\n")
    failure = wire.Failure("torch.add", span(str(model), model.read_text(), "layer(x)"), "RuntimeError", "no")
    alone = analysis.analyse(Request(str(model)), FakeEngine(lambda run: wire.Trace(run.id)))
    train = tmp_path / "train.py"
    train.write_text("import model\n")
    by_train = analysis.analyse(Request(str(train)), FakeEngine(lambda run: wire.Trace(run.id, failures=(failure,))))
    assert [f.code for f in alone.findings] == ["unused-suppression"]
    assert analysis.merge([alone, by_train]) == ()


def test_the_statement_being_typed_yields_nothing_and_the_others_do() -> None:
    text = "x = make(\ny = add(1)\n"
    failures = (failing(text, "add(1)"), failing(text, "x = make("))
    engine = FakeEngine(lambda run: wire.Trace(run.id, failures=failures))
    report = analyse(text, engine)
    assert engine.runs[0].texts[PATH] == "x = input()\ny = add(1)\n"
    assert [f.location.range.start.line for f in report.findings] == [1]
    assert (report.status, report.reason) == ("partial", "line 1 cannot be parsed")


def test_code_that_uses_what_could_not_be_bound_yields_nothing() -> None:
    text = "x = make(\nfrom __future__ import annotations\ny = add(x)\nz = add(1)\n"
    failures = (failing(text, "add(x)"), failing(text, "add(1)"))
    report = analyse(text, FakeEngine(lambda run: wire.Trace(run.id, failures=failures)))
    assert [f.location.range.start.line for f in report.findings] == [3]


def test_a_name_missing_because_of_the_broken_statement_is_no_finding() -> None:
    text = "def f(:\n\nf()\n"
    failure = wire.Failure("python.NameError", span(PATH, text, "f()"), "NameError", "name 'f' is not defined")
    assert analyse(text, one(failure)).findings == ()


def prove(text: str, engine: FakeEngine | None = None) -> analysis.Report:
    engine = engine or FakeEngine(dtype_mistakes)
    request = Request(PATH, {PATH: text}, ("/w",))
    return analysis.prove(analysis.analyse(request, engine), request, engine)


def test_a_repair_that_works_is_offered() -> None:
    (finding,) = prove(BAD).findings
    (fix,) = finding.fixes
    assert (fix.title, fix.preferred) == ("Cast x to float32", True)
    assert [(e.text, e.location.range.start) for e in fix.edits] == [(".float()", Position(1, 11))]


def test_a_proof_runs_the_edited_text_without_values() -> None:
    engine = FakeEngine(dtype_mistakes)
    prove(BAD, engine)
    assert [run.texts[PATH] for run in engine.proofs] == [BAD.replace("(x)", "(x.float())")]
    assert not engine.proofs[0].options.values


def test_other_findings_stay_where_the_edit_moved_them() -> None:
    text = 'x = make("float64"); y = layer(x); z = layer(x)\nw = layer(x)\n'
    report = prove(text)
    assert len(report.findings) == 3
    assert [len(f.fixes) for f in report.findings] == [1, 1, 1]


def test_a_repair_that_leaves_the_finding_is_not_offered() -> None:
    engine = FakeEngine(dtype_mistakes)
    request = Request(PATH, {PATH: BAD})
    report = analysis.analyse(request, engine)
    known = report.findings[0].failure
    assert known is not None
    again = replace(known, span=wire.Span(PATH, 2, 4, 2, 20))
    stubborn = one(again)
    assert analysis.prove(report, request, stubborn).findings[0].fixes == ()


def test_a_repair_that_brings_another_finding_is_not_offered() -> None:
    request = Request(PATH, {PATH: BAD})
    report = analysis.analyse(request, FakeEngine(dtype_mistakes))
    brings = FakeEngine(lambda run: replace(dtype_mistakes(run), failures=(failing(BAD, "make"),)))
    assert analysis.prove(report, request, brings).findings[0].fixes == ()


def test_what_stands_where_a_value_had_been_unknown_is_no_mistake_of_the_repair() -> None:
    text = BAD + "z = layer(y)\n"
    request = Request(PATH, {PATH: text}, ("/w",))
    report = analysis.analyse(request, FakeEngine(dtype_mistakes))
    left = failing(text.replace("(x)", "(x.float())"), "layer(y)")
    behind = FakeEngine(lambda run: replace(dtype_mistakes(run), failures=(left,)))
    assert analysis.prove(report, request, behind).findings[0].fixes == ()
    value = wire.ValueFact(wire.Span(PATH, 3, 10, 3, 11), tensor(None, dtype="float32"))
    seen = analysis.analyse(request, FakeEngine(lambda run: replace(dtype_mistakes(run), values=(value,))))
    assert len(analysis.prove(seen, request, behind).findings[0].fixes) == 1


def test_a_repair_after_which_less_is_checked_is_not_offered() -> None:
    request = Request(PATH, {PATH: BAD})
    report = analysis.analyse(request, FakeEngine(dtype_mistakes))
    stopped = wire.TargetStatus("script", "script", None, "partial", "stopped")
    silent = FakeEngine(lambda run: wire.Trace(run.id, targets=(stopped,)))
    assert analysis.prove(report, request, silent).findings[0].fixes == ()
    gone = FakeEngine(lambda run: wire.Fault(run.id, "crashed"))
    assert analysis.prove(report, request, gone).findings[0].fixes == ()


def test_a_cancelled_proof_keeps_the_findings() -> None:
    engine = FakeEngine(dtype_mistakes)
    request = Request(PATH, {PATH: BAD})
    report = analysis.analyse(request, engine)
    assert analysis.prove(report, request, engine, cancelled=lambda: True).findings == report.findings
    assert engine.proofs == []


def test_only_files_of_the_workspace_are_edited(tmp_path: Path) -> None:
    library = tmp_path / "lib.py"
    library.write_text(BAD)
    operands = (
        wire.Operand("input", tensor(2, dtype="float64"), span(str(library), BAD, "x", 1)),
        wire.Operand("weight", tensor(2)),
    )
    failure = failing("import lib\n", "import", operands=operands)
    request = Request(PATH, {PATH: "import lib\n"}, ("/w",))
    engine = FakeEngine(lambda run: wire.Trace(run.id, failures=(failure,)))
    report = analysis.prove(analysis.analyse(request, engine), request, engine)
    assert len(report.findings) == 1
    assert engine.proofs == []


def test_a_proof_gives_up_after_so_many_runs() -> None:
    lines = ['x = make("float64")'] + [f"y{n} = layer(x)" for n in range(proof._PER_FILE + 10)]
    engine = FakeEngine(dtype_mistakes)
    report = prove("\n".join(lines) + "\n", engine)
    assert len(engine.proofs) == proof._PER_FILE
    assert len(report.findings) == proof._PER_FILE + 10


def test_a_person_is_shown_a_handful_of_repairs(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = proof.fixes.candidates

    def many(failure: wire.Failure, sources: Sources) -> list[Candidate]:
        (one,) = offered(failure, sources)
        return [replace(one, edits=tuple(replace(e, text=e.text + " " * n) for e in one.edits)) for n in range(9)]

    monkeypatch.setattr(proof.fixes, "candidates", many)
    engine = FakeEngine(dtype_mistakes)
    (finding,) = prove(BAD, engine).findings
    assert len(finding.fixes) == proof._HANDFUL
    assert len(engine.proofs) == proof._HANDFUL


def test_a_call_that_has_no_arguments_yet_is_still_being_typed() -> None:
    text = "y = add()\nz = add(1)\n"
    message = "add() missing 1 required positional argument: 'other'"
    for part, lines in (("add()", []), ("add(1)", [1])):
        failure = wire.Failure("python.TypeError", span(PATH, text, part), "TypeError", message)
        assert [f.location.range.start.line for f in analyse(text, one(failure)).findings] == lines
