"""The page that draws graphs: one file with everything in it, that loads nothing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def page(models: Sequence[dict[str, Any]], title: str, nonce: str = "shapewright") -> str:
    """A self-contained HTML page. `models` are those of `data.data`; `nonce` is what its policy lets run."""
    parts = {
        "%TITLE%": html.escape(title),
        "%NONCE%": html.escape(nonce, quote=True),
        "%STYLE%": (_FOLDER / "page.css").read_text(encoding="utf-8"),
        "%SCRIPT%": (_FOLDER / "layout.js").read_text(encoding="utf-8")
        + (_FOLDER / "page.js").read_text(encoding="utf-8"),
        # Nothing in the data may end the element that holds it.
        "%DATA%": json.dumps({"models": list(models)}, ensure_ascii=False).replace("<", "\\u003c"),
    }
    text = (_FOLDER / "page.html").read_text(encoding="utf-8")
    # In one pass, so that what is put in is not searched.
    return re.sub("|".join(parts), lambda mark: parts[mark[0]], text)
