"""The snippets behind PyTorch's common messages, `tests/data/messages.json`."""

import json
from pathlib import Path

_HANGS_ON = {
    "bce_range": "whether the predictions are probabilities",
    "boolmask_dyn": "how many elements are chosen",
    "nonzero_dyn": "how many elements are not zero",
}
_ENTRIES: dict[str, str] = json.loads((Path(__file__).parents[2] / "data" / "messages.json").read_text("utf-8"))

CASES = [code for name, code in _ENTRIES.items() if name not in _HANGS_ON]
BY_VALUE = {_ENTRIES[name]: reason for name, reason in _HANGS_ON.items()}
