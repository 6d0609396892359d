"""The documentation folder is the pages of the rules."""

from __future__ import annotations

import write_rule_docs


def test_the_folder_of_pages_is_up_to_date() -> None:
    on_disk = {f.name: f.read_text(encoding="utf-8") for f in write_rule_docs.FOLDER.glob("*.md")}
    assert on_disk == write_rule_docs.documents(), "run `python tests/write_rule_docs.py`"
