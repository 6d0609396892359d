"""Writes `docs/rules/`: the pages of the rules under their codes, and a list of them. Run after a page changed."""

from __future__ import annotations

from pathlib import Path

from shapewright import rules

FOLDER = Path(__file__).parent.parent / "docs" / "rules"


def documents() -> dict[str, str]:
    """What each file of the folder holds, by name."""
    found = {f"{rule.code}.md": rule.page for rule in rules.RULES}
    rows = [f"| [{r.code}]({r.code}.md) | {r.severity.value} | {r.summary} |" for r in sorted(rules.RULES, key=_code)]
    found["README.md"] = "# Rules\n\n| Code | Level | Finds |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    return found


def _code(rule: rules.Rule) -> str:
    return rule.code


def main() -> None:
    """Write the folder anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = documents()
    for old in FOLDER.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
