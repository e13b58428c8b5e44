"""What processes write to standard error: text for people, or one JSON object a line for programs."""

from __future__ import annotations

import datetime as dt
import logging
import sys

import orjson

from core.config import Config

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class JsonLines(logging.Formatter):
    """Each record as an object with `time` (UTC), `level`, `logger`, `message`, `process`; for errors the trace."""

    def format(self, record: logging.LogRecord) -> str:
        found = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage(),
            "process": record.process,
        }  # fmt: skip
        if getattr(record, "request_id", ""):
            found["request_id"] = record.request_id  # type: ignore[attr-defined]
        if record.exc_info:
            found["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(found, default=str).decode()


def set_up(config: Config, level: int = logging.WARNING) -> None:
    """Let this process, and those it forks, write their log in the form of DIWAN_LOG_FORMAT."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if config.log_format == "json" else logging.Formatter(TEXT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
