"""Files as answers: written to a temporary file first, so that what goes wrong is told and not cut off."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from typing import IO
from urllib.parse import quote

from flask import Response

TYPES = {
    "csv": "text/csv; charset=utf-8", "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
IN_MEMORY = 4 << 20
CHUNK = 1 << 16
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\\/:*?\"<>|%;]+")


def download(write: Callable[[IO[bytes]], object], name: str, plain_name: str, kind: str) -> Response:
    """What `write` writes, under a name in the reader's language; `plain_name` is for programs that know ASCII only."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the answer
    try:
        write(file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return handed_over(file, size, f"{name}.{kind}", f"{plain_name}.{kind}", kind)


def handed_over(file: IO[bytes], size: int, name: str, plain_name: str, kind: str) -> Response:
    """An open file of a kind as the answer, closed with it."""
    answer = Response(_chunks(file), mimetype=None, content_type=TYPES[kind], direct_passthrough=True)
    answer.call_on_close(file.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = disposition(name, plain_name)
    return answer


def disposition(name: str, plain_name: str) -> str:
    """`attachment` with the name as RFC 5987 wants it; nothing in a name ends the header or makes a path."""
    kept = " ".join(_UNFIT.sub(" ", name).split()).strip(" .")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain_name).strip("-.")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(kept, safe='')}"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
