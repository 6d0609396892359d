import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from shapewright.model import EngineState
from unit.lsp.fakes import Bench

A, B = "/project/a.py", "/project/b.py"


async def test_an_opened_file_is_run_and_its_findings_are_shown():
    bench = Bench()
    bench.open(A, "x = ERROR")
    await bench.settle()
    assert bench.editor.shown(A) == [("a-rule", 0)]
    assert bench.analysis.requests[0].buffers == {A: "x = ERROR"}


async def test_a_mistake_that_is_gone_is_withdrawn():
    bench = Bench()
    bench.open(A, "x = ERROR")
    await bench.settle()
    bench.edit(A, "x = 1")
    await bench.settle()
    assert bench.editor.shown(A) == []


async def test_findings_in_another_file_are_merged_and_withdrawn_when_their_entry_closes():
    bench = Bench()
    bench.open(A, "import b", "x = ERROR")
    bench.open(B, "", "", "y = ERROR")
    await bench.settle()
    assert bench.editor.shown(A) == [("a-rule", 1)]
    assert bench.editor.shown(B) == [("a-rule", 2)]
    bench.close(B)
    await bench.settle()
    assert bench.editor.shown(B) == []
    bench.open(B, "", "", "y = ERROR")
    await bench.settle()
    bench.close(A)
    await bench.settle()
    assert bench.editor.shown(A) == []
    assert bench.editor.shown(B) == [("a-rule", 2)]


async def test_an_edit_runs_the_files_that_import_it_after_itself():
    bench = Bench()
    bench.open(A, "import b")
    bench.open(B, "y = 1")
    await bench.settle()
    bench.analysis.requests.clear()
    bench.edit(B, "y = ERROR")
    await bench.settle()
    assert [request.entry for request in bench.analysis.requests] == [B, A]
    assert bench.analysis.requests[1].buffers[B] == "y = ERROR"


async def test_while_a_file_is_edited_its_dependents_wait():
    bench = Bench()
    bench.open(A, "import b")
    bench.open(B, "y = 1")
    await bench.settle()
    bench.analysis.requests.clear()
    for number in range(4):
        bench.edit(B, f"y = {number}")
        await asyncio.sleep(0)
    await bench.settle()
    assert [request.entry for request in bench.analysis.requests].count(A) == 1
    assert bench.analysis.requests[-1].buffers[B] == "y = 3"


async def test_a_result_of_an_older_text_is_kept_for_hovers_and_not_shown():
    bench = Bench()
    bench.open(A, "x = ERROR", "y = ERROR", "SLOW")
    await bench.running(A)
    bench.edit(A, "", "x = ERROR", "y = ERROR # touched", "SLOW")
    bench.analysis.release.set()
    while bench.session.results.get(A) is None:
        await asyncio.sleep(0)
    ((facts, table),) = bench.session.results.facts(A, bench.session.current)
    assert bench.editor.published == []
    assert table is not None
    assert [table.new[fact.location.range.start.line] for fact in facts.starting(A, 0, 9)] == [1, None]
    await bench.settle()
    assert bench.editor.each_shown(A) == [[("a-rule", 1), ("a-rule", 2)]]


async def test_findings_of_another_entry_are_shown_where_their_lines_are_now():
    bench = Bench()
    bench.open(A, "import b")
    bench.open(B, "x = ERROR", "y = ERROR", "z = ERROR")
    await bench.settle()
    bench.edit(B, "", "x = ERROR", "y = ERROR # touched", "z = 1")
    bench.close(B)
    bench.open(B, "", "x = ERROR", "y = ERROR # touched", "z = 1", "SLOW")
    bench.session.publish([B])
    assert bench.editor.shown(B) == [("a-rule", 1)]
    bench.analysis.release.set()
    await bench.settle()
    assert bench.editor.shown(B) == [("a-rule", 1), ("a-rule", 2)]


async def test_a_finding_that_went_away_in_a_superseded_run_is_withdrawn():
    bench = Bench()
    bench.analysis.disk[B] = "y = ERROR"
    bench.open(A, "import b")
    await bench.settle()
    assert bench.editor.shown(B) == [("a-rule", 0)]
    bench.edit(A, "SLOW")
    await bench.running(A)
    bench.edit(A, "x = 1")
    bench.analysis.release.set()
    await bench.settle()
    assert bench.editor.shown(B) == []


async def test_a_run_that_lasts_is_interrupted_for_a_newer_text():
    bench = Bench()
    bench.open(A, "SLOW ERROR")
    await bench.running(A)
    bench.edit(A, "ERROR")
    await bench.settle()
    assert A in bench.engine.cancelled
    assert bench.editor.each_shown(A) == [[("a-rule", 0)]]


async def test_a_closed_file_is_interrupted_and_its_session_ends():
    bench = Bench()
    bench.open(A, "SLOW")
    await bench.running(A)
    bench.close(A)
    await bench.settle()
    await bench.until(lambda: bench.engine.closed)
    assert bench.engine.closed == [A]
    assert bench.session.results.get(A) is None


async def test_a_run_begins_when_what_ended_the_one_before_it_is_done():
    bench = Bench()
    bench.open(A, "SLOW")
    await bench.running(A)
    bench.engine.may_end.clear()
    bench.close(A)
    bench.analysis.release.set()
    bench.open(A, "x = ERROR")
    await asyncio.sleep(0.05)
    assert len(bench.analysis.requests) == 1
    bench.engine.may_end.set()
    await bench.settle()
    assert bench.engine.closed == [A]
    assert bench.editor.shown(A) == [("a-rule", 0)]


async def test_repairs_are_proven_after_the_findings_were_shown_and_publish_the_same_once_more():
    bench = Bench()
    bench.open(A, "x = ERROR")
    await bench.settle()
    assert bench.analysis.proofs == [A]
    before, after = bench.editor.published
    assert [(f.code, f.location) for f in before[1]] == [(f.code, f.location) for f in after[1]]
    (finding,) = bench.session.results.repairs(A, bench.session.current)
    assert finding.fixes[0].title == "repair"


async def test_what_is_proven_is_offered_while_other_repairs_are_tried():
    bench = Bench()
    bench.open(A, "x = ERROR  # PAUSE", "y = ERROR")
    await bench.until(lambda: bench.session.results.repairs(A, bench.session.current))
    assert bench.session.scheduler.busy(A)
    assert len(bench.session.results.repairs(A, bench.session.current)) == 1
    bench.analysis.go_on.set()
    await bench.settle()
    assert len(bench.session.results.repairs(A, bench.session.current)) == 2


async def test_a_text_without_mistakes_is_published_once():
    bench = Bench()
    bench.open(A, "x = 1")
    await bench.settle()
    assert len(bench.editor.published) == 1


async def test_a_repair_proven_for_another_text_is_not_offered():
    bench = Bench()
    bench.open(A, "x = ERROR", "y = 1")
    await bench.settle()
    bench.session.documents.change(f"file://{A}", 2, type(bench.session.current(A))(A, "x = ERROR\ny = 2"))
    assert bench.session.results.findings(bench.session.current)[A]
    assert bench.session.results.repairs(A, bench.session.current) == []


async def test_nothing_runs_without_trust():
    bench = Bench(trusted=False)
    bench.session.runs.roots = ("/project",)
    bench.open(A, "x = ERROR")
    bench.session.warm()
    await bench.session.check([B])
    await bench.settle()
    assert bench.analysis.requests == []
    assert bench.starts == []
    assert bench.session.status().state is EngineState.UNTRUSTED
    bench.session.trust(True)
    await bench.settle()
    assert bench.editor.shown(A) == [("a-rule", 0)]


async def test_trust_that_is_taken_back_takes_the_findings_along():
    bench = Bench()
    bench.open(A, "x = ERROR")
    await bench.settle()
    bench.session.trust(False)
    assert bench.editor.shown(A) == []
    await bench.until(lambda: bench.engine.stopped == 1)


async def test_library_files_and_other_languages_are_not_run():
    bench = Bench()
    bench.open("/env/lib/python3.11/site-packages/torch/x.py", "x = ERROR")
    bench.session.changed(bench.session.documents.open("/project/x.toml", "file:///project/x.toml", 1, "toml", "ERROR"))
    await bench.settle()
    assert bench.analysis.requests == []


async def test_other_languages_are_no_part_of_a_program():
    bench = Bench()
    bench.session.documents.open("/project/x.toml", "file:///project/x.toml", 1, "toml", "ERROR")
    bench.open(A, "x = 1")
    await bench.settle()
    assert list(bench.analysis.requests[0].buffers) == [A]


async def test_a_fault_is_told_and_keeps_what_was_known_of_the_values():
    bench = Bench()
    bench.open(A, "x = ERROR", "y = 1")
    await bench.settle()
    bench.edit(A, "x = ERROR", "FAULT")
    await bench.settle()
    assert bench.editor.shown(A) == []
    result = bench.session.results.get(A)
    assert result is not None
    assert result.facts
    assert bench.session.status().detail == "a.py: not checked: crashed: it was a bad day"


async def test_a_wrong_settings_file_is_told_once_by_its_key(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.shapewright]\ntimeoot = 3\n")
    file = str(tmp_path / "a.py")
    bench = Bench()
    bench.open(file, "x = ERROR")
    await bench.settle()
    bench.edit(file, "x = 2")
    await bench.settle()
    assert len(bench.editor.complaints) == 1
    assert "tool.shapewright.timeoot" in bench.editor.complaints[0]
    assert "timeout" in bench.editor.complaints[0]
    (tmp_path / "pyproject.toml").write_text("[tool.shapewright]\ntimeout = 3\n")
    bench.session.touched([str(tmp_path / "pyproject.toml")])
    await bench.settle()
    assert bench.analysis.requests[-1].config.timeout == 3


async def test_checking_files_that_are_not_open(tmp_path: Path):
    bench = Bench()
    files = [str(tmp_path / name) for name in ("one.py", "two.py")]
    bench.open(A, "x = ERROR")
    assert await bench.session.check([*files, A]) == (3, 1)
    assert {request.entry for request in bench.analysis.requests} == {*files, A}
    assert set(files) <= set(bench.engine.closed)


async def test_a_file_outside_of_the_workspace_has_the_folder_of_its_project(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    bench = Bench()
    bench.session.runs.roots = ("/project",)
    bench.open(str(tmp_path / "src" / "a.py"), "x = 1")
    bench.open(A, "x = 1")
    await bench.settle()
    roots = {request.entry: request.roots for request in bench.analysis.requests}
    assert roots[str(tmp_path / "src" / "a.py")] == (str(tmp_path), "/project")
    assert roots[A] == ("/project",)


@pytest.mark.parametrize("path", ["untitled:Untitled-1"])
async def test_what_was_never_saved_is_run_too(path: str):
    bench = Bench()
    bench.session.changed(bench.session.documents.open(path, path, 1, "python", "x = ERROR"))
    await bench.settle()
    assert bench.editor.shown(path) == [("a-rule", 0)]


async def test_the_end_stops_the_engine_for_good():
    bench = Bench()
    bench.open(A, "SLOW")
    await bench.running(A)
    await asyncio.to_thread(bench.session.close)
    assert bench.engine.stopped == 1
    bench.edit(A, "x = ERROR")
    await asyncio.sleep(0.05)
    assert bench.editor.shown(A) == []


@pytest.mark.parametrize(("text", "words"), [("INTERNAL", "KeyError: 'a'"), ("RAISE", "ValueError: ours")])
async def test_an_error_of_ours_is_a_state_until_the_file_is_checked_or_closed(text: str, words: str):
    bench = Bench()
    bench.session.health.engine = replace(bench.session.health.engine, state=EngineState.READY)
    bench.open(A, text)
    await bench.settle()
    status = bench.session.status()
    assert (status.state, status.detail) == (EngineState.FAULT, f"a.py was not checked: {words}")
    bench.edit(A, "x = 1")
    await bench.settle()
    assert bench.session.status().state is EngineState.READY
    bench.edit(A, text)
    await bench.settle()
    assert bench.session.status().state is EngineState.FAULT
    bench.close(A)
    await bench.settle()
    assert bench.session.status().state is EngineState.READY


async def test_other_sizes_are_tried_once_nothing_else_is_to_be_done():
    bench = Bench()
    bench.open(A, "x = ERROR")
    await bench.settle()
    assert bench.editor.shown(A) == [("a-rule", 0)] and bench.analysis.tried == []
    await asyncio.wait_for(bench.session.sizes.drained(), 60)
    result = bench.session.results.get(A)
    assert result is not None and [c.name for c in result.report.contracts] == ["Net"]
    assert bench.analysis.tried == ["x = ERROR"]


async def test_an_edit_ends_the_trying_of_other_sizes_and_is_not_kept_waiting():
    bench = Bench()
    bench.open(A, "LATE")
    await bench.settle()
    await bench.until(lambda: bench.analysis.tried)
    bench.edit(A, "x = ERROR")
    await bench.settle()
    assert bench.editor.shown(A) == [("a-rule", 0)] and A in bench.engine.cancelled
    await asyncio.wait_for(bench.session.sizes.drained(), 60)
    assert bench.analysis.tried == ["LATE", "x = ERROR"]
    result = bench.session.results.get(A)
    assert result is not None and len(result.report.contracts) == 1
