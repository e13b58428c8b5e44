"""The floor of every request: Flask alone behind the same server.

    python benchmarks/bare_flask.py PORT WORKERS
"""

from __future__ import annotations

import sys

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

THREADS = 2

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """As little as an answer can be."""
    return "hello"


if __name__ == "__main__":
    Server("bare_flask:app", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.WSGI,
           workers=int(sys.argv[2]), blocking_threads=THREADS, log_level=LogLevels.warning).serve(
               target_loader=lambda: app, wrap_loader=False)
