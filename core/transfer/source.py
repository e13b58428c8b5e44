"""A file to import: a path or its bytes, opened as often as needed and never held in memory as a whole."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from core.language.i18n import _
from core.transfer.refusals import TransferRefused

CHUNK = 1 << 20
HEAD = 1 << 16


class Source:
    """Both forms of input behind one way of reading them."""

    def __init__(self, content: bytes | str | os.PathLike[str]) -> None:
        self._bytes = bytes(content) if isinstance(content, (bytes, bytearray, memoryview)) else None
        self._path = None if self._bytes is not None else Path(content)  # type: ignore[arg-type]

    def open(self) -> BinaryIO:
        if self._path is None:
            return io.BytesIO(self._bytes or b"")
        try:
            return self._path.open("rb")
        except OSError:
            message = _("The file cannot be opened. Check that it exists and that you may read it.")
            raise TransferRefused("unreadable_file", message) from None

    @property
    def size(self) -> int:
        with self.open() as stream:
            return stream.seek(0, io.SEEK_END)

    @property
    def name(self) -> str:
        return self._path.name if self._path is not None else ""

    def head(self, size: int = HEAD) -> bytes:
        with self.open() as stream:
            return stream.read(size)

    def as_file(self) -> IO[bytes]:
        """A file of the operating system, for another process to read from."""
        if self._path is not None:
            return self.open()
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        file.write(self._bytes or b"")
        file.seek(0)
        return file

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        with self.open() as stream:
            while chunk := stream.read(size):
                yield chunk
