"""The log of a process that is told to write JSON: one object a line, errors with their trace."""

import json
import subprocess
import sys

from tests.support.machine import ROOT

PROGRAM = """
import logging, sys
from pathlib import Path
from core.config import load
from core.ops import logs
logs.set_up(load({"DIWAN_LOG_FORMAT": sys.argv[1]}, Path(sys.argv[2])))
log = logging.getLogger("diwan")
log.info("too quiet")
log.warning("slow: %s", "\u0633\u0644\u0627\u0645")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("request failed", extra={"request_id": "abc"})
"""


def _written(form, tmp_path):
    done = subprocess.run([sys.executable, "-c", PROGRAM, form, str(tmp_path)], cwd=ROOT, capture_output=True,
                          text=True, check=True)
    return done.stderr


def test_json_is_one_object_a_line(tmp_path):
    slow, failed = [json.loads(line) for line in _written("json", tmp_path).splitlines()]
    assert (slow["level"], slow["logger"], slow["message"]) == ("warning", "diwan", "slow: سلام")
    assert slow["time"].endswith("+00:00")
    assert failed["request_id"] == "abc"
    assert "ZeroDivisionError" in failed["trace"]


def test_text_is_for_people(tmp_path):
    first = _written("text", tmp_path).splitlines()[0]
    assert first.endswith("WARNING diwan slow: سلام")
