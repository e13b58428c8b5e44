"""The vectors in tests/vectors: cases that were checked with independent implementations, as their `source` says."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "vectors"


@cache
def load(name: str) -> dict[str, Any]:
    """The vectors of one subject."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
